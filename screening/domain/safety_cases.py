"""SafetyCase: a sentence about safety that a protocol promises, in a form that can be checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from screening.domain.conditions import Condition
from screening.domain.dates import Wait
from screening.domain.levels import Level

COMPLETED_ON = date(2027, 1, 15)
"""The day on which a case's answers are given: one on which the calendar makes no difference."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What holds in every reachable state that fits the case; what is not given is not promised.

    ``waits`` and ``says`` are pairs with a rule: at least this wait after its event, and these
    words in its patient text. ``binding`` are rules that no clinician may override.
    """

    level_at_least: Level | None = None
    level_at_most: Level | None = None
    fires: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    open: bool = False
    asks: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()
    waits: tuple[tuple[str, Wait], ...] = ()
    says: tuple[tuple[str, str], ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that the promise names."""
        named = (*self.fires, *self.never, *self.binding)
        return (*named, *(rule for rule, _ in self.waits), *(rule for rule, _ in self.says))


@dataclass(frozen=True, slots=True)
class SafetyCase:
    """``given`` is the condition and ``answers`` are the exact raw answers that it is about.

    ``alone``: everything else is answered with options that are declared harmless.
    ``ground`` says where the promise comes from.
    """

    id: str
    sentence: str
    ground: str
    given: Condition
    then: Promise
    answers: Mapping[str, object] = field(default_factory=dict, hash=False)
    alone: bool = False
