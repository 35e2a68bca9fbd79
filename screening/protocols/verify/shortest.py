"""Whether a rule waits at least as long as a safety case promises, over all uneven days."""

from collections.abc import Iterator
from datetime import date

from screening.domain.conditions import support
from screening.domain.context import Context
from screening.domain.dates import Wait
from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.domain.safety_cases import SafetyCase
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.boundaries import DAY, UNEVEN_DAYS
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.fitting import fitting, read_by
from screening.protocols.verify.parts import Cut, Part, cut
from screening.protocols.verify.states import State


def waits_long_enough(
    case: SafetyCase, protocol: ScreeningProtocol, part: Part, wait: Wait, bench: Bench
) -> Found:
    """The day before the promised wait is over, the rule still fires."""
    small = cut(protocol, (part,), case.answers.keys() | support(case.given))
    key = ("shortest", repr(case), wait, read_by(case, small), bench.alike(small))
    return bench.once(key, lambda: _waits(case, small, part, wait, bench))


def _waits(case: SafetyCase, small: Cut, part: Part, wait: Wait, bench: Bench) -> Found:
    rule, count = part.rule, 0
    for shape, _ in _shapes(case, small, part, bench):
        for event in UNEVEN_DAYS:
            state = _on_the_last_day(shape, small, part, event, wait)
            outcome, count = bench.engine(small.protocol, state), count + 1
            if outcome.flag(rule.id) is None:
                what = f"But {rule.id} is silent on {state.context.treatment_date}."
                return Found(count, (Failure("", what, state, small.names),))
    none = Failure("", "No reachable state fits the case, so that it promises nothing.")
    return Found(count, () if count else (none,))


def _shapes(
    case: SafetyCase, small: Cut, part: Part, bench: Bench
) -> Iterator[tuple[State, object]]:
    """States in which the rule needs its date, one for each set of other answers."""
    item, _, option = part.rule.since.partition(".")
    seen = []
    for state, outcome in fitting(case, small, bench):
        others = {name: raw for name, raw in state.raw.items() if name != item}
        if part.rule.when.holds(outcome.facts) is None or others in seen:
            continue
        seen.append(others)
        yield State(others, state.context), option


def _on_the_last_day(shape: State, small: Cut, part: Part, event: date, wait: Wait) -> State:
    name, _, option = part.rule.since.partition(".")
    last = wait.after(event) - DAY
    born = small.protocol.items[name].kind is ItemKind.BIRTH_DATE
    context = Context(
        last if born else event, last, shape.context.jurisdiction, shape.context.modality
    )
    said: object = {option: str(event)} if option else str(event)
    return State({**shape.raw, name: said}, context)
