"""Try a version of a protocol on the past, and witness that it was tried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.backtest import Backtest, Compared, compare, summed_up
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.library import ProtocolLibrary
from screening.protocols.probes import Probes, probe
from screening.services.casefile import SUBMISSION
from screening.services.stored_cases import StoredCase, Trouble, Unread, stored_cases
from screening.storage.audit import append_event, list_events
from screening.storage.database import Database, Session

BACKTESTED = "protocol.backtested"
LISTED = "submission.backtested"


class NotComparable(ValueError):
    """These are no two versions of the same protocol, or one is the other."""


@dataclass(frozen=True)
class Tried:
    """`others` were sent under a protocol of another name, which this says nothing about."""

    old: ScreeningProtocol
    new: ScreeningProtocol
    past: Backtest
    probes: Probes
    unread: tuple[Unread, ...] = ()
    others: int = 0


@dataclass
class _Aside:
    """What is no case of the comparison."""

    unread: list[Unread] = field(default_factory=list)
    others: int = 0


def check_comparable(old: ScreeningProtocol, new: ScreeningProtocol) -> None:
    """Raises NotComparable."""
    if old.name != new.name:
        raise NotComparable(f"{old.key} and {new.key} are different protocols: nothing to compare")
    if old.digest == new.digest:
        raise NotComparable(f"{old.key} and {new.key} are the same version: choose another one")


def try_on_the_past(
    database: Database,
    library: ProtocolLibrary,
    old: ScreeningProtocol,
    new: ScreeningProtocol,
    today: date,
) -> Tried:
    """The latest edition of every stored submission, then the probes. Raises NotComparable.

    It holds no transaction while it reckons: thousands of submissions take a while.
    """
    check_comparable(old, new)
    aside = _Aside()
    past = summed_up(_compared(database, library, old, new, aside), today)
    return Tried(old, new, past, probe(old, new), tuple(aside.unread), aside.others)


def note_backtest(session: Session, tried: Tried, actor: Actor, now: datetime) -> None:
    """Counts and digests, no reference: what an approver may want to know."""
    facts: dict[str, Fact] = {
        "digest": tried.new.digest,
        "old": tried.old.key,
        "old_digest": tried.old.digest,
        "read": tried.past.compared,
        "moved": tried.past.moved,
        "changed": len(tried.past.rows),
        "asked": tried.past.incomplete,
        "unread": len(tried.unread),
        "probes": len(tried.probes.found),
    }
    event = AuditEvent(BACKTESTED, now, actor, "protocol", tried.new.key, facts)
    append_event(session, event)


def note_listed(
    session: Session, tried: Tried, rows: Sequence[Compared], actor: Actor, now: datetime
) -> None:
    """Whose flags are about to be shown: a look at each of these visits."""
    facts: dict[str, Fact] = {"protocol": tried.new.key}
    for row in rows:
        append_event(session, AuditEvent(LISTED, now, actor, SUBMISSION, row.id, facts))


def last_backtest(
    session: Session, old: ScreeningProtocol, new: ScreeningProtocol
) -> AuditEvent | None:
    """The last time that exactly these two were compared."""
    wanted = (old.digest, new.digest)
    found = [
        one
        for one in list_events(session, "protocol", new.key)
        if one.event == BACKTESTED and (one.facts["old_digest"], one.facts["digest"]) == wanted
    ]
    return found[-1] if found else None


def _compared(
    database: Database,
    library: ProtocolLibrary,
    old: ScreeningProtocol,
    new: ScreeningProtocol,
    aside: _Aside,
) -> Iterator[Compared]:
    for one in stored_cases(database, library, latest_only=True):
        if isinstance(one, Unread):
            aside.unread.append(one)
        elif one.past.own.name != old.name:
            aside.others += 1
        else:
            yield from _tried(one, old, new, aside)


def _tried(
    one: StoredCase, old: ScreeningProtocol, new: ScreeningProtocol, aside: _Aside
) -> Iterator[Compared]:
    """Rules that fail on one submission are reported with it, as they are when it is received."""
    try:
        yield compare(one.past, old, new)
    except Exception:
        aside.unread.append(Unread(one.past.id, one.past.reference, Trouble.FAILED))
