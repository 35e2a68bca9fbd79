"""A database is brought to this program's revision; its chain of audit events begins with it."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from screening.domain.audit import SYSTEM, AuditEvent
from screening.storage.audit import append_event
from screening.storage.audit_chain import HEAD, NO_KEY, NoChain, begin
from screening.storage.database import session_within
from screening.storage.invitation_tables import InvitationRow
from screening.storage.key_checks import is_current_remembered, remember_current
from screening.storage.migrate import connection_for_migration, current, move_to
from screening.storage.sealing import KeyRing
from screening.storage.tables import AuditEventRow, DraftRow, StaffRow, SubmissionRow

FIRST_CHAINED = "0006"
NOT_IN_A_NEW_ONE = (AuditEventRow, StaffRow, SubmissionRow, DraftRow, InvitationRow)


def bring_up(database_url: str, keyring: KeyRing, now: datetime) -> int:
    """To the newest revision, with the key remembered and a chain, in one transaction.

    How many events stand before the chain, if it begins only now. Raises WrongKey, NoChain.
    """
    with connection_for_migration(database_url) as connection:
        before = current(connection)
        move_to(connection, "head")
        with session_within(connection, keyring) as session:
            if not is_current_remembered(session):
                remember_current(session)
            return begin_once(session, before, now)


def begin_once(session: Session, came_from: str | None, now: datetime) -> int:
    """The chain begins, unless it has; how many events stand before it, if it begins now.

    Only in a new database, and in one that came from a revision without a chain: anywhere else
    somebody took the chain away, and another one would hide that. Raises NoChain.
    """
    if session.scalar(select(HEAD.c.sealed_key)) is not None:
        return 0
    if (came_from or "") >= FIRST_CHAINED and not _is_new(session):
        raise NoChain(NO_KEY, "audit_heads.sealed_key")
    early = begin(session)
    if early:
        facts = {"events": early}
        append_event(session, AuditEvent("audit.begun", now, SYSTEM, "audit", "audit", facts))
    return early


def _is_new(session: Session) -> bool:
    return not any(session.scalar(select(exists(select(one)))) for one in NOT_IN_A_NEW_ONE)
