"""Backtest: what another version of a protocol would have made of what patients have said.

Pure: stored cases come in one by one, and a comparison goes out; nobody's answers are in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from screening.domain.answers import Raw
from screening.domain.assessment import Flag, evaluate
from screening.domain.context import Context
from screening.domain.levels import Level
from screening.domain.protocol import ScreeningProtocol
from screening.domain.rereading import read_again


class Shift(StrEnum):
    """What became of a flag. `DATE`: it is over on another day, or open where it was not."""

    APPEARED = "appeared"
    GONE = "gone"
    LEVEL = "level"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class FlagChange:
    """One rule that says something else; None where it is silent."""

    before: Flag | None
    after: Flag | None

    @property
    def rule(self) -> str:
        found = self.after or self.before
        return found.rule if found else ""

    @property
    def shift(self) -> Shift | None:
        """None where both say the same; the level counts before the date."""
        if self.before is None or self.after is None:
            found = Shift.APPEARED if self.after else Shift.GONE
            return found if self.before or self.after else None
        if self.before.level != self.after.level:
            return Shift.LEVEL
        return Shift.DATE if _over(self.before) != _over(self.after) else None


@dataclass(frozen=True, slots=True)
class PastCase:
    """One stored submission: what was said, in which circumstances, under which version."""

    id: str
    reference: str
    own: ScreeningProtocol
    raw: Raw
    context: Context


@dataclass(frozen=True, slots=True)
class Compared:
    """`anew` would be asked anew by the new version: its level is without those questions.

    `reworded` are counted as they were answered, though they read otherwise now.
    """

    id: str
    reference: str
    visit: date | None
    before: Level
    after: Level
    changes: tuple[FlagChange, ...]
    anew: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Backtest:
    """`rows` are those for whom something would be different; the others are only counted.

    `anew` and `reworded` count by item, `incomplete` whoever would be asked anything anew.
    """

    rows: tuple[Compared, ...] = ()
    matrix: Mapping[tuple[Level, Level], int] = field(default_factory=dict)
    by_rule: Mapping[tuple[str, Shift], int] = field(default_factory=dict)
    anew: Mapping[str, int] = field(default_factory=dict)
    reworded: Mapping[str, int] = field(default_factory=dict)
    incomplete: int = 0

    @property
    def compared(self) -> int:
        return sum(self.matrix.values())

    @property
    def moved(self) -> int:
        return sum(count for (before, after), count in self.matrix.items() if before != after)


def flag_changes(before: Iterable[Flag], after: Iterable[Flag]) -> tuple[FlagChange, ...]:
    """Every rule that says something else, the most serious first."""
    old, new = ({flag.rule: flag for flag in flags} for flags in (before, after))
    found = (FlagChange(old.get(rule), new.get(rule)) for rule in {**old, **new})
    changed = [change for change in found if change.shift is not None]
    return tuple(sorted(changed, key=lambda one: (-_rank(one), one.rule)))


def compare(past: PastCase, old: ScreeningProtocol, new: ScreeningProtocol) -> Compared:
    """One case under both versions, each from what was said under its own."""
    then, now = (read_again(past.raw, past.own, one, past.context) for one in (old, new))
    before = evaluate(old, then.answers, past.context)
    after = evaluate(new, now.answers, past.context)
    changes = flag_changes(before.flags, after.flags)
    return Compared(
        past.id, past.reference, past.context.treatment_date, before.level, after.level, changes,
        now.anew, now.reworded,
    )  # fmt: skip


def summed_up(several: Iterable[Compared], today: date) -> Backtest:
    """The whole comparison; of the cases only those that differ are kept, the next visit first."""
    rows, matrix = list[Compared](), Counter[tuple[Level, Level]]()
    rules, anew, reworded = Counter[tuple[str, Shift]](), Counter[str](), Counter[str]()
    incomplete = 0
    for one in several:
        matrix[one.before, one.after] += 1
        rules.update((c.rule, c.shift) for c in one.changes if c.shift is not None)
        anew.update(one.anew)
        incomplete += bool(one.anew)
        reworded.update(one.reworded)
        if one.changes:
            rows.append(one)
    rows.sort(key=lambda one: _urgency(one, today))
    return Backtest(tuple(rows), matrix, rules, anew, reworded, incomplete)


def _urgency(one: Compared, today: date) -> tuple[int, timedelta, bool, str]:
    """Upcoming visits, the next first; then those without a day; then what has been."""
    if one.visit is None:
        return 1, timedelta(), not one.moves, one.reference
    ahead = one.visit - today
    return 2 * (one.visit < today), abs(ahead), not one.moves, one.reference


def _over(flag: Flag) -> tuple[date | None, bool]:
    return flag.clear_date, flag.open


def _rank(change: FlagChange) -> int:
    return max(flag.level.rank for flag in (change.before, change.after) if flag is not None)
