"""Property 3: every option that is not declared harmless is always noticed."""

from collections.abc import Sequence

from screening.domain.conditions import Condition, Has, leaves
from screening.domain.dates import STILL_USING, UNKNOWN
from screening.domain.protocol import Item, Option, Process, Rule, ScreeningProtocol
from screening.domain.reckoning import event_date
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.cover import Cover, cover
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.parts import Cut, Part, conditions_of, with_parents
from screening.protocols.verify.states import Outcome, State

SENTENCE = (
    "Every option that is not declared harmless raises a flag in every state that holds it, "
    "until a wait of its own has run out."
)


def declared(protocol: ScreeningProtocol) -> bool:
    return any(option.harmless for item in protocol.items.values() for option in item.options)


def check_options(protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = bench.parts(protocol)
    return Found.all(
        _option(item, option, protocol, parts, bench)
        for item in protocol.items.values()
        for option in item.options
    )


def _option(
    item: Item, option: Option, protocol: ScreeningProtocol, parts: Sequence[Part], bench: Bench
) -> Found:
    if option.harmless:
        return _needless(item, option, protocol, parts, bench)
    noticing = _noticing(item, option, protocol, parts, bench)
    if noticing.missed is None:
        return Found(noticing.states)
    what = f"{option.id} in {item.id} is not declared harmless, and here nothing notices it"
    path, every = f"{item.path}.options.{option.id}", frozenset(protocol.items)
    return Found(noticing.states, (Failure(path, what, noticing.missed, every),))


def _needless(
    item: Item, option: Option, protocol: ScreeningProtocol, parts: Sequence[Part], bench: Bench
) -> Found:
    """What the option itself or what it asks next raises; not what it was asked after."""
    below = {one for one in protocol.items if item.id in with_parents(protocol, (one,))}
    own = [part for part in parts if part.items & below]
    noticing = _noticing(item, option, protocol, own, bench)
    if noticing.missed is not None:
        return Found(noticing.states)
    what = f"{option.id} in {item.id} is declared harmless, although it is always noticed"
    return Found(noticing.states, (Failure(f"{item.path}.harmless.{option.id}", what),))


def _noticing(
    item: Item, option: Option, protocol: ScreeningProtocol, parts: Sequence[Part], bench: Bench
) -> Cover:
    """Which of these parts notice the option together, or a form on which none does."""

    def find(small: Cut) -> tuple[int, State | None]:
        key = ("noticed", item.id, option.id, bench.alike(small))
        return bench.once(key, lambda: _unnoticed(item, option, small, bench))

    about = f"{item.id}.{option.id} {bool(option.harmless)}"
    return cover(protocol, parts, (item.id,), find, lambda _: True, bench, about)


def _reads(part: Part, item: str, option: str) -> bool:
    """Whether the part is a rule that names the option."""
    if part.rule.process is Process.UNSURE:
        return option == "not_sure" and item in part.items
    if part.rule.process is not None:
        return False
    return any(
        isinstance(leaf, Has) and leaf.item == item and option in leaf.options
        for condition in conditions_of(part.rule)
        for leaf in leaves(condition)
    )


def _unnoticed(item: Item, option: Option, small: Cut, bench: Bench) -> tuple[int, State | None]:
    """A state that holds the option and raises no flag although no wait of it has run out."""
    watch: Condition = Has(item.id, frozenset((option.id,)))
    count = 0
    for state in all_states(small, (watch,)):
        said = state.raw.get(item.id)
        if said != option.id and not (isinstance(said, list) and option.id in said):
            continue
        count += 1
        outcome = bench.engine(small.protocol, state)
        if not outcome.assessment.flags and not _waited(item, option, small, outcome):
            return count, state
    return count, None


def _waited(item: Item, option: Option, small: Cut, outcome: Outcome) -> bool:
    """Whether a wait that the option began has run out."""
    return any(
        rule.since
        and _reads(Part(rule, frozenset()), item.id, option.id)
        and rule.when.holds(outcome.facts) is not None
        and _has_run_out(rule, outcome)
        for rule in small.protocol.rules.values()
    )


def _has_run_out(rule: Rule, outcome: Outcome) -> bool:
    event = event_date(rule, outcome.facts)
    return event not in (None, UNKNOWN, STILL_USING) and outcome.flag(rule.id) is None
