"""A fault names the place in a protocol, what is wrong there, and what would be right."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.path}: {self.wrong}; {self.right}"


class ProtocolInconsistent(ValueError):
    """The protocol contradicts itself; ``faults`` lists every place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def id_faults(place: str, names: Iterable[str]) -> Iterator[Fault]:
    """What is wrong with these ids: their spelling, or one that stands twice."""
    for name, count in Counter(names).items():
        if not _SNAKE_CASE.fullmatch(name):
            yield Fault(f"{place}.{name}", "this is no id", "write a-z, 0-9 and _ in an id")
        if count > 1:
            yield Fault(f"{place}.{name}", f"the id {name} is used twice", "give each its own id")
