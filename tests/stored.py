"""Records as the services would hand them to storage; a test names only what it is about."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from screening.domain.answer_events import AnswerEvent
from screening.storage.drafts import DraftRecord
from screening.storage.reviews import ReviewRecord
from screening.storage.sealing import keyring_of
from screening.storage.submissions import SubmissionRecord
from screening.storage.tables import StaffRow
from tests.clock import MONDAY_MORNING

DIGEST = "d" * 64


def id_of(number: int) -> str:
    return f"{number:032x}"


def a_draft(number: int = 1, **changes: Any) -> DraftRecord:
    draft = DraftRecord(
        id=id_of(number),
        protocol="microneedling/2026-1",
        digest=DIGEST,
        created_at=MONDAY_MORNING,
        updated_at=MONDAY_MORNING,
        expires_at=MONDAY_MORNING + timedelta(days=14),
        version=1,
        body={"answers": {"herpes": "not_sure"}, "about": {"name": "Zoë Marker"}},
        notice_version="2026-1",
        agreed_at=MONDAY_MORNING,
    )
    return replace(draft, **changes)


def a_submission(number: int = 1, **changes: Any) -> SubmissionRecord:
    submission = SubmissionRecord(
        id=id_of(number),
        reference=f"REF-{number}",
        draft_id=id_of(1000 + number),
        protocol="microneedling/2026-1",
        digest=DIGEST,
        received_at=MONDAY_MORNING,
        completed_on=date(2027, 1, 4),
        treatment_date=None,
        level="review",
        answers={"herpes": "not_sure", "dates": {"botox": "2026-11"}},
        assessment={"level": "review", "flags": []},
        identity={"name": "Zoë Marker", "email": "zoe@example.org"},
        body_mac=b"m" * 32,
        notice_version="2026-1",
        agreed_at=MONDAY_MORNING,
    )
    return replace(submission, **changes)


def a_review(number: int = 1, **changes: Any) -> ReviewRecord:
    review = ReviewRecord(
        id=id_of(2000 + number),
        submission_id=id_of(1),
        submission_version=number,
        disposition="ask_patient",
        defer_until=None,
        level="review",
        against_level=False,
        reason=None,
        note=None,
        staff_id=id_of(9),
        decided_at=MONDAY_MORNING,
    )
    return replace(review, **changes)


def an_answer_event(**changes: Any) -> AnswerEvent:
    event = AnswerEvent("microneedling/2026-1", "herpes", None, "not_sure", None, MONDAY_MORNING)
    return replace(event, **changes)


def add_clinician(session: Session) -> None:
    """The person whom a_review() names."""
    keyring, person = keyring_of(session), id_of(9)
    row = {
        "id": person,
        "email_index": keyring.blind_index("email", "clinician@example.org"),
        "sealed_email": keyring.seal_text("clinician@example.org", "staff", "sealed_email", person),
        "sealed_name": keyring.seal_text("Dr Marker", "staff", "sealed_name", person),
        "active": True,
        "fs_uniquifier": "u" * 64,
        "created_at": MONDAY_MORNING,
        "is_demo": False,
    }
    session.execute(insert(StaffRow).values(**row))
