"""What tests of documents share: fetching them, reading them, records behind them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import text
from werkzeug.test import TestResponse

from screening.storage.audit import list_events
from screening.storage.database import Database
from screening.storage.reviews import ReviewRecord, add_review
from tests.clinic_actor import Clinician
from tests.clock import MONDAY_MORNING

VISIT = date(2027, 3, 1)
HOSTILE = "#strong[Zoë] *M* $x$ @ref \\ \"q\" <b>'b'</b>"
DOCUMENTS = ("summary", "summary.pdf", "visit.ics")
AT = MONDAY_MORNING + timedelta(hours=1)


def address(submission: str, document: str) -> str:
    return f"/clinic/submissions/{submission}/{document}"


def fetched(
    clinician: Clinician, submission: str, document: str, status: int = 200
) -> TestResponse:
    answer = clinician.client.get(address(submission, document))
    assert answer.status_code == status, answer.status_code
    assert answer.headers["Cache-Control"] == "no-store"
    return answer


def pdf_text(clinician: Clinician, submission: str) -> str:
    content = fetched(clinician, submission, "summary.pdf").data
    return " ".join(" ".join(p.extract_text().split()) for p in PdfReader(BytesIO(content)).pages)


def page_text(clinician: Clinician, submission: str) -> str:
    return clinician.opens(address(submission, "summary")).main.text


def staff_id(database: Database) -> str:
    with database.read() as session:
        return str(session.execute(text("SELECT id FROM staff")).scalar_one())


def decide(database: Database, submission: str, at: datetime = AT, **changes: object) -> str:
    review = ReviewRecord(
        id=f"{2000 + (at - AT).seconds:032x}",
        submission_id=submission,
        submission_version=1 + (at - AT).seconds,
        disposition="proceed_with_precautions",
        defer_until=None,
        level="stop",
        against_level=True,
        reason="The dermatologist agreed.",
        note=None,
        staff_id=staff_id(database),
        decided_at=at,
        precautions=("Test a small area first.",),
        message="We look forward to seeing you.",
    )
    review = replace(review, **changes)  # type: ignore[arg-type]
    with database.write() as session:
        add_review(session, review)
    return review.id


def exports(database: Database, submission: str) -> list[tuple[str, dict[str, object]]]:
    with database.read() as session:
        found = list_events(session, "submission", submission)
    return [(one.event, dict(one.facts)) for one in found if one.event != "submission.received"]
