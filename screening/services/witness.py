"""The audit log as a witness: looked through, and handed to an inspector."""

from datetime import datetime

from screening.domain.audit import SYSTEM, AuditEvent
from screening.domain.witness import Checkpoint, Witnessed
from screening.storage.audit import append_event
from screening.storage.database import Session

LOG = "audit"


class NoCheckpoint(ValueError):
    """A line is none that `flask audit checkpoint` prints."""


NOT_ONE = "This file holds no checkpoint, or more than those; `flask audit checkpoint` prints one."


def note_check(session: Session, found: Witnessed, now: datetime) -> None:
    """That the log was looked through is witnessed as well."""
    facts = {"holds": found.broken is None, "events": found.links + found.early}
    append_event(session, AuditEvent("audit.checked", now, SYSTEM, LOG, LOG, facts))


def note_export(session: Session, count: int, now: datetime) -> None:
    """That `count` events were handed out."""
    append_event(session, AuditEvent("audit.exported", now, SYSTEM, LOG, LOG, {"events": count}))


def checkpoint_line(found: Witnessed, now: datetime) -> str:
    return f"{found.head.link} {found.head.mac} {now:%Y-%m-%dT%H:%M:%SZ}"


def parse_checkpoints(text: str) -> list[Checkpoint]:
    """What `checkpoint_line` gave, one below the other, perhaps over years; raises NoCheckpoint."""
    lines = [line.strip().split(" ") for line in text.splitlines() if line.strip()]
    # Of an empty log there is no sum: two spaces follow one another.
    if not lines or any(len(line) != 3 or not line[0].isdecimal() for line in lines):
        raise NoCheckpoint(NOT_ONE)
    return [Checkpoint(int(link), mac) for link, mac, _ in lines]
