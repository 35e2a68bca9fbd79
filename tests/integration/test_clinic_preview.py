"""A decision is looked at before it is made, word for word as the patient will read it."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from screening.storage.reviews import ReviewRecord, list_reviews
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import CAUTIONED, DATED_STOP, REVIEWED, Received, decisions_on
from tests.clock import Clock

VISIT = date(2027, 1, 11)


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
def test_the_commonest_decision_takes_two_clicks(clinician: Clinician, database: Database) -> None:
    submission = Received(answers=CAUTIONED, visit=VISIT).into(database)
    page = clinician.reads(submission)
    assert "Proceed as planned" in page.by_id("decision-form").text
    preview = Page(clinician.chooses(page, button="proceed"))
    assert preview.root.one("h1").text == "Check the decision"
    assert decisions_on(database, submission) == []
    assert clinician.confirms(preview).status_code == 303
    assert decisions_on(database, submission) == ["proceed"]


@pytest.mark.thorough
def test_the_quick_button_never_wins_over_a_ticked_decision(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    page = Page(clinician.chooses(clinician.reads(submission), "defer", button="proceed"))
    assert page.status == 400
    assert "Choose one: you pressed Proceed" in page.errors()[0]
    assert page.value("disposition") == "defer"


@pytest.mark.thorough
@pytest.mark.parametrize("answers", [REVIEWED, DATED_STOP])
def test_no_quick_button_where_something_speaks_against_it(
    clinician: Clinician, database: Database, answers: dict[str, object]
) -> None:
    page = clinician.reads(Received(answers=answers).into(database))
    assert "Proceed as planned" not in page.text


@pytest.mark.thorough
def test_the_look_ahead_shows_what_was_chosen_and_the_patients_page(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=DATED_STOP, visit=VISIT).into(database)
    sent = clinician.chooses(clinician.reads(submission), "defer", note="Call <b>them</b>")
    page = Page(sent)
    assert "Defer until 18 January 2027" in page.by_id("chosen").text or page.main.text
    assert "Call <b>them</b>" in page.main.text
    (seen,) = page.root.classed("as-seen")
    assert "The clinic has read your answers" in seen.text
    assert "The earliest date to talk about is 18 January 2027." in seen.text
    assert "Call <b>them</b>" not in seen.text
    clinician.confirms(page)
    review = kept(database, submission)
    assert review.message is not None
    assert "020 7946 0100" in review.message
    assert review.defer_until == date(2027, 1, 18)


@pytest.mark.thorough
def test_changing_ones_mind_loses_nothing(clinician: Clinician, database: Database) -> None:
    submission = Received(answers=REVIEWED, visit=VISIT).into(database)
    page = clinician.reads(submission)
    typed = {"own_precautions": "Shorter session.", "note": "One\n\nTwo", "identity": "yes"}
    ticked = page.by_id("precautions-1").attributes["value"]
    preview = Page(
        clinician.chooses(page, "proceed_with_precautions", precautions=[ticked], **typed)
    )
    form = Page(clinician.chooses(preview, button="change"))
    assert form.status == 200
    assert form.value("disposition") == "proceed_with_precautions"
    assert form.values("precautions") == [ticked]
    assert {name: form.value(name) for name in typed} == typed
    assert form.value("message") == ""
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_ticked_and_own_precautions_are_kept_in_order(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    page = clinician.reads(submission)
    ticked = [str(page.by_id(f"precautions-{place}").attributes["value"]) for place in (1, 2)]
    own = "Shorter session.\r\n\r\n Second line. "
    sent = clinician.decides(
        page, "proceed_with_precautions", precautions=ticked, own_precautions=own
    )
    assert sent.status_code == 303
    review = kept(database, submission)
    assert review.precautions == (*ticked, "Shorter session.", "Second line.")
    assert "Shorter session." in clinician.reads(submission).text


@pytest.mark.thorough
@pytest.mark.parametrize("extra", [{"status": "decided"}, {"note": ["a", "b"]}])
def test_a_form_that_no_page_of_ours_sends_is_refused(
    clinician: Clinician, database: Database, extra: dict[str, Any]
) -> None:
    submission = Received().into(database)
    page = clinician.reads(submission)
    assert clinician.chooses(page, "proceed", **extra).status_code == 400
    assert decisions_on(database, submission) == []


@pytest.mark.thorough
def test_photo_identity_is_recorded_once_with_the_decision_or_later(
    clinician: Clinician, database: Database
) -> None:
    first, second = (Received().into(database, number) for number in (1, 2))
    clinician.decides(clinician.reads(first), "proceed", identity="yes")
    page = clinician.reads(first)
    assert "Photo identity checked by Robin Reed, 4 January 2027, 09:00" in page.text
    assert "identity" not in {one.attributes.get("name") for one in page.root.all("input")}
    later = clinician.reads(second)
    for _ in range(2):
        assert clinician.sends(later, "identity").status_code == 303
    story = clinician.reads(second).by_id("timeline").text
    assert story.count("Photo identity checked") == 1
