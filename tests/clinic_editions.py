"""Later editions for the clinician's tests: newer answers that follow a submission."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from screening.domain.audit import SYSTEM, AuditEvent
from screening.services.casefile import SUBMISSION
from screening.storage.audit import append_event
from screening.storage.database import Database
from screening.storage.questions import answer_questions, list_questions
from screening.storage.submissions import SubmissionRecord, add_submission
from tests.clinic_cases import PROTOCOL, Received
from tests.clock import MONDAY_MORNING

LATER = MONDAY_MORNING + timedelta(hours=2)
FOLLOWED = (
    ("submission.received", {"protocol": PROTOCOL.key}),
    ("submission.reopened", {"edition": 2}),
)


def follow(
    database: Database, submission: str, answers: Mapping[str, object], **more: object
) -> SubmissionRecord:
    record = replace(
        Received(answers=answers, at=LATER).record(2), episode_id=submission, edition=2
    )
    record = replace(record, reference="REF-1", answers={**record.answers, **more})
    with database.write() as session:
        add_submission(session, record)
        for event, facts in FOLLOWED:
            append_event(session, AuditEvent(event, LATER, SYSTEM, SUBMISSION, record.id, facts))
        answer_questions(
            session, [one.id for one in list_questions(session, submission)], record.id
        )
    return record
