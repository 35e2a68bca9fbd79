"""What differs between two versions of a protocol, by item, rule and wait."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from screening.domain.dates import Wait
from screening.domain.protocol import Item, NamedWait, Rule, ScreeningProtocol

T = TypeVar("T")
NEW, GONE = "new", "gone"
PARTS = (
    "contradictions", "safety_cases", "recognised", "sources", "leads", "disagreements", "advice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind` is "item", "rule", "wait" or another part of the file; `what` says it in words."""

    kind: str
    id: str
    what: str


def differences(before: ScreeningProtocol, now: ScreeningProtocol) -> tuple[Difference, ...]:
    """Everything that an approver has to look at again."""
    return (
        *_each("item", before.items, now.items, _of_items),
        *_each("rule", before.rules, now.rules, _of_rules),
        *_each("wait", before.waits, now.waits, _of_waits),
        *_each("condition", before.conditions, now.conditions, lambda *_: iter(("changed",))),
        *_counted(before, now),
    )


def wait_words(wait: Wait) -> str:
    number, unit = (wait.days, "day") if wait.days else (wait.months, "month")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _each(
    kind: str, before: Mapping[str, T], now: Mapping[str, T], words: Callable[[T, T], Iterator[str]]
) -> Iterator[Difference]:
    for name in {**before, **now}:
        if name not in before:
            yield Difference(kind, name, NEW)
        elif name not in now:
            yield Difference(kind, name, GONE)
        elif before[name] != now[name]:
            said = "; ".join(words(before[name], now[name]))
            yield Difference(kind, name, said or "other details")


def _of_items(before: Item, now: Item) -> Iterator[str]:
    if before.wording != now.wording:
        yield "another wording"
    yield from _options(before, now)
    if before.shown_when != now.shown_when:
        yield "shown at other times"
    if _rest(before) != _rest(now):
        yield "other details"


def _options(before: Item, now: Item) -> Iterator[str]:
    then, here = dict.fromkeys(before.option_ids), dict.fromkeys(now.option_ids)
    if added := [name for name in here if name not in then]:
        yield f"new options: {', '.join(added)}"
    if gone := [name for name in then if name not in here]:
        yield f"options gone: {', '.join(gone)}"
    old = {option.id: option for option in before.options}
    same = [(old[one.id], one) for one in now.options if one.id in old]
    if any((a.label, a.exclusive) != (b.label, b.exclusive) for a, b in same):
        yield "options worded differently"
    if any(a.harmless != b.harmless for a, b in same):
        yield "other options declared harmless"


def _rest(item: Item) -> tuple[object, ...]:
    return (item.kind, item.why, item.optional, item.gate, item.unsure, item.special_dates)


def _of_rules(before: Rule, now: Rule) -> Iterator[str]:
    if before.level != now.level:
        yield f"level {before.level.value} → {now.level.value}"
    if before.level_when != now.level_when:
        yield "other levels in some settings"
    if (before.when, before.process) != (now.when, now.process):
        yield "fires at other times"
    if before.waits != now.waits or before.since != now.since:
        yield "waits otherwise"
    if before.override != now.override:
        yield "may be overridden" if now.override else "may no longer be overridden"
    if (before.patient, before.clinician) != (now.patient, now.clinician):
        yield "another text"
    if (before.evidence, before.sources) != (now.evidence, now.sources):
        yield "other sources"


def _of_waits(before: NamedWait, now: NamedWait) -> Iterator[str]:
    if before.wait != now.wait:
        yield f"{wait_words(before.wait)} → {wait_words(now.wait)}"
    if (before.seen, before.strength) != (now.seen, now.strength):
        yield "other evidence"


def _counted(before: ScreeningProtocol, now: ScreeningProtocol) -> Iterator[Difference]:
    """Parts that have no names of their own, by how many there are."""
    for part in PARTS:
        then, here = getattr(before, part), getattr(now, part)
        if then != here:
            words = part.replace("_", " ")
            yield Difference("part", words, f"{len(then)} before, {len(here)} now")
