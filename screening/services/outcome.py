"""What the patient may see after sending: the outcome, and a copy of their own answers."""

import hmac
from collections.abc import Callable
from datetime import date, datetime, timedelta

from screening.domain.audit import Actor, AuditEvent
from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.services.throttle import Bucket, admit, labelled
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.submissions import SubmissionRecord, read_submission
from screening.storage.throttles import count_hits, forget_hits

COPY_DOOR = "copy of the answers"
MOST_FAILURES = 5
CLOSED_FOR = timedelta(days=1)
"""Far longer than the outcome is shown: where it closes, it stays closed."""


def view_outcome(
    session: Session, submission_id: str, actor: Actor, now: datetime
) -> SubmissionRecord | None:
    submission = read_submission(session, submission_id)
    if submission is not None:
        _witness(session, "submission.outcome-viewed", submission, actor, now)
    return submission


def admit_birth_date(session: Session, submission_id: str, now: datetime) -> None:
    """Count it before it is judged; raises TooManyAttempts. A transaction of its own."""
    admit(session, [Bucket(COPY_DOOR, submission_id, MOST_FAILURES, CLOSED_FOR)], now)


def is_closed(session: Session, submission_id: str, now: datetime) -> bool:
    """After five wrong dates, whichever session they came from."""
    labels = labelled(session, COPY_DOOR, submission_id)
    return count_hits(session, labels, now - CLOSED_FOR) >= MOST_FAILURES


def view_copy(
    session: Session,
    submission_id: str,
    find: Callable[[str], ScreeningProtocol],
    born: date,
    actor: Actor,
    now: datetime,
) -> SubmissionRecord | None:
    """None where the date of birth is another one.

    None as well for a later edition: most of its answers were not given in this session, and
    its date of birth was the key to the own page already (AZ-6).
    """
    submission = read_submission(session, submission_id)
    if submission is None or submission.edition > 1:
        return None
    items = find(submission.protocol).items.values()
    item = next(item for item in items if item.kind is ItemKind.BIRTH_DATE)
    told = str(submission.answers["answers"].get(item.id, ""))
    if not hmac.compare_digest(told, born.isoformat()):
        return None
    forget_hits(session, labelled(session, COPY_DOOR, submission_id))
    _witness(session, "submission.copy-viewed", submission, actor, now)
    return submission


def _witness(
    session: Session, name: str, submission: SubmissionRecord, actor: Actor, now: datetime
) -> None:
    append_event(session, AuditEvent(name, now, actor, "submission", submission.id))
