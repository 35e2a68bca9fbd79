"""How the answers of one submission changed, told from its events as steps from one to the next.

A first answer is no step. What was typed again before sending is told apart from what changed
after a result had been shown: an earlier edition, or the advice on an urgent sign.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from screening.domain.answer_events import AnswerEvent
from screening.domain.draft import Raw


class How(Enum):
    """How an item stands: answered, or in which way it is not."""

    ANSWERED = "answered"
    CLEARED = "cleared"
    HIDDEN = "hidden"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Stand:
    """What was last said to an item; an urgent sign is said and yet no answer.

    ``way_back``: what was said of that sign after its advice.
    """

    how: How
    said: object = None
    way_back: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """``before`` is None where nothing had been said. ``aside``: what was withdrawn by it."""

    protocol: str
    item: str
    before: Stand | None
    now: Stand
    at: datetime
    after_result: bool = False
    aside: object = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent in the end; ``earlier`` are the answers of the edition that it followed."""

    protocol: str
    answers: Raw
    at: datetime
    earlier: Raw | None = None


History = tuple[Step, ...]


def history(events: Iterable[AnswerEvent], sent: Sent) -> History:
    """Every step, in order; none where no event was kept."""
    return tuple(_Telling(sent).steps(tuple(events)))


class _Telling:
    def __init__(self, sent: Sent) -> None:
        self.sent = sent
        self.stands = {name: Stand(How.ANSWERED, raw) for name, raw in (sent.earlier or {}).items()}
        self.aside: dict[str, object] = {}
        self.warned: set[str] = set()

    def steps(self, events: tuple[AnswerEvent, ...]) -> Iterator[Step]:
        for event in events:
            before, now = self._before(event), _stand(event)
            self.stands[event.item] = now
            put_aside = event.aside if event.aside != self.aside.get(event.item) else None
            self.aside[event.item] = event.aside
            first = before is None and now.how is How.ANSWERED
            if before != now and not first:
                after = self.sent.earlier is not None or event.item in self.warned
                yield Step(event.protocol, event.item, before, now, event.at, after, put_aside)
            if event.urgent:
                self.warned.add(event.item)
        if events:
            yield from self._not_asked_again()

    def _before(self, event: AnswerEvent) -> Stand | None:
        stand = self.stands.get(event.item)
        if stand is None and event.old is not None:  # begun before events were kept
            return Stand(How.ANSWERED, event.old)
        if stand is None and event.new is not None and event.aside is not None:
            self.warned.add(event.item)  # a sign ticked at the gate, before there was a draft
            return Stand(How.URGENT, event.aside)
        return stand

    def _not_asked_again(self) -> Iterator[Step]:
        """Questions that followed up on one that is answered otherwise now."""
        for name, raw in (self.sent.earlier or {}).items():
            before = self.stands[name]
            if name not in self.sent.answers and before == Stand(How.ANSWERED, raw):
                now = Stand(How.HIDDEN)
                yield Step(self.sent.protocol, name, before, now, self.sent.at, True, raw)


def _stand(event: AnswerEvent) -> Stand:
    if event.new is not None:
        return Stand(How.ANSWERED, event.new)
    if event.urgent:
        return Stand(How.URGENT, event.aside, event.way_back)
    return Stand(How.CLEARED if event.aside is None else How.HIDDEN)


def withdrawn_at(steps: History, item: str, raw: object) -> datetime | None:
    """When this answer ceased to be one, as far as these steps tell."""
    for step in reversed(steps):
        left = step.before == Stand(How.ANSWERED, raw) and step.now.said != raw
        if step.item == item and (step.aside == raw or left):
            return step.at
    return None


def since_result(steps: History) -> Mapping[str, Step]:
    """By item, one step from what a result had rested on to what was said last."""
    found: dict[str, Step] = {}
    for step in steps:
        if not step.after_result or step.now.how is How.URGENT:
            continue
        first = found.get(step.item, step)
        before = step.before if step.before and step.before.how is How.URGENT else first.before
        found[step.item] = Step(step.protocol, step.item, before, step.now, step.at, True)
    return {name: step for name, step in found.items() if step.before != step.now}
