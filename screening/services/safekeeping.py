"""Backups are witnessed, and what was restored is put right before anybody is served."""

from datetime import datetime
from functools import partial

from screening.domain.audit import SYSTEM, AuditEvent, Fact
from screening.protocols.library import ProtocolLibrary
from screening.services.protocol_life import adjustments_kept
from screening.services.search_terms import index_what_is_not
from screening.storage.archive import ArchiveRefused, Manifest
from screening.storage.audit import append_event, latest
from screening.storage.audit_check import check_chain
from screening.storage.backup import Written
from screening.storage.database import Session
from screening.storage.key_checks import is_current_remembered, remember_current
from screening.storage.sealings import refuse_used_up

BACKUP = "backup"
MADE = "backup.made"


def note_made(session: Session, written: Written, now: datetime) -> None:
    facts: dict[str, Fact] = {"rows": written.manifest.rows, "sha256": written.sha256}
    append_event(session, AuditEvent(MADE, now, SYSTEM, BACKUP, BACKUP, facts))


def note_restored(session: Session, manifest: Manifest, now: datetime) -> None:
    facts: dict[str, Fact] = {"rows": manifest.rows, "made": f"{_moment(manifest):%Y-%m-%d}"}
    append_event(session, AuditEvent("backup.restored", now, SYSTEM, BACKUP, BACKUP, facts))


def last_made(session: Session) -> datetime | None:
    """When a backup was last made, as far as this database knows."""
    return latest(session, MADE, BACKUP).get(BACKUP)


def put_right(session: Session, library: ProtocolLibrary) -> None:
    """What follows every restore, a trial one too: raises where it cannot be relied on.

    The one place for it: the key opens what is there, the audit log holds, and what an older
    revision did not index is indexed.
    """
    refuse_used_up(session)
    if not is_current_remembered(session):
        remember_current(session)
    broken = check_chain(session).broken
    if broken:
        raise ArchiveRefused(f"the audit log in this backup does not hold {broken.words}")
    # Nobody else can see the adjusted versions before this transaction ends.
    index_what_is_not(session, library.adjusting(partial(adjustments_kept, session)))


def _moment(manifest: Manifest) -> datetime:
    return datetime.fromisoformat(manifest.origin.made_at)
