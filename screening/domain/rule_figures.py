"""How often each rule fires, and how often a clinician decides against it and why.

Each submission counts once, with the decision that stands on it. So of one rule there are never
more decisions than submissions that have its flag, nor more against it than decisions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from screening.domain.assessment import Flag
from screening.domain.figures import Ranked, gone_against, ranked
from screening.domain.levels import Level
from screening.domain.review import Disposition


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest decision in effect on a submission; not one that only asks the patient."""

    disposition: Disposition
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Assessed:
    """One submission: `flags` are None where the rules could not be run, or it cannot be read."""

    protocol: str
    flags: tuple[Flag, ...] | None
    visit: date
    decision: Standing | None = None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """`moving` counts the decided ones whose flag was review or stop: no decision goes against a
    lower one. `reasons` are codes, "" where none was chosen."""

    rule: str
    fired: int = 0
    decided: int = 0
    moving: int = 0
    against: int = 0
    reasons: Ranked = ()


@dataclass(frozen=True, slots=True)
class ProtocolFigures:
    """Of one protocol: by version how many submissions, and every rule that fired, most first."""

    name: str
    versions: Ranked
    submissions: int
    unread: int
    rules: tuple[RuleFigures, ...]


@dataclass(slots=True)
class _Tally:
    fired: int = 0
    decided: int = 0
    moving: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def by_protocol(cases: Iterable[Assessed]) -> tuple[ProtocolFigures, ...]:
    """The rules of two protocols may have the same id, and are two rules."""
    found: dict[str, list[Assessed]] = {}
    for case in cases:
        found.setdefault(case.protocol.partition("/")[0], []).append(case)
    return tuple(_figures(name, found[name]) for name in sorted(found))


def _figures(name: str, cases: Sequence[Assessed]) -> ProtocolFigures:
    tallies: dict[str, _Tally] = {}
    for case in cases:
        _count(case, tallies)
    rules = (_of_rule(rule, tally) for rule, tally in tallies.items())
    return ProtocolFigures(
        name=name,
        versions=ranked(case.protocol for case in cases),
        submissions=len(cases),
        unread=sum(case.flags is None for case in cases),
        rules=tuple(sorted(rules, key=lambda one: (-one.fired, one.rule))),
    )


def _count(case: Assessed, tallies: dict[str, _Tally]) -> None:
    flags, made = case.flags or (), case.decision
    against = _against(case)
    for flag in flags:
        tally = tallies.setdefault(flag.rule, _Tally())
        tally.fired += 1
        tally.decided += made is not None
        tally.moving += made is not None and flag.level >= Level.REVIEW
        if made is not None and flag.rule in against:
            tally.reasons[made.reason] += 1


def _against(case: Assessed) -> tuple[str, ...]:
    made = case.decision
    if made is None:
        return ()
    return gone_against(made.disposition, made.until, case.flags or (), case.visit)


def _of_rule(rule: str, tally: _Tally) -> RuleFigures:
    reasons = ranked(tally.reasons.elements())
    against = tally.reasons.total()
    return RuleFigures(rule, tally.fired, tally.decided, tally.moving, against, reasons)
