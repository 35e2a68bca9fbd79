"""What is wrong with what a crash has left: by the kinds of `Found`, each in words."""

from collections.abc import Iterator, Set

from bench.faults.crash_acts import Act
from bench.faults.crash_looks import BACKUPS, LEDGER, LEFT, RING, SEALS, WRONG, Look
from bench.faults.crash_tries import Struck, Tries

LATER = frozenset({LEDGER, LEFT, WRONG})
"""Judged apart, or only when it was done once more: a start, or who comes next, sees to them."""


def judged(struck: Struck, tries: Tries) -> dict[str, str]:
    """Nothing, where all is well."""
    if struck.broke:
        return {"corrupt": f"could not be looked at: {struck.broke}"}
    return dict(_faults(struck, tries))


def _faults(struck: Struck, tries: Tries) -> Iterator[tuple[str, str]]:
    act, before, after = tries.act, tries.before, tries.after
    aside = LATER | act.beside | (frozenset() if act.by_parts else {SEALS})
    done = not _differing(struck.found, after, aside)
    if struck.said is not None:
        status, clear = struck.said
        if status == act.good and not done:
            yield "lost", f"promised, but {_differing(struck.found, after, aside)}"
        if status not in (act.good, act.sorry) or not clear:
            yield "errors", f"it said {struck.said}"
    wrong = {str(struck.found[WRONG]), str(struck.settled[WRONG])} - {""}
    if wrong:
        yield "corrupt", "; ".join(sorted(wrong))
    elif not done and not _allowed(act, struck.found, before, after, aside):
        yield "corrupt", f"half done: {_differing(struck.found, before, aside)}"
    if struck.again not in ([act.good, True], [act.again if done else act.good, True]):
        yield "errors", f"once more, it said {struck.again}"
    if struck.settled[LEFT] != after[LEFT]:
        yield "leaked", "a file is left that nobody needs"
    more = _differing(struck.settled, after, {WRONG, LEFT, *_more(act, struck.settled, after)})
    if more:
        yield "duplicated", f"once more, and then {more}"


def _allowed(act: Act, found: Look, before: Look, after: Look, aside: Set[str]) -> bool:
    """Nothing of it was done, or of one that is done by parts some."""
    if not act.by_parts:
        return not _differing(found, before, aside)
    return all(_between(found, before, after, one) for one in _names(found, after) - aside)


def _between(found: Look, before: Look, after: Look, name: str) -> bool:
    one, low, high = (look.get(name, 0) for look in (found, before, after))
    if isinstance(one, str) or isinstance(low, str) or isinstance(high, str):
        return one in (low, high)
    return min(low, high) <= one <= max(low, high)


def _more(act: Act, settled: Look, after: Look) -> Iterator[str]:
    """What a second time may have added to."""
    for name in act.beside | {BACKUPS, RING}:
        one, other = settled.get(name, 0), after.get(name, 0)
        if isinstance(one, int) and isinstance(other, int) and one >= other:
            yield name


def _differing(one: Look, other: Look, aside: Set[str]) -> str:
    return ", ".join(
        f"{name}: {one.get(name, 0)}, not {other.get(name, 0)}"
        for name in sorted(_names(one, other) - aside)
        if one.get(name, 0) != other.get(name, 0)
    )


def _names(one: Look, other: Look) -> set[str]:
    return one.keys() | other.keys()
