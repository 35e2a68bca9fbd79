"""What leaves the clinic's screens as a document: a printed summary, a PDF, a calendar file.

Each is witnessed in the caller's transaction, so what cannot be recorded is not handed out
(AU-1, OU-8).
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count

from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.dates import Wait
from screening.domain.protocol import ScreeningProtocol
from screening.domain.review import Disposition
from screening.exchange.calendar import Appointment, preparation_days
from screening.services.casefile import SUBMISSION, OpenedSubmission, read_opened
from screening.storage.audit import append_event
from screening.storage.database import Session


class Document(StrEnum):
    SUMMARY_PAGE = "summary-page"
    SUMMARY_PDF = "summary-pdf"
    CALENDAR = "calendar"


def hand_out(
    session: Session, submission_id: str, document: Document, actor: Actor, now: datetime
) -> OpenedSubmission:
    """The submission that this document is about; raises as read_opened does.

    A calendar is about the latest edition, whichever was asked for: two would contradict.
    """
    opened = read_opened(session, submission_id, now)
    if document is Document.CALENDAR and opened.superseded:
        opened = read_opened(session, opened.latest.id, now)
    witness_document(session, opened.record.id, document, actor, now)
    return opened


def witness_document(
    session: Session, submission_id: str, document: Document, actor: Actor, now: datetime
) -> None:
    printed = document is Document.SUMMARY_PAGE
    event = "submission.printed" if printed else "submission.exported"
    facts = {} if printed else {"document": document.value}
    append_event(session, AuditEvent(event, now, actor, SUBMISSION, submission_id, facts))


def appointment_of(
    opened: OpenedSubmission, protocol: ScreeningProtocol, clinic: Clinic, page: str, today: date
) -> Appointment | None:
    """The visit that lies ahead; None where there is none, or a decision has put it off.

    `page` is the address of the patient's own page.
    """
    visit = opened.record.treatment_date
    if visit is None or visit < today or _put_off(opened, visit):
        return None
    return Appointment(
        series=opened.record.episode_id,
        edition=opened.record.edition,
        day=visit,
        clinic=clinic.name,
        address=clinic.address,
        phone=clinic.phone,
        page=page,
        waits=_waits(protocol, visit),
    )


def _put_off(opened: OpenedSubmission, visit: date) -> bool:
    """Does the latest decision on these answers that counts leave no visit on that day."""
    decided = [
        review
        for review in opened.reviews
        if review.submission_id == opened.record.id and review.effective_at is not None
    ]
    if not decided:
        return False
    latest = decided[-1]
    if latest.disposition == Disposition.DO_NOT_TREAT:
        return True
    return latest.defer_until is not None and latest.defer_until > visit


def _waits(protocol: ScreeningProtocol, visit: date) -> dict[str, int]:
    """In days, the longest wait of each rule that asks to get ready in time, by rule.

    For everybody alike, whatever was answered: whoever comes through the patient's door may know
    no more of them than their reference and date of birth (AZ-6).
    """
    rules = [protocol.rules[one.rule] for one in preparation_days() if one.rule in protocol.rules]
    return {
        rule.id: max(_days_before(protocol.waits[key].wait, visit) for _, key in rule.waits)
        for rule in rules
    }


def _days_before(wait: Wait, visit: date) -> int:
    """How many days before the visit a wait must begin, which a clinic may set in months."""
    fewest = wait.days or 28 * wait.months
    return next(n for n in count(fewest) if wait.after(visit - timedelta(days=n)) <= visit)
