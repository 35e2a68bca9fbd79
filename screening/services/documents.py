"""What leaves the clinic's screens as a document: a printed summary, a PDF, a calendar file.

Each is witnessed in the caller's transaction, so what cannot be recorded is not handed out
(AU-1, OU-8).
"""

from datetime import date, datetime
from enum import StrEnum

from screening.domain.answers import examine
from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.context import read_context
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
        waits=_waits(opened, protocol),
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


def _waits(opened: OpenedSubmission, protocol: ScreeningProtocol) -> dict[str, int]:
    """In days, the waits that this person's answers call for before a visit, by rule.

    Asked of the answers, not of the flags: somebody who still uses a home device has to put it
    away in time, although their last use would be long over on the day of the visit.
    """
    context, _ = read_context(opened.record.answers["context"], protocol.items)
    answers, _ = examine(protocol, context, opened.record.answers["answers"])
    facts = answers.facts(context)
    found = {}
    for day in preparation_days():
        rule = protocol.rules.get(day.rule)
        if rule is not None and day.answer in facts.chosen(day.item):
            key = next(key for condition, key in rule.waits if condition.holds(facts) is not None)
            found[rule.id] = protocol.waits[key].wait.days
    return found
