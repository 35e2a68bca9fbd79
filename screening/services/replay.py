"""Replay: every stored submission evaluated again gives what was stored, byte for byte.

A difference means that a rule, a file or a record is not what it was when the patient was told.
"""

from dataclasses import dataclass
from datetime import datetime

from screening.domain.answers import read_answers
from screening.domain.audit import Actor, AuditEvent
from screening.protocols.library import ProtocolLibrary
from screening.services.receiving import assess
from screening.services.stored_cases import StoredCase, Trouble, Unread, stored_cases
from screening.storage.audit import append_event, last_event
from screening.storage.database import Database, Session
from screening.storage.sealing import canonical_json

REPLAYED = "protocol.replayed"
_EVERY = "all"


@dataclass(frozen=True, slots=True)
class Differing:
    """A submission whose stored assessment, or stored level, is not what its version gives."""

    id: str
    reference: str


@dataclass(frozen=True)
class Replayed:
    """`same` were read and give the same; each other one is in one of the two lists."""

    same: int
    differing: tuple[Differing, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def read(self) -> int:
        return self.same + len(self.differing) + len(self.unread)

    @property
    def holds(self) -> bool:
        return self.same == self.read


def replay(database: Database, library: ProtocolLibrary) -> Replayed:
    """Every edition of every submission, under its own version. It only reads."""
    found = [_replayed(one) for one in stored_cases(database, library, assessed=True)]
    return Replayed(
        found.count(None),
        tuple(one for one in found if isinstance(one, Differing)),
        tuple(one for one in found if isinstance(one, Unread)),
    )


def note_replay(session: Session, replayed: Replayed, actor: Actor, now: datetime) -> None:
    facts: dict[str, str | int | bool] = {
        "read": replayed.read,
        "same": replayed.same,
        "differing": len(replayed.differing),
        "unread": len(replayed.unread),
    }
    append_event(session, AuditEvent(REPLAYED, now, actor, "protocol", _EVERY, facts))


def last_replay(session: Session) -> AuditEvent | None:
    return last_event(session, REPLAYED, "protocol", _EVERY)


def _replayed(one: StoredCase | Unread) -> Differing | Unread | None:
    """None where it is the same."""
    if isinstance(one, Unread):
        return one
    past = one.past
    if one.assessment is None:
        return Unread(past.id, past.reference, Trouble.SEALED)
    answers = read_answers(past.own, past.context, past.raw)
    level, assessment, _ = assess(past.own, answers, past.context)
    same = canonical_json(assessment) == one.assessment and level.value == one.level
    return None if same else Differing(past.id, past.reference)
