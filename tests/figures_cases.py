"""A small clinic to count by hand: seven submissions, six of them in the first days of January."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from screening.domain.audit import Actor, AuditEvent
from screening.storage.audit import append_event
from screening.storage.database import Database
from screening.storage.reviews import ReviewRecord, SecondOpinion, add_review, add_second_opinion
from screening.storage.submissions import SubmissionRecord, add_submission
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, Received

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
VISIT = date(2027, 1, 20)
HOUR = timedelta(hours=1)


def kept(database: Database, record: SubmissionRecord) -> str:
    with database.write() as session:
        add_submission(session, record)
        seen = AuditEvent(
            "submission.viewed", record.received_at, Actor("staff", "9" * 32), "submission",
            record.id, {"version": 1},
        )  # fmt: skip
        append_event(session, seen)
    return record.id


def decided(
    database: Database,
    submission: str,
    by: str,
    after: timedelta,
    disposition: str,
    agreed: bool | None = None,
    **more: object,
) -> None:
    """A decision so long after noon of New Year's Day; `agreed` an hour later by a second one."""
    review = ReviewRecord(
        id=f"{int(submission, 16) + 9000:032x}", submission_id=submission, submission_version=1,
        disposition=disposition, defer_until=None, level="stop", against_level=False, reason=None,
        note=None, staff_id=by, decided_at=NOON + after,
    )  # fmt: skip
    with database.write() as session:
        add_review(session, replace(review, **more))  # type: ignore[arg-type]
        if agreed is not None:
            opinion = SecondOpinion(by, agreed, None, NOON + after + HOUR)
            add_second_opinion(session, review.id, opinion)


AGAINST = {"against_level": True, "reason": "why", "reason_code": "seen_in_person"}


def fill_small_clinic(database: Database, staff_id: str) -> None:
    """Seven submissions in five episodes of the period, one before it, one edition followed."""

    def came(number: int, answers: object, at: datetime = NOON) -> SubmissionRecord:
        return Received(f"Patient {number}", answers, VISIT, at).record(number)  # type: ignore[arg-type]

    by = staff_id
    decided(database, kept(database, came(1, {})), by, HOUR / 2, "proceed", in_bulk=True)
    decided(database, kept(database, came(2, CAUTIONED)), by, 2 * HOUR, "proceed")
    decided(database, kept(database, came(3, REVIEWED)), by, 3 * HOUR, "proceed", **AGAINST)
    # Overrides a stop; it counts from when the second clinician agreed, an hour later.
    overriding = {**AGAINST, "second_required": True}
    way = "proceed_with_precautions"
    decided(database, kept(database, came(4, STOPPED)), by, 9 * HOUR, way, True, **overriding)
    decided(database, kept(database, came(5, STOPPED)), by, 9 * HOUR, way, False, **overriding)
    first = kept(database, came(6, REVIEWED))
    decided(database, first, by, HOUR, "ask_patient")
    kept(database, replace(came(7, {}), episode_id=first, edition=2, reference="REF-6"))
    kept(database, came(8, STOPPED, NOON - timedelta(days=60)))
