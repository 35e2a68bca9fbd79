"""Reminding patients by e-mail of a question that is still open, on the days the clinic chose.

Each reminder has a name made of the visit, its day and the number of days before it, and the
outbox takes a name once: so nobody is reminded twice, however many processes look.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from screening.domain.audit import SYSTEM, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.mail import Mail, MailKind
from screening.domain.reminding import reminder_due
from screening.services.casefile import SUBMISSION
from screening.services.outbox import mail_is_on, post
from screening.services.own_page import LINK_LIFE, hashed
from screening.services.patient_link import address_for
from screening.storage.audit import append_event
from screening.storage.clinic import hold_clinic, read_clinic
from screening.storage.database import Database, Session
from screening.storage.outbox import is_posted
from screening.storage.page_links import add_page_link
from screening.storage.questions import OpenQuestion, list_open_questions
from screening.storage.sealing import CannotUnseal

Tokens = Callable[[int], bytes]


def remind(database: Database, now: datetime, tokens: Tokens) -> int:
    """Post every reminder that is due and was not posted before; how many there were."""
    with database.read() as session:
        due = list(_due(session, read_clinic(session), now)) if mail_is_on(session) else []
    if not due:
        return 0
    with database.write() as session:
        clinic = hold_clinic(session)  # another process that reminds waits here, and sees ours
        still = list(_due(session, clinic, now))
        return sum(_remind(session, *one, now, tokens) for one in still)


def _due(session: Session, clinic: Clinic, now: datetime) -> Iterator[tuple[OpenQuestion, int]]:
    today = clinic.day(now)
    for one in list_open_questions(session, today):
        asked_on = clinic.day(one.asked_at)
        number = reminder_due(clinic.reminder_days, one.visit, asked_on, today)
        if number is not None and not is_posted(session, _name(one, number)):
            yield one, number


def _remind(
    session: Session, one: OpenQuestion, number: int, now: datetime, tokens: Tokens
) -> bool:
    """False where no mail can go: they gave no address, or their record cannot be read."""
    try:
        recipient = address_for(session, one.episode_id)
    except CannotUnseal:
        return False
    if not recipient:
        return False
    # Beside the links they have, none of which stops working.
    token = tokens(32).hex()
    add_page_link(session, hashed(token), one.episode_id, one.staff_id, now, now + LINK_LIFE)
    path, name = {"path": f"/visit/{token}"}, _name(one, number)
    letter = Mail(MailKind.QUESTION_REMINDER, recipient, path, one.episode_id, once=name)
    facts = {"days": number}
    append_event(
        session,
        AuditEvent("submission.reminded", now, SYSTEM, SUBMISSION, one.episode_id, facts),
    )
    return post(session, letter, now, tokens)


def _name(one: OpenQuestion, number: int) -> str:
    return f"question/{one.episode_id}/{one.visit}/{number}"
