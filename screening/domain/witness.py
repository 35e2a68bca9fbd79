"""What a look at the whole chain of audit events found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Fault = Literal[
    "changed",
    "missing",
    "out of order",
    "cut off",
    "added",
    "early",
    "head",
    "key",
    "checkpoint",
    "trimmed",
]

WORDS: dict[Fault, str] = {
    "changed": "its content, or the one before it, is not what was witnessed",
    "missing": "an event was taken out here",
    "out of order": "events were put into another order",
    "cut off": "the events after this one were taken away",
    "added": "events stand outside the chain: added by another hand, or by an older program",
    "early": "an event from before the chain began was changed, removed or added",
    "head": "the end of the chain was removed or changed",
    "key": "the chain's key cannot be opened with this master key",
    "trimmed": "where the log begins was forged, or what was taken away before it is back",
    "checkpoint": "the chain is not the one that the checkpoint was taken of",
}


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold; `seq` is the event's number, if there is."""

    fault: Fault
    link: int
    seq: int | None = None

    @property
    def words(self) -> str:
        where = f"at link {self.link}" + (f", event {self.seq}" if self.seq else "")
        return f"{where}: {WORDS[self.fault]}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of the chain as somebody wrote it down outside the database."""

    link: int
    mac: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first event in the chain, where others stand before it."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Witnessed:
    """`links` events hold from the first on that is kept; `early` stand before the chain.

    `trimmed`: so many links were taken away when their time was over.
    """

    links: int
    early: int
    broken: Break | None
    head: Checkpoint
    trimmed: int = 0
    begins: Beginning | None = None
