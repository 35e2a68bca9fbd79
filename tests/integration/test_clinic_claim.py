"""Two clinicians see each other's work, and neither writes over the other unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.domain.audit import SYSTEM
from screening.services.people import change_roles
from screening.storage.accounts import find_account
from screening.storage.database import Database
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import CAUTIONED, REVIEWED, Received, decisions_on, events_of
from tests.clock import Clock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine_name() -> str:
    """The races are in test_clinic_conflict; what a page says is the same on every engine."""
    return "sqlite"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def colleague(app: Flask, database: Database, clock: Clock) -> Clinician:
    other = Clinician(app.test_client(), database, "Sam Sorrel")
    return other.joins(clock()).signs_in()


@pytest.mark.thorough
def test_a_claim_is_seen_by_others_and_can_be_given_back(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    assert "Nobody is working on this." in colleague.reads(submission).text
    assert clinician.sends(clinician.reads(submission), "claim").status_code == 303
    assert "You are working on this until 09:15." in clinician.reads(submission).text
    assert "Robin Reed is working on this until 09:15." in colleague.reads(submission).text
    clinician.sends(clinician.reads(submission), "release")
    assert "Nobody is working on this." in colleague.reads(submission).text
    acts = [e for e in events_of(database, submission) if not e.endswith("viewed")]
    assert acts == ["submission.claimed", "claim.released"]


@pytest.mark.thorough
def test_a_claim_ends_by_itself_and_its_holders_acts_renew_it(
    clinician: Clinician, colleague: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received().into(database)
    clinician.sends(clinician.reads(submission), "claim")
    clock.advance(10 * MINUTE)
    clinician.chooses(clinician.reads(submission), "proceed")
    assert "Robin Reed is working on this until 09:25." in colleague.reads(submission).text
    clock.advance(10 * MINUTE)
    clinician.reads(submission)  # looking is no act
    colleague.reads(submission)
    clock.advance(5 * MINUTE)
    assert "Nobody is working on this." in colleague.reads(submission).text


@pytest.mark.thorough
def test_taking_over_is_asked_for_twice_and_recorded(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    clinician.sends(clinician.reads(submission), "claim")
    asked = Page(colleague.sends(colleague.reads(submission), "claim"))
    assert asked.status == 409
    assert "Robin Reed is working on this until 09:15." in asked.text
    assert "Robin Reed is working on this" in colleague.reads(submission).text
    assert colleague.sends(asked, "claim").status_code == 303
    assert "Sam Sorrel is working on this until 09:15." in clinician.reads(submission).text
    assert events_of(database, submission).count("claim.taken-over") == 1
    story = clinician.reads(submission).by_id("timeline").text
    assert "Took it over 4 January 2027, 09:00 · Sam Sorrel" in story


@pytest.mark.thorough
def test_nobody_decides_while_somebody_else_has_it_but_may_take_it_over(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    mine = clinician.reads(submission)
    colleague.sends(colleague.reads(submission), "claim")
    page = Page(clinician.chooses(mine, "ask_patient", question="Which tablet?", note="Mine"))
    assert page.status == 409
    assert "Sam Sorrel is working on this until 09:15. What you typed is still in" in page.text
    assert (page.value("question"), page.value("note")) == ("Which tablet?", "Mine")
    assert decisions_on(database, submission) == []
    (take_over,) = (b for b in page.root.all("button") if b.text == "Take over and decide")
    assert take_over.attributes["form"] == "decision-form"
    preview = Page(clinician.chooses(page, over=take_over.attributes["value"]))
    assert preview.root.one("h1").text == "Check the decision"
    assert clinician.confirms(preview).status_code == 303
    assert decisions_on(database, submission) == ["ask_patient"]
    assert "claim.taken-over" in events_of(database, submission)


@pytest.mark.thorough
def test_whoever_lost_the_claim_between_the_two_steps_is_told_and_keeps_everything(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    preview = Page(clinician.chooses(clinician.reads(submission), "defer", **MARCH, note="Mine"))
    colleague.sends(Page(colleague.sends(colleague.reads(submission), "claim")), "claim")
    page = Page(clinician.confirms(preview))
    assert page.status == 409
    assert page.value("note") == "Mine"
    assert page.value("defer_until-month") == "3"
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_a_claim_that_ran_out_while_typing_costs_nothing(
    clinician: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received().into(database)
    clinician.sends(clinician.reads(submission), "claim")
    clock.advance(8 * MINUTE)
    page = clinician.reads(submission)
    clock.advance(8 * MINUTE)
    preview = Page(clinician.chooses(page, "proceed"))
    assert preview.status == 200
    assert "You are working on this until 09:31." in clinician.reads(submission).text
    assert clinician.confirms(preview).status_code == 303


@pytest.mark.thorough
def test_whoever_signs_out_holds_nobody_up(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    clinician.sends(clinician.reads(submission), "claim")
    clinician.sends(clinician.reads(submission), "sign-out")
    assert "Nobody is working on this." in colleague.reads(submission).text


@pytest.mark.thorough
def test_the_right_to_decide_withdrawn_in_mid_session_ends_it(
    clinician: Clinician, colleague: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received().into(database)
    preview = Page(clinician.chooses(clinician.reads(submission), "proceed"))
    with database.write() as session:
        account = find_account(session, clinician.email)
        assert account is not None
        change_roles(session, account.staff.id, frozenset({"front_desk", "lead"}), clock(), SYSTEM)
    assert clinician.confirms(preview).status_code == 403
    assert decisions_on(database, submission) == []
    assert "Nobody is working on this." in colleague.reads(submission).text


@pytest.mark.thorough
def test_a_decision_gives_the_claim_back(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    clinician.decides(clinician.reads(submission), "proceed")
    assert "Nobody is working on this." in colleague.reads(submission).text


@pytest.mark.thorough
def test_newer_answers_carry_the_typed_text_to_their_own_page(
    clinician: Clinician, database: Database, clock: Clock
) -> None:
    first = Received(answers={**REVIEWED, **CAUTIONED})
    submission = first.into(database, 1)
    page = clinician.reads(submission)
    ticked = str(page.by_id("precautions-1").attributes["value"])
    newer = replace(
        Received(answers=CAUTIONED, at=clock()).record(2), episode_id=submission, edition=2
    )
    with database.write() as session:
        add_submission(session, replace(newer, reference="REF-1"))
    sent = clinician.chooses(
        page, "proceed_with_precautions", precautions=[ticked], note="My own words"
    )
    moved = Page(sent)
    assert moved.status == 409
    assert "The patient sent new answers" in moved.text
    assert "Edition 2 of 2" in moved.text
    assert moved.value("note") == "My own words"
    assert moved.value("own_precautions") == ticked
    assert decisions_on(database, submission) == []
    assert clinician.decides(moved).status_code == 303
    assert decisions_on(database, newer.id) == ["proceed_with_precautions"]


MARCH = {"defer_until_day": "1", "defer_until_month": "3", "defer_until_year": "2027"}
