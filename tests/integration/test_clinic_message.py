"""What a clinician writes to the patient: shown first, plain, and never what is never said."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from screening.storage.reviews import ReviewRecord, list_reviews
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import REVIEWED, Received, decisions_on
from tests.clock import Clock

VISIT = date(2027, 1, 11)
PRECAUTIONS = "proceed_with_precautions"


@pytest.fixture
def engine_name() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def kept(database: Database, submission: str) -> ReviewRecord:
    with database.read() as session:
        return list_reviews(session, submission)[-1]


@pytest.mark.thorough
def test_own_words_to_the_patient_are_shown_before_they_are_sent(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    preview = Page(clinician.chooses(clinician.reads(submission), "proceed"))
    again = Page(clinician.confirms(preview, message="See you on Monday.\n\nBring a hat."))
    assert again.status == 200
    assert "You changed the words" in again.text
    assert "Bring a hat." in again.root.classed("as-seen")[0].text
    assert decisions_on(database, submission) == []
    assert clinician.confirms(again).status_code == 303
    assert kept(database, submission).message == "See you on Monday.\n\nBring a hat."


@pytest.mark.thorough
def test_own_words_stay_when_the_decision_changes_and_the_usual_ones_follow_it(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    preview = Page(clinician.chooses(clinician.reads(submission), "proceed"))
    form = Page(clinician.chooses(preview, button="change", message="See you."))
    assert form.value("message") == "See you."
    usual = Page(clinician.chooses(form, "ask_patient", question="Which?", message=""))
    assert "we have a question for you" in usual.value("message")


@pytest.mark.thorough
@pytest.mark.parametrize("broken", ["You are cleared for it", "a LOW-RISK case", "take 400 mg"])
def test_what_is_never_said_is_named_and_nothing_is_lost(
    clinician: Clinician, database: Database, broken: str
) -> None:
    submission = Received().into(database)
    preview = Page(clinician.chooses(clinician.reads(submission), "proceed", note="Kept"))
    page = Page(clinician.confirms(preview, message=f"Hello. {broken}."))
    assert page.status == 400
    (error,) = page.errors()
    assert "never said to a patient" in error
    assert page.value("message") == f"Hello. {broken}."
    assert page.value("note") == "Kept"
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_words_of_a_thousand_letters_fit_and_one_more_does_not(
    clinician: Clinician, database: Database
) -> None:
    page = clinician.reads(Received().into(database))
    long = Page(clinician.chooses(page, "proceed", message="ä" * 1001))
    assert long.status == 400
    assert "1001" in long.errors()[0]
    assert long.value("message") == "ä" * 1001
    assert Page(clinician.chooses(page, "proceed", message="ä" * 1000)).status == 200


@pytest.mark.thorough
def test_nothing_reaches_a_patient_that_was_not_shown_first(
    clinician: Clinician, database: Database
) -> None:
    """Confirming at once, as no page of ours does, only leads to the look ahead."""
    submission = Received().into(database)
    page = clinician.reads(submission)
    answer = clinician.chooses(page, "proceed", button="confirm", message="Straight to you.")
    assert Page(answer).root.one("h1").text == "Check the decision"
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_going_back_with_the_browser_loses_nothing_either(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED, visit=VISIT).into(database)
    typed = {"own_precautions": "Shorter session.", "note": "One\n\nTwo", "identity": "yes"}
    preview = Page(clinician.chooses(clinician.reads(submission), PRECAUTIONS, **typed))
    clinician.confirms(preview, message="Please come.")  # other words: looked at once more
    form = clinician.reads(submission)
    assert "Not sent yet" in form.text
    assert {name: form.value(name) for name in typed} == typed
    assert form.value("disposition") == PRECAUTIONS
    assert "message Please come." in form.text
    assert "previewed" not in form.text
    clinician.decides(form)
    form = clinician.reads(submission)
    assert "Not sent yet" not in form.text
    assert form.value("note") == ""
    assert decisions_on(database, submission) == [PRECAUTIONS]
