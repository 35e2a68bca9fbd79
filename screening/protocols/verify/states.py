"""States: answers to the items of a cut under a context, each reachable and only what is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from screening.domain.answers import Answers, examine
from screening.domain.assessment import Assessment, Flag, evaluate
from screening.domain.conditions import Facts, Value
from screening.domain.context import Context
from screening.domain.protocol import Item, ScreeningProtocol
from screening.protocols.verify.choices import Raw

_MOST = 5_000_000


@dataclass(frozen=True)
class State:
    raw: Raw
    context: Context


@dataclass(frozen=True)
class Outcome:
    """What the engine makes of a state."""

    answers: Answers
    assessment: Assessment
    facts: Facts

    def flag(self, rule: str) -> Flag | None:
        return next((flag for flag in self.assessment.flags if flag.rule == rule), None)

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(item.id for item in self.answers.shown)


Engine = Callable[[ScreeningProtocol, State], Outcome]


def run(protocol: ScreeningProtocol, state: State) -> Outcome:
    """The app's own engine: the same functions that assess a submission."""
    answers, errors = examine(protocol, state.context, state.raw)
    if errors:
        raise AssertionError(f"verify made answers that are none: {errors}")
    assessment = evaluate(protocol, answers, state.context)
    return Outcome(answers, assessment, answers.facts(state.context))


def as_value(answer: object) -> Value:
    return frozenset(answer) if isinstance(answer, list) else str(answer)


def is_shown(item: Item, values: Mapping[str, Value], context: Context) -> bool:
    if item.shown_when is None:
        return True
    settings = {"jurisdiction": context.jurisdiction, "modality": context.modality}
    return item.shown_when.holds(Facts(values, settings=settings)) is not None
