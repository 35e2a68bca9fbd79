"""The figures of each rule in words, one table for each protocol."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from screening.domain.figures import FEWEST, Ranked
from screening.domain.handling import Handling
from screening.domain.review import ReasonCode
from screening.domain.rule_figures import ProtocolFigures, RuleFigures
from screening.protocols.library import ProtocolLibrary
from screening.web.decision_options import REASONS
from screening.web.figures_page import TOO_FEW, UNKNOWN_REASON

NONE = "–"
CODES = (*ReasonCode, "")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """`found` are the numbers as they are; the texts are for the page."""

    title: str
    found: RuleFigures
    against: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """One protocol: rules that were raised, the titles of all others, and what was counted.

    `withheld` says why there are none of either.
    """

    name: str
    words: str
    counted: str
    fired: tuple[RuleRow, ...]
    silent: tuple[RuleRow, ...]
    withheld: str = ""


def treatments(
    found: Sequence[ProtocolFigures], library: ProtocolLibrary, *, reads: bool
) -> tuple[Treatment, ...]:
    """`reads`: for whoever may read answers anyway."""
    drawn = [_treatment(one, library) for one in found]
    return tuple(
        one if reads or counted.submissions >= FEWEST else _discreet(one)
        for one, counted in zip(drawn, found, strict=True)
    )


def _discreet(one: Treatment) -> Treatment:
    """Which flags were not raised tells as much as which were."""
    return replace(one, fired=(), silent=(), withheld=TOO_FEW)


def table(drawn: Sequence[Treatment], first: date, last: date) -> Iterator[tuple[str | int, ...]]:
    """Every rule as a row of a file, silent ones too."""
    reasons = [reason_words(code) for code in CODES]
    days = first.isoformat(), last.isoformat()
    yield (
        "Protocol", "Rule", "Flag", "Raised", "Decided", "Decided at stop or review",
        "Decided against", *(f"Why: {words}" for words in reasons), "From", "To",
    )  # fmt: skip
    for one in drawn:
        if one.withheld:
            yield one.name, "", one.withheld, *[""] * (len(CODES) + 4), *days
        for row in (*one.fired, *one.silent):
            rule, why = row.found, dict(row.found.reasons)
            numbers = (rule.fired, rule.decided, rule.moving, rule.against)
            codes = (why.get(code, 0) for code in CODES)
            yield one.name, rule.rule, row.title, *numbers, *codes, *days


def reason_words(code: str) -> str:
    return REASONS[ReasonCode(code)] if code in set(ReasonCode) else UNKNOWN_REASON


def _treatment(found: ProtocolFigures, library: ProtocolLibrary) -> Treatment:
    newest = library.newest(found.name)
    titles = _titles(found.name, library)
    raised = {one.rule for one in found.rules}
    silent = sorted((titles[rule], rule) for rule in newest.rules if rule not in raised)
    return Treatment(
        name=found.name,
        words=newest.treatment_words,
        counted=_counted(found),
        fired=tuple(_row(one, titles.get(one.rule, one.rule)) for one in found.rules),
        silent=tuple(_row(RuleFigures(rule), title) for title, rule in silent),
    )


def _titles(name: str, library: ProtocolLibrary) -> dict[str, str]:
    """Of every version, the newest version's word for each rule."""
    keys = [key for key, one in library.versions.items() if one.name == name]
    handlings: list[Handling] = [one for key in keys for one in library.handling(key).values()]
    return {one.rule: one.title for one in handlings}


def _row(rule: RuleFigures, title: str) -> RuleRow:
    against = f"{rule.against} of {rule.moving}" if rule.moving else NONE
    return RuleRow(title, rule, against, _why(rule.reasons))


def _why(reasons: Ranked) -> tuple[str, ...]:
    return tuple(f"{reason_words(code)}: {count}" for code, count in reasons)


def _counted(found: ProtocolFigures) -> str:
    """`12 submissions: 9 under microneedling/2026-1, 3 under microneedling/2026-2.`"""
    one = found.submissions == 1
    whole = "1 submission" if one else f"{found.submissions} submissions"
    versions = ", ".join(f"{count} under {key}" for key, count in found.versions)
    unread = f" {found.unread} could not be assessed or read; no flag of them is counted."
    return f"{whole}: {versions}.{unread if found.unread else ''}"
