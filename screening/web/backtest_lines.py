"""A backtest and a replay as lines on the command line: references, never a name or an answer."""

from collections.abc import Iterable, Iterator, Mapping

from screening.domain.backtest import Compared
from screening.domain.levels import Level
from screening.protocols.probes import Probes
from screening.services.backtest import Tried
from screening.services.replay import Replayed
from screening.services.stored_cases import Unread
from screening.web.backtest_words import TROUBLES, change_words, counted, example_words, number

_WIDTH = 9


def in_lines(tried: Tried) -> Iterator[str]:
    past = tried.past
    yield f"{tried.old.key} → {tried.new.key} ({tried.new.digest[:12]})"
    yield from _summary(tried)
    yield ""
    yield from _matrix(past.matrix)
    if past.rows:
        yield f"\nWho it would make a difference for, the next visit first ({len(past.rows):,}):"
        for row in past.rows:
            yield from _row(row)
    yield ""
    yield from _probes(tried.probes)
    yield from _unread(tried.unread)


def replay_lines(replayed: Replayed) -> Iterator[str]:
    yield (
        f"{number(replayed.read, 'stored submission')} replayed under their own versions: "
        f"{replayed.same:,} the same byte for byte, {len(replayed.differing):,} not the same, "
        f"{len(replayed.unread):,} could not be replayed."
    )
    for one in replayed.differing:
        yield f"  {one.reference} ({one.id}): the stored assessment is not what its version gives"
    yield from _unread(replayed.unread)


def _summary(tried: Tried) -> Iterator[str]:
    past = tried.past
    yield (
        f"{number(past.compared, 'submission')} compared, each with its latest edition: "
        f"{past.moved:,} would move to another level, "
        f"{len(past.rows) - past.moved:,} would keep it with other flags or dates, "
        f"{len(tried.unread):,} could not be read."
    )
    if tried.others:
        yield f"{number(tried.others, 'submission')} of other protocols left out."
    if past.anew:
        yield (
            f"Would be asked anew, so that the comparison is without it for "
            f"{number(past.incomplete, 'submission')}: {counted(sorted(past.anew.items()))}"
        )
    if past.reworded:
        yield f"Read as answered, in other words now: {counted(sorted(past.reworded.items()))}"


def _matrix(counts: Mapping[tuple[Level, Level], int]) -> Iterator[str]:
    yield "".join(["from \\ to".ljust(12), *(level.value.rjust(_WIDTH) for level in Level)])
    for before in Level:
        row = (f"{counts.get((before, after), 0):,}".rjust(_WIDTH) for after in Level)
        yield "".join([before.value.ljust(12), *row])


def _row(row: Compared) -> Iterator[str]:
    visit = f"visit {row.visit}" if row.visit else "no visit day"
    moves = f"{row.before.value} → {row.after.value}" if row.moves else f"stays {row.after.value}"
    anew = f"; would be asked anew: {', '.join(row.anew)}" if row.anew else ""
    yield f"  {row.reference}  {visit}  {moves}{anew}"
    for change in row.changes:
        yield f"      {change.rule}: {change_words(change)}"


def _probes(probes: Probes) -> Iterator[str]:
    yield (
        f"Boundary probes: {number(probes.tried, 'made-up case')} for "
        f"{number(probes.rules, 'rule')} that the versions do not have in common; "
        f"{number(len(probes.found), 'difference')}."
    )
    for one in probes.found:
        yield f"  {one.change.rule}: {change_words(one.change)} ({number(one.count, 'probe')})"
        yield from (f"      {line}" for line in example_words(one.example))
    if probes.unfinished:
        yield f"  Too many cases to try all of them: {', '.join(probes.unfinished)}"


def _unread(unread: Iterable[Unread]) -> Iterator[str]:
    for place, one in enumerate(unread):
        if place == 0:
            yield "\nCould not be read:"
        yield f"  {one.reference} ({one.id}): {TROUBLES[one.why]}"
