"""What verify found: a result for each property, and failures with a counterexample."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from screening.protocols.verify.states import State


@dataclass(frozen=True)
class Failure:
    """``about`` is a path of the protocol file; the state shows it, where there is one.

    Of the items in ``asked`` those that the state does not answer are meant to be gaps.
    """

    about: str
    what: str
    state: State | None = None
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """How many states were checked, and what failed."""

    states: int = 0
    failures: tuple[Failure, ...] = ()

    @classmethod
    def all(cls, several: Iterable["Found"]) -> "Found":
        found = tuple(several)
        failures = tuple(chain.from_iterable(one.failures for one in found))
        return cls(sum(one.states for one in found), failures)


@dataclass(frozen=True)
class Result:
    """``declared`` is false where the protocol version does not say what would be checked."""

    number: int
    sentence: str
    found: Found
    seconds: float
    declared: bool = True

    @property
    def holds(self) -> bool:
        return not self.found.failures


@dataclass(frozen=True)
class Report:
    """``holds`` if no property fails; what is not declared was not checked."""

    key: str
    digest: str
    results: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        return all(result.holds for result in self.results)

    @property
    def complete(self) -> bool:
        """Whether every property was declared, and so checked."""
        return all(result.declared for result in self.results)

    @property
    def failures(self) -> Iterator[Failure]:
        return chain.from_iterable(result.found.failures for result in self.results)
