"""What a patient said is kept as it changed: nothing is lost, and nothing withdrawn is used."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.answer_events import AnswerEvent, replayed
from screening.services.keeping import MOST_PAGES
from screening.storage.answer_events import list_answer_events
from screening.storage.database import Database
from tests.actors import Patient
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import Received
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.own_pages import comes_in, corrects, latest, sends, sends_in
from tests.questionnaires import (
    ASHA,
    at_the_check,
    count,
    past_the_gate,
    the_draft,
    the_submission,
)
from tests.web_fixtures import token_from

PROBLEM = {"past_needling": "yes_problem", "past_needling_problem": ["lumps_or_rash"]}
SIGN = {"date_of_birth": "1990-06-15", "urgent_signs": ["breathing_swelling"]}
CHILD = {"date_of_birth": "2009-06-15", "urgent_signs": ["none"]}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock())


def events_in(database: Database) -> tuple[AnswerEvent, ...]:
    """Of the only draft there is or was."""
    with database.read() as session:
        drafts = list(session.scalars(text("SELECT DISTINCT draft_id FROM answer_events")))
        return next(iter(list_answer_events(session, drafts).values()), ())


def changes_her_mind(client: FlaskClient, clock: Clock) -> Patient:
    """At 9 all was answered; at 9.01 there was no problem; at 9.02 the sun plans change."""
    patient = at_the_check(client, PROBLEM)
    for page, said in (("about_you", {"past_needling": "no"}), ("hopes", {"sun_plans": "yes"})):
        clock.advance(MINUTE)
        patient.opens(f"/q/{page}?back=check")
        patient.continues(said)
    return patient


def folded(page: Page, title: str) -> str:
    """What stands in the part of the page that unfolds under this title."""
    return next((one.text for one in page.root.all("details") if title in one.text), "")


@pytest.mark.thorough
def test_replayed_the_events_of_a_form_give_the_answers_that_were_sent(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = changes_her_mind(client, clock)
    draft = the_draft(database, clock)
    assert replayed(events_in(database)) == (dict(draft.answers), draft.withdrawn)
    patient.submits()
    sent = the_submission(database).answers
    answers, withdrawn = replayed(events_in(database))
    assert (answers, withdrawn) == (sent["answers"], sent["withdrawn"])


@pytest.mark.thorough
def test_the_same_page_sent_twice_adds_no_event(client: FlaskClient, database: Database) -> None:
    patient = past_the_gate(client)
    for _ in range(2):
        patient.opens("/q/about_you")
        patient.continues(ASHA)
    assert count(database, "answer_events") == 2


@pytest.mark.thorough
def test_half_a_page_is_kept_as_far_as_it_can_be_read(
    client: FlaskClient, database: Database
) -> None:
    past_the_gate(client).continues({"past_needling": "no"}, status=422)
    assert [one.item for one in events_in(database)][-1:] == ["past_needling"]


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["gate", "gate?back=check"])
def test_of_somebody_under_18_no_event_is_left(
    client: FlaskClient, database: Database, page: str
) -> None:
    patient = at_the_check(client)
    assert count(database, "answer_events") > 5
    patient.opens(f"/q/{page}")
    patient.continues(CHILD)
    assert count(database, "answer_events") == 0


@pytest.mark.thorough
def test_a_form_saved_without_end_takes_no_more_and_can_still_be_sent(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    with database.write() as session:
        session.execute(text("UPDATE drafts SET version = :most"), {"most": MOST_PAGES})
    before = count(database, "answer_events")
    patient.opens("/q/hopes")
    page = patient.continues({"sun_plans": "yes"}, status=429)
    assert "you can still send it" in page.text
    assert count(database, "answer_events") == before
    patient.opens("/q/gate")
    assert patient.continues(SIGN).path == "/urgent", "help comes first"
    patient.opens("/q/check")
    assert count(database, "answer_events") == before + 1


@pytest.mark.thorough
def test_answers_of_a_form_that_was_put_aside_are_gone(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    before = count(database, "answer_events")
    patient = corrects(comes_in(app, submission), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    assert count(database, "answer_events") == before + 1
    patient.presses("Do not send this")
    assert count(database, "answer_events") == before


@pytest.mark.thorough
def test_the_clinician_sees_when_each_answer_was_withdrawn_and_how_others_changed(
    client: FlaskClient, clinician: Clinician, database: Database, clock: Clock
) -> None:
    changes_her_mind(client, clock).submits()
    page = clinician.signs_in().reads(the_submission(database).id)
    withdrawn = folded(page, "Withdrawn answers")
    assert "Lumps, or a rash" in withdrawn
    assert "4 January 2027, 09:01" in withdrawn
    changed = folded(page, "How the answers changed")
    assert "before any result" in changed
    assert "After a result" not in changed
    assert "4 January 2027, 09:02" in changed
    assert "No longer asked" in changed
    assert "Answer changed after a result" not in page.text


@pytest.mark.thorough
def test_an_urgent_sign_taken_back_shows_old_and_new_answer_and_time(
    client: FlaskClient, clinician: Clinician, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(client)
    patient.opens("/q/gate")
    patient.continues(SIGN)
    clock.advance(3 * MINUTE)
    patient.presses("I ticked this by mistake")
    patient.answers(ASHA).submits()
    page = clinician.signs_in().reads(the_submission(database).id)
    flag = page.by_id("flag-changed_after_result").text
    assert "Trouble breathing" in flag
    assert "None of these" in flag
    assert "4 January 2027, 09:03" in flag
    assert "Then the patient said: “I ticked this by mistake”" in flag
    assert "After a result was shown" in folded(page, "How the answers changed")


@pytest.mark.thorough
def test_what_is_said_of_each_sign_before_a_form_is_begun_is_kept(
    client: FlaskClient, clinician: Clinician, database: Database
) -> None:
    patient = Patient(client).begins()
    for sign, way in (("eye_symptoms", "I have had help"), ("hot_spreading", "by mistake")):
        patient.continues({**SIGN, "urgent_signs": [sign]})
        assert patient.presses(way).path == "/q/gate"
    patient.sends(
        "/urgent", {"csrf_token": token_from(client, "/q/gate"), "reason": "cured"}, status=400
    )
    patient.opens("/q/gate")
    patient.answers(ASHA).submits()
    page = clinician.signs_in().reads(the_submission(database).id)
    told = folded(page, "How the answers changed")
    helped, mistaken = told.index("I have had help"), told.rindex("I ticked this by mistake")
    assert told.index("A painful red eye") < helped < told.index("Skin that is hot") < mistaken
    assert "I ticked this by mistake" in page.by_id("flag-changed_after_result").text


@pytest.mark.thorough
def test_a_correction_shows_old_and_new_answer_and_time_also_in_the_edition_after(
    app: Flask, client: FlaskClient, clinician: Clinician, database: Database, clock: Clock
) -> None:
    first = sends_in(database, clock, {"isotretinoin": "past", "isotretinoin_last": "2026-11-01"})
    clock.advance(timedelta(days=1))
    patient = corrects(comes_in(app, first), "medicines_products", "isotretinoin")
    patient.continues({"isotretinoin": "never"})
    clock.advance(5 * MINUTE)
    sends(patient)
    clock.advance(timedelta(days=1))
    patient = corrects(comes_in(app, first), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    sends(patient)
    third = latest(database, first, clock).record
    assert third.edition == 3
    clinician.signs_in()
    for number, edition in enumerate((latest(database, first, clock).editions[1], third), 2):
        page = clinician.reads(edition.id)
        flag = page.by_id("flag-changed_after_result").text
        assert "Yes, in the past" in flag
        assert "5 January 2027, 09:00" in flag, f"the answer in edition {number}"
        assert "5 January 2027, 09:05" in flag, "its follow-up, withdrawn on sending"
        withdrawn = folded(page, "Withdrawn answers")
        assert "1 November 2026" in withdrawn
        assert "Not recorded" not in withdrawn
    assert "isotretinoin" not in folded(clinician.reads(third.id), "How the answers changed")


@pytest.mark.thorough
def test_what_was_sent_before_changes_were_kept_says_so(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(withdrawn={"isotretinoin": "now"}).into(database)
    page = clinician.signs_in().reads(submission)
    assert "WithdrawnNot recorded" in folded(page, "Withdrawn answers")
    assert "How the answers changed" not in page.text


@pytest.mark.thorough
def test_a_withdrawn_answer_is_in_no_copy_of_the_answers(
    client: FlaskClient, clinician: Clinician, database: Database, clock: Clock
) -> None:
    words = "zinnias and canaries"
    patient = at_the_check(client, PROBLEM | {"anything_else": words})
    patient.opens("/q/about_you?back=check")
    patient.continues({"past_needling": "no"})
    patient.opens("/q/hopes?back=check")
    patient.continues({"anything_else": ""})
    patient.submits()
    patient.opens("/outcome/copy")
    copied = patient.continues({"date_of_birth": "1990-06-15"}).text
    submission = the_submission(database).id
    clinician.signs_in()
    printed = clinician.client.get(f"/clinic/submissions/{submission}/summary").get_data(True)
    for copy in (copied, printed):
        assert words not in copy
        assert "Lumps, or a rash" not in copy
    page = clinician.reads(submission)
    assert words in folded(page, "How the answers changed")
    assert "Lumps, or a rash" in folded(page, "Withdrawn answers")
    assert "past_needling_problem" not in the_submission(database).answers["answers"]


@pytest.mark.thorough
def test_who_was_overtaken_by_another_device_keeps_what_was_said_until_then(
    app: Flask, database: Database, clock: Clock
) -> None:
    first = sends_in(database, clock)
    slow = corrects(comes_in(app, first), "hopes", "sun_plans")
    slow.continues({"sun_plans": "not_sure"})
    slow.opens("/visit/answers?again=yes")
    slow.continues({"sun_plans": "yes"})
    fast = corrects(comes_in(app, first), "healing", "scarring")
    fast.continues({"scarring": "not_sure"})
    sends(fast)
    slow.presses("Send to the clinic", status=409)
    slow.presses("Send to the clinic")
    now = latest(database, first, clock)
    said = now.said[now.record.draft_id]
    assert [(one.item, one.new) for one in said] == [
        ("sun_plans", "not_sure"),
        ("sun_plans", "yes"),
    ]
    assert now.record.answers["answers"]["scarring"] == "not_sure"


@pytest.mark.thorough
def test_a_supplement_saved_without_end_takes_no_more_but_an_urgent_sign(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = corrects(comes_in(app, sends_in(database, clock)), "about_you", "urgent_signs")
    with database.write() as session:
        session.execute(text("UPDATE drafts SET version = :most"), {"most": MOST_PAGES})
    assert patient.continues({"urgent_signs": ["eye_symptoms"]}).path == "/visit/urgent"
    patient.opens("/visit/answers")
    patient.continues({"urgent_signs": ["none"]}, status=429)


@pytest.mark.thorough
def test_whoever_asks_for_a_copy_gets_what_they_took_back_too(
    app: Flask, client: FlaskClient, database: Database, clock: Clock
) -> None:
    changes_her_mind(client, clock).submits()
    lead = Colleague(app.test_client(), database, "lead").starts(clock())
    start = f"/clinic/desk/{the_submission(database).episode_id}"
    held = lead.sends(f"{start}/copy", lead.opens(f"{start}/request")).get_json()
    (events,) = held["how_the_answers_came_about"].values()
    assert [one["new"] for one in events if one["item"] == "past_needling"] == ["yes_problem", "no"]
