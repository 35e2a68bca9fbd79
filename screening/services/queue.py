"""The clinic's queue: who needs a person, in order, filtered, a page at a time; and the search."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from screening.domain.audit import Actor
from screening.domain.listed import Listed
from screening.domain.protocol import Level
from screening.domain.queue import Band
from screening.domain.submission import Turn
from screening.protocols.library import ProtocolLibrary
from screening.services.finding import find
from screening.services.listing import people_on
from screening.services.placing import Day, Queued, claimed_by, colleagues_on, placed
from screening.services.treatments import telling
from screening.storage.database import Session

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones to show; what is not named leaves nothing out."""

    level: Level | None = None
    turn: Turn | None = None
    visit_from: date | None = None
    visit_to: date | None = None
    flag: str = ""
    mine: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of it. ``totals`` count everything by turn, ``found`` what was wanted.

    ``people`` are the patients on this page by submission, ``names`` those of the staff who
    claimed, proposed or decided there, by id; ``flags`` count the flags of those that wait.
    ``unread`` and ``late`` count, over everything, what presses; ``above`` is how many of
    ``found`` stand in the band at the top; ``treatments`` says what each is for, where there are
    several.
    """

    entries: tuple[Queued, ...]
    totals: Mapping[Turn, int]
    found: Mapping[Turn, int]
    people: Mapping[str, Listed]
    names: Mapping[str, str]
    flags: Mapping[str, int] = field(default_factory=dict)
    above: int = 0
    unread: int = 0
    late: int = 0
    plain: int = 0
    page: int = 1
    pages: int = 1
    treatments: Mapping[str, str] = field(default_factory=dict)


def queue(
    session: Session, library: ProtocolLibrary, wanted: Wanted, actor: Actor, day: Day
) -> Queue:
    """The page that is wanted, the most needed first; one beyond the last is the last."""
    everything = placed(session, library, day)
    matching = [one for one in everything if _matches(one, wanted, actor, day.now)]
    pages = max(1, -(-len(matching) // PAGE))
    page = min(wanted.page, pages)
    shown = matching[(page - 1) * PAGE : page * PAGE]
    ours = [one.place for one in everything if one.place.turn is Turn.CLINIC]
    return Queue(
        entries=tuple(shown),
        totals=_by_turn(everything),
        found=_by_turn(matching),
        people=people_on(session, library, [one.row.id for one in shown], day.today),
        names=colleagues_on(session, shown, day.now),
        flags=Counter(flag.rule for one in everything for flag in one.flags),
        above=_unread(matching, day),
        unread=_unread(everything, day),
        late=sum(one.late(day.today) for one in ours),
        plain=sum(one.level is Level.INFO for one in ours),
        page=page,
        pages=pages,
        treatments=telling(session, library, (one.row.protocol for one in everything)),
    )


def search(session: Session, library: ProtocolLibrary, typed: str, day: Day) -> Queue:
    """Those that fit everything that was typed, the first page of them in the queue's order.

    All that is counted are they.
    """
    matching = placed(session, library, day, find(session, typed))
    shown = matching[:PAGE]
    return Queue(
        entries=tuple(shown),
        totals=_by_turn(matching),
        found=_by_turn(matching),
        people=people_on(session, library, [one.row.id for one in shown], day.today),
        names=colleagues_on(session, shown, day.now),
        above=_unread(matching, day),
        treatments=telling(session, library, (one.row.protocol for one in matching)),
    )


def _matches(one: Queued, wanted: Wanted, actor: Actor, now: datetime) -> bool:
    visit = one.row.treatment_date
    within = (
        (wanted.visit_from is None or (visit is not None and visit >= wanted.visit_from))
        and (wanted.visit_to is None or (visit is not None and visit <= wanted.visit_to))
    )  # fmt: skip
    mine = (claimed_by(one.row, now), one.row.proposed_by, one.row.decided_by)
    return (
        within
        and wanted.level in (None, one.place.level)
        and wanted.turn in (None, one.place.turn)
        and (not wanted.flag or any(flag.rule == wanted.flag for flag in one.flags))
        and (not wanted.mine or actor.id in mine)
    )


def _by_turn(entries: Iterable[Queued]) -> Mapping[Turn, int]:
    counted = Counter(one.place.turn for one in entries)
    return {turn: counted[turn] for turn in Turn}


def _unread(entries: Iterable[Queued], day: Day) -> int:
    return sum(one.place.band(day.today) is Band.UNREAD_SOON for one in entries)
