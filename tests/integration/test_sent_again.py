"""After a supplement: what was just said raises something, and what was said before is not told."""

from datetime import timedelta

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.clock import Clock
from tests.own_pages import comes_in, corrects, sends, sends_in

BEFORE = {"isotretinoin": "past", "isotretinoin_last": "2026-11-01"}


@pytest.mark.thorough
def test_a_flag_that_rests_on_the_new_answers_alone_is_told(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = corrects(
        comes_in(app, sends_in(database, clock)), "medicines_products", "isotretinoin"
    )
    patient.continues(BEFORE)
    page = sends(patient).page
    assert page.h1 == "The clinic has your new answers"
    assert "You finished isotretinoin less than 6 months ago" in page.text
    assert "Talk to the clinic before you come" in page.text


@pytest.mark.thorough
def test_what_earlier_answers_raise_or_that_they_were_others_is_not_told(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock, BEFORE)
    patient = corrects(comes_in(app, submission), "hopes", "sun_plans")
    patient.continues({"sun_plans": "no"})
    page = sends(patient).page
    assert "isotretinoin" not in page.text
    assert "noticed" not in page.text
    patient = corrects(comes_in(app, submission), "medicines_products", "isotretinoin")
    patient.continues({"isotretinoin": "never"})
    assert "We saw that an answer changed" not in sends(patient).page.text


@pytest.mark.thorough
def test_it_closes_after_half_an_hour_and_gives_no_copy_of_the_answers(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = corrects(comes_in(app, sends_in(database, clock)), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    assert "/outcome/copy" not in sends(patient).page.links
    patient.opens("/outcome/copy")
    page = patient.continues({"date_of_birth": "1990-06-15"}, status=422)
    assert "Acne scars" not in page.text
    clock.advance(timedelta(minutes=31))
    assert patient.opens("/outcome").h1 == "This page has closed"
    assert patient.opens("/visit").h1 == "The clinic has your answers"
