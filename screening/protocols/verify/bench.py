"""Bench: what the checks work with; the engine, the forms, and what was found out already."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from screening.domain.protocol import Item, ScreeningProtocol
from screening.protocols.verify.forms import Forms
from screening.protocols.verify.parts import Cut, Part, parts_of, unworded
from screening.protocols.verify.states import Engine, run

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class AtHand:
    """The protocol that is checked now. Items that ask for the same have the same number."""

    protocol: ScreeningProtocol
    numbers: Mapping[str, int]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return parts_of(self.protocol)

    @cached_property
    def forms(self) -> Forms:
        return Forms(self.protocol)


@dataclass
class Bench:
    """``memo`` keeps results by the content of a cut: cuts that are alike are checked once.

    ``sufficed`` keeps which parts were enough to answer a question.
    """

    engine: Engine = run
    memo: dict[Hashable, object] = field(default_factory=dict)
    sufficed: dict[str, frozenset[str]] = field(default_factory=dict)
    _numbers: dict[Item, int] = field(default_factory=dict)
    _at_hand: AtHand | None = None

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        if key not in self.memo:
            self.memo[key] = find()
        found: T = self.memo[key]  # type: ignore[assignment]
        return found

    def alike(self, small: Cut) -> Hashable:
        """Equal for cuts that do the same, also if they are of different protocols.

        Texts and declarations (what is harmless) are not told apart.
        """
        numbers = self._at(small.whole).numbers.items()
        items = tuple(number for name, number in numbers if name in small.names)
        waits = tuple((key, small.whole.waits[key].wait) for key in sorted(small.waits))
        return items, tuple(part.key for part in small.parts), waits, tuple(small.whole.settings)

    def parts(self, protocol: ScreeningProtocol) -> tuple[Part, ...]:
        return self._at(protocol).parts

    def forms(self, protocol: ScreeningProtocol) -> Forms:
        return self._at(protocol).forms

    def _at(self, protocol: ScreeningProtocol) -> AtHand:
        if self._at_hand is None or self._at_hand.protocol is not protocol:
            asked = {name: unworded(item) for name, item in protocol.items.items()}
            numbers = {n: self._numbers.setdefault(i, len(self._numbers)) for n, i in asked.items()}
            self._at_hand = AtHand(protocol, numbers)
        return self._at_hand
