"""The fold below a flag: why it was raised and what would change it, for clinicians."""

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Element
from tests.clinic_cases import CAUTIONED, DATED_STOP, Received
from tests.clock import Clock

VISIT = date(2027, 1, 11)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def fold(card: Element) -> str:
    (why,) = card.classed("why")
    return why.text


def test_a_clinician_reads_why_a_flag_was_raised_and_what_would_change_it(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers={**DATED_STOP, **CAUTIONED}, visit=VISIT).into(database)
    page = clinician.reads(submission)
    why = fold(page.by_id("flag-wait_botox"))
    assert "include “Anti-wrinkle injections (Botox)” so here" in why
    assert (
        "January 2027 → 4 January 2027, the latest possible day (capped at the day of the answers)"
        " → + 14 days → 18 January 2027 > visit 11 January 2027"
    ) in why
    assert (
        "If the visit were on 18 January 2027 or later, this flag would not be raised, and the"
        " overall level would be Caution instead of Stop."
    ) in why
    assert "microneedling/2026-1, digest" in why
    assert "Other flags hold the overall level at Stop." in fold(page.by_id("flag-sun_plans_after"))


@pytest.mark.thorough
def test_a_flag_that_does_not_come_out_as_it_was_stored_is_not_explained(
    clinician: Clinician, database: Database
) -> None:
    record = Received(answers=DATED_STOP, visit=VISIT).record(1)
    without = {**record.answers["answers"], "recent_treatments": ["none"]}
    with database.write() as session:
        add_submission(session, replace(record, answers={**record.answers, "answers": without}))
    assert clinician.reads(record.id).by_id("flag-wait_botox").classed("why") == []
