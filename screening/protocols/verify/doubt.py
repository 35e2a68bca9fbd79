"""Property 5, first half: a doubt, an unknown date or a gap never gives less than is declared."""

from collections.abc import Callable

from screening.domain.conditions import Condition, Has
from screening.domain.dates import UNKNOWN
from screening.domain.levels import Level
from screening.domain.protocol import Item, Process, Rule, ScreeningProtocol
from screening.domain.reckoning import event_date
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.parts import Cut, Part, cut
from screening.protocols.verify.states import Outcome

LEAST = {"critical": Level.REVIEW, "own_rule": Level.REVIEW, "minor": Level.CAUTION}
"""What the words for a doubt mean: the level that it never falls below."""


def check_doubt(protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = bench.parts(protocol)
    items = protocol.items.values()
    return Found.all(
        (
            *(_doubt(item, protocol, parts, bench) for item in items if item.unsure),
            *(_gap(item, protocol, parts, bench) for item in items if not item.optional),
            *(
                _date(rule, protocol, parts, bench)
                for rule in protocol.rules.values()
                if rule.since
            ),
        )
    )


def _doubt(item: Item, protocol: ScreeningProtocol, parts: tuple[Part, ...], bench: Bench) -> Found:
    """The rules that read the item alone, or with what it is asked after, must speak."""
    near = cut(protocol, (), (item.id,)).protocol.items.keys()
    chosen = [
        part
        for part in parts
        if part.items <= near and item.id in part.items and part.rule.process is not Process.GAPS
    ]
    least = LEAST[item.unsure]
    small = cut(protocol, chosen, (item.id,))
    watch = Has(item.id, frozenset(("not_sure",)))
    what = f"not sure gives less than {least.value}"
    key = ("doubt", item.id, least, bench.alike(small))
    return bench.once(
        key,
        lambda: _never(item.path, small, watch, bench, what, lambda o: o.assessment.level < least),
    )


def _gap(item: Item, protocol: ScreeningProtocol, parts: tuple[Part, ...], bench: Bench) -> Found:
    chosen = [p for p in parts if p.rule.process is Process.GAPS and item.id in p.items]
    small = cut(protocol, chosen, (item.id,))

    def too_little(outcome: Outcome) -> bool:
        assessment = outcome.assessment
        return item.id in outcome.answers.missing and (
            assessment.level < Level.REVIEW or not assessment.open_ended
        )

    what = "a missing answer gives less than an open review"
    return bench.once(
        ("gap", item.id, bench.alike(small)),
        lambda: _never(item.path, small, None, bench, what, too_little),
    )


def _date(rule: Rule, protocol: ScreeningProtocol, parts: tuple[Part, ...], bench: Bench) -> Found:
    """Where a rule needs its date, it is asked; and if it is unknown, no date is named."""
    chosen = [part for part in parts if part.rule is rule or part.helper is rule]
    small = cut(protocol, chosen)
    path = f"rules.{rule.id}.since"
    item = rule.since.partition(".")[0]
    key = ("date", rule.id, bench.alike(small))
    return bench.once(
        key,
        lambda: Found.all(
            (
                _never(path, small, None, bench, f"{item} is needed but not asked",
                       lambda o: rule.when.holds(o.facts) is not None and item not in o.shown),
                _never(path, small, None, bench, "a date that is not known gives too little",
                       lambda o: _unknown(rule, o) and _helps(rule, o)),
            )
        ),
    )  # fmt: skip


def _unknown(rule: Rule, outcome: Outcome) -> bool:
    facts = outcome.facts
    return event_date(rule, facts) == UNKNOWN and rule.when.holds(facts) is not None


def _helps(rule: Rule, outcome: Outcome) -> bool:
    """Whether somebody who does not know the date is better off than declared."""
    if rule.fires_without_date:
        return outcome.flag(rule.id) is None
    assessment = outcome.assessment
    return assessment.level < Level.REVIEW or not assessment.open_ended


def _never(
    path: str,
    small: Cut,
    watch: Condition | None,
    bench: Bench,
    what: str,
    bad: Callable[[Outcome], bool],
) -> Found:
    count = 0
    for state in all_states(small, () if watch is None else (watch,)):
        outcome = bench.engine(small.protocol, state)
        if watch is None or watch.holds(outcome.facts) is not None:
            count += 1
            if bad(outcome):
                return Found(count, (Failure(path, what, state, small.names),))
    return Found(count)
