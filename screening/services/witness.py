"""The audit log as a witness: looked through, and handed to an inspector."""

from datetime import datetime

from screening.domain.audit import SYSTEM, AuditEvent
from screening.domain.witness import Checkpoint, Witnessed
from screening.storage.audit import append_event
from screening.storage.database import Session

LOG = "audit"


class NoCheckpoint(ValueError):
    """A line is none that `flask audit checkpoint` prints."""


def note_check(session: Session, found: Witnessed, now: datetime) -> None:
    """That the log was looked through is witnessed as well."""
    facts = {"holds": found.broken is None, "events": found.links + found.early}
    append_event(session, AuditEvent("audit.checked", now, SYSTEM, LOG, LOG, facts))


def note_export(session: Session, count: int, now: datetime) -> None:
    """That `count` events were handed out."""
    append_event(session, AuditEvent("audit.exported", now, SYSTEM, LOG, LOG, {"events": count}))


def checkpoint_line(found: Witnessed, now: datetime) -> str:
    return f"{found.head.link} {found.head.mac} {now:%Y-%m-%dT%H:%M:%SZ}"


def parse_checkpoint(text: str) -> Checkpoint:
    """The last line of what `checkpoint_line` gave, one below the other; raises NoCheckpoint."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines or len(lines[-1]) != 3 or not lines[-1][0].isdecimal():
        raise NoCheckpoint("This file holds no checkpoint; `flask audit checkpoint` prints one.")
    return Checkpoint(int(lines[-1][0]), lines[-1][1])
