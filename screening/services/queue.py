"""The clinic's queue: who needs a person, in order, filtered, a page at a time; and the search."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from screening.storage.database import Database

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
    database: Database, library: ProtocolLibrary, wanted: Wanted, actor: Actor, day: Day
) -> Queue:
    """The page that is wanted, the most needed first; one beyond the last is the last."""
    everything = placed(database, library, day)
    matching = [one for one in everything if _matches(one, wanted, actor, day.now)]
    pages = max(1, -(-len(matching) // PAGE))
    page = min(wanted.page, pages)
    shown = matching[(page - 1) * PAGE : page * PAGE]
    ours = [one.place for one in everything if one.place.turn is Turn.CLINIC]
    around = _around(database, library, shown, everything, day)
    return Queue(
        entries=tuple(one for one in shown if one.row.id in around.people),
        totals=_by_turn(everything),
        found=_by_turn(matching),
        people=around.people,
        names=around.names,
        flags=Counter(flag.rule for one in everything for flag in one.flags),
        above=_unread(matching, day),
        unread=_unread(everything, day),
        late=sum(one.late(day.today) for one in ours),
        plain=sum(one.level is Level.INFO for one in ours),
        page=page,
        pages=pages,
        treatments=around.treatments,
    )


def search(database: Database, library: ProtocolLibrary, typed: str, day: Day) -> Queue:
    """Those that fit everything that was typed, the first page of them in the queue's order.

    All that is counted are they.
    """
    with database.read() as session:
        found = find(session, typed)
    matching = placed(database, library, day, found)
    around = _around(database, library, matching[:PAGE], matching, day)
    return Queue(
        entries=tuple(one for one in matching[:PAGE] if one.row.id in around.people),
        totals=_by_turn(matching),
        found=_by_turn(matching),
        people=around.people,
        names=around.names,
        above=_unread(matching, day),
        treatments=around.treatments,
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """See Queue; whoever was erased meanwhile is missing."""

    people: Mapping[str, Listed]
    names: Mapping[str, str]
    treatments: Mapping[str, str]


def _around(
    database: Database,
    library: ProtocolLibrary,
    shown: Sequence[Queued],
    every: Iterable[Queued],
    day: Day,
) -> _Around:
    with database.read() as session:
        return _Around(
            people_on(session, library, [one.row.id for one in shown], day.today),
            colleagues_on(session, shown, day.now),
            telling(session, library, (one.row.protocol for one in every)),
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
