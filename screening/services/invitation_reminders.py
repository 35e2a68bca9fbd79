"""Reminding those who were invited by e-mail and have not answered, some days before the visit.

A reminder carries a link of its own, since the first is known only as a hash (ADR 18). Which day
was reminded of last is kept with the invitation, so none goes out twice.
"""

from datetime import datetime

from screening.domain.audit import SYSTEM
from screening.domain.clinic import Clinic
from screening.domain.reminding import reminder_due
from screening.services.invitation_course import witness
from screening.services.invitations import link
from screening.services.receiving import Tokens
from screening.storage import invitations
from screening.storage.clinic import read_clinic
from screening.storage.database import Database
from screening.storage.invitations import InvitationRecord
from screening.storage.outbox import mail_is_on


def remind_invited(database: Database, now: datetime, tokens: Tokens) -> int:
    """How many reminders were posted; each in a transaction of its own, safe to repeat."""
    with database.read() as session:
        if not mail_is_on(session):
            return 0
        clinic = read_clinic(session)
        due = [one.id for one in invitations.list_unanswered(session) if due_day(one, clinic, now)]
    return sum(_remind(database, clinic, one, now, tokens) for one in due)


def due_day(record: InvitationRecord, clinic: Clinic, now: datetime) -> int | None:
    """Which reminder is due: of the clinic's days before the visit, 7 or 2, say."""
    if record.submission_id or record.revoked_at or not record.by_mail:
        return None
    invited, today = clinic.day(record.made_at), clinic.day(now)
    day = reminder_due(clinic.reminder_days, record.treatment_date, invited, today)
    had = record.reminded_day
    return None if day is None or (had is not None and had <= day) else day


def _remind(
    database: Database, clinic: Clinic, invitation_id: str, now: datetime, tokens: Tokens
) -> bool:
    with database.write() as session:
        record = invitations.read_invitation(session, invitation_id)
        day = due_day(record, clinic, now) if record else None
        if record is None or day is None:
            return False
        invitations.change(session, record.id, reminded_day=day)
        link(session, record, clinic, now, tokens, by_mail=True, once=str(day))
        witness(session, "invitation.reminded", record, SYSTEM, now, days=day)
        return True
