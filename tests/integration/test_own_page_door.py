"""Two doors to the patient's own page: neither tells a guesser anything, and both close."""

import re
from datetime import timedelta
from secrets import token_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.services.own_page import LINK_LIFE, make_link
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import BORN, STAFF, WRONG, comes_in, latest, sends_in
from tests.questionnaires import at_the_check, business_rows, events, past_the_gate
from tests.web_fixtures import token_from

NOBODY = "ZZZZ ZZZZ"
CSRF = re.compile(r'(name="csrf_token"[^>]*value=")[^"]+')


def at_the_door(app: Flask, address: str = "/visit") -> Patient:
    patient = Patient(app.test_client())
    patient.opens(address)
    return patient


def link_for(database: Database, clock: Clock, episode: str) -> str:
    with database.write() as session:
        return f"/visit/{make_link(session, episode, STAFF, clock(), token_bytes)}"


def test_reference_and_date_of_birth_open_the_page(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    patient = at_the_door(app)
    written = submission.reference.lower().replace("0", "o")
    page = patient.continues({"reference": f" {written[:4]} {written[4:]}", **BORN})
    assert (page.path, page.h1) == ("/visit", "The clinic has your answers")


def test_a_wrong_date_and_a_wrong_reference_get_the_same_answer(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)

    def answer(reference: str, born: dict[str, str]) -> bytes:
        page = at_the_door(app).continues({"reference": reference, **born}, status=422)
        typed = page.response.get_data().replace(reference.encode(), b"")
        return CSRF.sub(r"\1", typed.decode()).replace("1991", "1990").encode()

    wrong_date = answer(submission.reference, WRONG)
    assert answer(NOBODY, BORN) == wrong_date
    assert answer("nothing like one", WRONG) == wrong_date


@pytest.mark.thorough
def test_five_wrong_dates_close_it_for_an_hour_whoever_it_belongs_to(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    for reference in (submission.reference, NOBODY):
        patient = at_the_door(app)
        for _ in range(5):
            patient.continues({"reference": reference, **WRONG}, status=422)
        page = patient.continues({"reference": reference, **BORN}, status=429)
        assert "closed for an hour" in page.text
    story = [event.event for event in latest(database, submission, clock).events]
    assert story.count("submission.page-refused") == 5
    assert story[-1] == "submission.page-closed"
    clock.advance(timedelta(hours=1, seconds=1))
    comes_in(app, submission)


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_twenty_dates_a_day_are_all_that_anybody_tries(
    app: Flask, database: Database, clock: Clock
) -> None:
    """A link lives for 30 days; at five an hour a tenth of all birthdays could be tried by then."""
    submission = sends_in(database, clock)
    link = link_for(database, clock, submission.episode_id)
    for _ in range(4):
        patient = at_the_door(app, link)
        for _ in range(5):
            patient.continues(WRONG, status=422)
        clock.advance(timedelta(hours=1, seconds=1))
    assert at_the_door(app, link).continues(BORN, status=429).h1 == "Too many attempts"
    clock.advance(timedelta(hours=20))
    assert at_the_door(app, link).continues(BORN).path == "/visit"


@pytest.mark.thorough
def test_who_comes_in_leaves_no_attempts_behind(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    for _ in range(3):
        patient = at_the_door(app)
        for _ in range(3):
            patient.continues({"reference": submission.reference, **WRONG}, status=422)
        assert patient.continues({"reference": submission.reference, **BORN}).path == "/visit"


@pytest.mark.thorough
def test_one_address_may_not_try_many_references(app: Flask, clinic: object) -> None:
    patient = at_the_door(app)
    for number in range(20):
        patient.continues({"reference": f"AAAA AA{number:02}", **WRONG}, status=422)
    page = patient.continues({"reference": NOBODY, **WRONG}, status=429)
    assert page.h1 == "Too many attempts"


@pytest.mark.thorough
def test_what_is_missing_is_said_and_what_was_typed_is_kept(app: Flask, clinic: object) -> None:
    patient = at_the_door(app)
    page = patient.continues({"reference": NOBODY, "date_of_birth": "1990--15"}, status=422)
    assert "Enter the month as well" in page.text
    assert page.main_form.state()["reference"] == [NOBODY]
    assert "Enter your reference" in patient.continues({"reference": "", **BORN}, status=422).text


@pytest.mark.thorough
def test_looking_at_a_link_changes_nothing_and_tells_nothing(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = link_for(database, clock, sends_in(database, clock).episode_id)
    before, patient = business_rows(database), at_the_door(app, link)
    known = CSRF.sub(r"\1", patient.page.response.text)
    for token in ("0" * 64, "question-of-nobody", "x"):
        assert CSRF.sub(r"\1", patient.opens(f"/visit/{token}").response.text) == known
        patient.client.head(link)
    assert business_rows(database) == before


@pytest.mark.thorough
def test_a_link_and_the_date_of_birth_lead_to_an_address_without_token(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    link = link_for(database, clock, submission.episode_id)
    patient = at_the_door(app, link)
    patient.continues(WRONG, status=422)
    assert patient.continues(BORN).path == "/visit"
    assert link.rpartition("/")[2] not in patient.page.response.get_data(as_text=True)
    story = [event.event for event in latest(database, submission, clock).events]
    assert story[-3:] == [
        "submission.link-made",
        "submission.page-refused",
        "submission.page-opened",
    ]


@pytest.mark.thorough
def test_a_link_ends_and_a_newer_one_replaces_it(
    app: Flask, database: Database, clock: Clock
) -> None:
    episode = sends_in(database, clock).episode_id
    older, newer = (link_for(database, clock, episode) for _ in range(2))
    assert at_the_door(app, older).continues(BORN, status=422).path == older
    assert at_the_door(app, newer).continues(BORN).path == "/visit"
    clock.advance(LINK_LIFE)
    assert at_the_door(app, newer).continues(BORN, status=422).path == newer


@pytest.mark.thorough
def test_strangers_and_other_patients_are_sent_to_the_door(app: Flask, client: FlaskClient) -> None:
    at_the_check(client).submits()  # this browser may see the outcome, but came through no door
    for who in (Patient(client), Patient(app.test_client())):
        for address in ("question", "correct", "answers", "check", "urgent", "calendar.ics"):
            assert who.opens(f"/visit/{address}").h1 == "See where your form stands"


@pytest.mark.thorough
def test_what_somebody_typed_is_kept_when_their_visit_has_ended(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = comes_in(app, sends_in(database, clock))
    clock.advance(timedelta(minutes=61))
    sent = {"csrf_token": token_from(patient.client, "/"), "healing": ["scarring"]}
    page = patient.sends("/visit/correct", sent, status=403)
    assert page.main_form.state()["healing"] == ["scarring"]
    assert "/visit" in page.links
    assert "draft.started" not in events(database)[-1:]


@pytest.mark.thorough
def test_who_comes_in_finds_nothing_of_who_was_at_this_device_before(
    app: Flask, client: FlaskClient, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    patient = past_the_gate(client)
    patient.opens("/visit")
    patient.continues({"reference": submission.reference, **BORN})
    assert patient.opens("/q/about_you", status=410).h1 == "This form is no longer open"
    assert "form open" not in patient.opens("/").text
