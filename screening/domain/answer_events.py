"""Answer events: every change of an answer as it was accepted, and what they add up to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from screening.domain.draft import Draft, Raw

WAYS_BACK: Mapping[str, str] = MappingProxyType(
    {"mistake": "I ticked this by mistake", "helped": "I have had help"}
)
"""What may be said of an urgent sign after its advice, with the words on the button."""


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """What was said to one item, before and from then on; None where nothing is.

    ``aside`` is what stands withdrawn beside the answer from then on. ``protocol`` is the version
    that asked. ``urgent``: an urgent sign was ticked, which is no answer but put aside at once.
    ``way_back``: what was said of that sign after its advice, one of WAYS_BACK or empty.
    """

    protocol: str
    item: str
    old: object
    new: object
    aside: object
    at: datetime
    urgent: bool = False
    way_back: str = ""

    def to_json(self) -> dict[str, object]:
        parts = ("protocol", "item", "old", "new", "aside")
        body: dict[str, object] = {part: getattr(self, part) for part in parts}
        body |= {"urgent": True} if self.urgent else {}
        return body | ({"way_back": self.way_back} if self.way_back else {})

    @classmethod
    def from_json(cls, body: Mapping[str, object], at: datetime) -> "AnswerEvent":
        return cls(
            protocol=str(body["protocol"]),
            item=str(body["item"]),
            old=body["old"],
            new=body["new"],
            aside=body["aside"],
            at=at,
            urgent=bool(body.get("urgent")),
            way_back=str(body.get("way_back", "")),
        )


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and by which version it was asked; ``urgent`` are the items of ticked urgent signs."""

    protocol: str
    at: datetime
    urgent: frozenset[str] = frozenset()


def events_between(
    before: Draft, after: Draft, occasion: Occasion, only: Iterable[str] | None = None
) -> tuple[AnswerEvent, ...]:
    """One for each item whose answer differs, or what was withdrawn of it; none otherwise."""
    return tuple(_between(before, after, occasion, None if only is None else frozenset(only)))


def _between(
    before: Draft, after: Draft, occasion: Occasion, only: frozenset[str] | None
) -> Iterator[AnswerEvent]:
    set_aside, aside = before.withdrawn, after.withdrawn
    for name in dict.fromkeys((*before.answers, *set_aside, *after.answers, *aside)):
        old, new = before.answers.get(name), after.answers.get(name)
        same = (old, set_aside.get(name)) == (new, aside.get(name))
        if not same and (only is None or name in only):
            urgent = name in occasion.urgent
            yield AnswerEvent(
                occasion.protocol, name, old, new, aside.get(name), occasion.at, urgent
            )


@dataclass(frozen=True, slots=True)
class Advised:
    """Urgent signs that were ticked on a page of the version ``asked`` and advised on at once."""

    asked: str
    signs: Raw
    way_back: str = ""

    def events(self, at: datetime) -> tuple[AnswerEvent, ...]:
        """What was said of them; they stay put aside."""
        return tuple(
            AnswerEvent(self.asked, name, None, None, raw, at, True, self.way_back)
            for name, raw in self.signs.items()
        )


def replayed(events: Iterable[AnswerEvent]) -> tuple[Raw, Raw]:
    """The answers that these events lead to, and what was withdrawn on the way."""
    answers: dict[str, object] = {}
    aside: dict[str, object] = {}
    for event in events:
        answers[event.item], aside[event.item] = event.new, event.aside
    return _there(answers), _there(aside)


def _there(raw: Raw) -> Raw:
    return {name: one for name, one in raw.items() if one is not None}
