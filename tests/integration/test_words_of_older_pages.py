"""What was typed into a page whose questions are gone, or sent already, stands there to copy."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest
from flask import Flask

from screening.domain.conditions import Has
from screening.protocols.library import ProtocolLibrary, load_library
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.older_pages import a_newer_version, another_tab_goes_on, filled
from tests.protocol_cases import OLD, with_items
from tests.questionnaires import ASHA, past_the_gate, the_draft, the_submission

NOTE, HOPES, NOT_SENT = "allergy_note", "hopes", "What you wrote has not been sent"
NEEDLED = Has("past_needling", frozenset({"yes_fine"}))
WORDS = "My aunt scars badly"


def with_another_page() -> ProtocolLibrary:
    """Its newest version has no box for allergies, and the last page under another name.

    There a question is asked only of whoever was needled before.
    """
    sun = replace(load_library().get(OLD).items["sun_plans"], shown_when=NEEDLED)
    library = with_items({NOTE: None, sun.id: sun})
    new = library.get("microneedling/2026-9")
    sections = tuple(
        replace(one, id="wishes", items=tuple(replace(i, section="wishes") for i in one.items))
        if one.id == HOPES
        else one
        for one in new.sections
    )
    newer = replace(new, sections=sections)
    versions = MappingProxyType({**library.versions, newer.key: newer})
    return replace(library, versions=versions)


LIBRARY = with_another_page()


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def app(app_with: Callable[[ProtocolLibrary], Flask]) -> Flask:
    return app_with(LIBRARY)


def typed_on(patient: Patient, step: str, name: str) -> dict[str, list[str]]:
    return filled(patient.opens(f"/q/{step}").main_form, {name: WORDS})


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("step", "name"), [("sensitivities", NOTE), (HOPES, "anything_else")], ids=["box", "page"]
)
def test_words_for_a_box_that_is_gone_are_shown_and_not_kept(
    app: Flask, database: Database, clock: Clock, step: str, name: str
) -> None:
    patient = past_the_gate(app.test_client()).answers(ASHA)
    old = typed_on(patient, step, name)
    a_newer_version(database, LIBRARY, clock)
    another_tab_goes_on(patient)
    page = patient.sends(f"/q/{step}", old, status=409)
    assert "We have updated this form" in page.text
    assert NOT_SENT in page.text
    assert WORDS in page.text
    assert WORDS not in str(the_draft(database, clock))
    patient.sends("/q/nowhere", old, status=404)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("step", "name"), [("sensitivities", NOTE), (HOPES, "anything_else")], ids=["box", "page"]
)
def test_words_typed_before_the_form_moved_and_was_sent_are_shown(
    app: Flask, database: Database, clock: Clock, step: str, name: str
) -> None:
    patient = past_the_gate(app.test_client()).answers(ASHA)
    old = typed_on(patient, step, name)
    a_newer_version(database, LIBRARY, clock)
    another_tab_goes_on(patient)
    patient.answers(ASHA).submits()
    page = patient.sends(f"/q/{step}", old, status=409)
    assert "Your answers were sent from another device or window" in page.text
    assert NOT_SENT in page.text
    assert WORDS in page.text
    assert WORDS not in str(the_submission(database).answers)


@pytest.mark.thorough
def test_what_another_window_has_sent_is_told_and_what_was_typed_here_stands(
    app: Flask, database: Database
) -> None:
    patient = past_the_gate(app.test_client()).answers(ASHA)
    tab = typed_on(patient, HOPES, "anything_else")
    patient.opens("/q/check")
    patient.submits()
    page = patient.sends("/q/hopes", tab, status=409)
    assert "Your answers were sent from another device or window" in page.text
    assert page.main_form.state()["anything_else"] == [WORDS]
    assert WORDS not in str(the_submission(database).answers)


@pytest.mark.thorough
def test_a_page_sent_after_the_form_tells_nothing_of_what_was_sent(
    app: Flask, database: Database, clock: Clock
) -> None:
    """Whoever sits at the device then, and has not answered, learns nothing by it."""
    a_newer_version(database, LIBRARY, clock)

    def page_after(needled: str) -> tuple[str, bool]:
        patient = past_the_gate(app.test_client()).answers({**ASHA, "past_needling": needled})
        tab = patient.opens("/q/wishes").main_form
        token = {name: tab.state()[name] for name in ("csrf_token", "asked_in")}
        patient.opens("/q/check")
        patient.submits()
        return patient.sends("/q/wishes", token, status=409).text, "sun_plans" in tab.names

    (after_no, asked_no), (after_yes, asked_yes) = page_after("no"), page_after("yes_fine")
    assert (asked_no, asked_yes) == (False, True)
    assert after_no == after_yes
