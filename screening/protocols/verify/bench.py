"""Bench: what the checks work with; the engine, the forms, and what was found out already."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from screening.domain.protocol import ScreeningProtocol
from screening.protocols.verify.forms import Forms
from screening.protocols.verify.states import Engine, run

T = TypeVar("T")


@dataclass
class Bench:
    """``memo`` keeps results by the content of a cut: cuts that are alike are checked once.

    ``sufficed`` keeps which parts were enough to answer a question.
    """

    engine: Engine = run
    memo: dict[Hashable, object] = field(default_factory=dict)
    sufficed: dict[str, frozenset[str]] = field(default_factory=dict)
    _forms: Forms | None = None

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        if key not in self.memo:
            self.memo[key] = find()
        found: T = self.memo[key]  # type: ignore[assignment]
        return found

    def forms(self, protocol: ScreeningProtocol) -> Forms:
        if self._forms is None or self._forms.protocol is not protocol:
            self._forms = Forms(protocol)
        return self._forms
