"""Answers: immutable, only for items that were shown; knows what is missing.

``raw`` everywhere is the JSON shape: an option id, a list of option ids, a date as text,
an object from option to date, or a text; None and [] mean that no answer was given.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from screening.domain.conditions import Facts, Value
from screening.domain.context import Context
from screening.domain.dates import DateAnswer, NoSuchDate, PartialDate
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol

Raw = Mapping[str, object]


class AnswersRefused(ValueError):
    """The raw answers are no answers to this protocol; ``errors`` says why, by item id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(f"{len(errors)} answers were refused")
        self.errors = dict(errors)


class Wrong(ValueError):
    """One raw value is no answer to its item. ``usable`` is the part that still counts."""

    def __init__(self, message: str, usable: Value | None = None) -> None:
        super().__init__(message)
        self.usable = usable


@dataclass(frozen=True)
class Answers:
    """What was said to the items shown. ``missing`` are shown, required and unanswered."""

    values: Mapping[str, Value]
    shown: tuple[Item, ...]
    missing: tuple[str, ...]

    def facts(self, context: Context) -> Facts:
        """What the conditions of rules read: these answers, under this context."""
        return _facts(self.values, frozenset(self.missing), context)

    def to_json(self) -> dict[str, object]:
        """The raw shape again: reading it gives these answers."""
        return {
            item.id: _raw(item, self.values[item.id])
            for item in self.shown
            if item.id in self.values
        }


def read_answers(protocol: ScreeningProtocol, context: Context, raw: Raw) -> Answers:
    """Answers to the items that these answers show; raises AnswersRefused with every fault."""
    answers, errors = examine(protocol, context, raw)
    if errors:
        raise AnswersRefused(errors)
    return answers


def shown_items(protocol: ScreeningProtocol, context: Context, raw: Raw) -> tuple[Item, ...]:
    """The items that these raw answers show; faulty answers count as far as they are usable."""
    return examine(protocol, context, raw)[0].shown


def examine(
    protocol: ScreeningProtocol, context: Context, raw: Raw
) -> tuple[Answers, dict[str, str]]:
    """The answers as far as they are usable, and what is wrong with the others, by item."""
    errors = dict.fromkeys(
        raw.keys() - protocol.items.keys(), "there is no such item in this protocol"
    )
    values: dict[str, Value] = {}
    missing: set[str] = set()
    shown = []
    facts = _facts(values, missing, context)
    for item in protocol.items.values():
        if item.shown_when is not None and item.shown_when.holds(facts) is None:
            continue
        shown.append(item)
        try:
            value = read_value(item, raw.get(item.id), context.completed_on, values)
        except Wrong as wrong:
            errors[item.id], value = str(wrong), wrong.usable
        if value is not None:
            values[item.id] = value
        if not item.optional and _incomplete(item, value, values):
            missing.add(item.id)
    gaps = tuple(item.id for item in shown if item.id in missing)
    return Answers(MappingProxyType(values), tuple(shown), gaps), errors


def read_value(item: Item, raw: object, today: date, earlier: Mapping[str, Value]) -> Value | None:
    """One raw value as a value of its item, None where no answer was given; raises Wrong."""
    if raw is None or raw == []:
        return None
    if item.kind is ItemKind.SINGLE:
        return _read_single(item, raw)
    if item.kind is ItemKind.MULTI:
        return _read_multi(item, raw)
    if item.kind is ItemKind.BIRTH_DATE:
        return _read_birth_date(raw, today)
    if item.kind is ItemKind.DATES:
        return _read_dates(item, raw, today, earlier)
    if not isinstance(raw, str):
        raise Wrong("this answer must be a text")
    return raw if item.kind is ItemKind.TEXT else read_date(item, raw, today)


def _read_single(item: Item, raw: object) -> str:
    if not isinstance(raw, str):
        raise Wrong("this answer must be one option id, as a text")
    if raw not in item.option_ids:
        raise Wrong("this is no option of the item")
    return raw


def _read_multi(item: Item, raw: object) -> frozenset[str]:
    if not isinstance(raw, list | tuple):
        raise Wrong("this answer must be a list of option ids")
    options = frozenset(item.option_ids)
    known = frozenset(one for one in raw if isinstance(one, str) and one in options)
    if not all(isinstance(one, str) and one in options for one in raw):
        raise Wrong("the list holds something that is no option of the item", known or None)
    return known


def _read_birth_date(raw: object, today: date) -> date:
    if not isinstance(raw, str):
        raise Wrong("the date of birth must be a text, YYYY-MM-DD")
    try:
        born = PartialDate.parse(raw)
    except NoSuchDate as error:
        raise Wrong(str(error)) from error
    if not born.exact:
        raise Wrong("the date of birth must be a whole date, YYYY-MM-DD")
    if born.first_day() > today:
        raise Wrong("this date is in the future")
    return born.first_day()


def read_date(item: Item, raw: object, today: date) -> DateAnswer:
    """A partial date that begins by ``today``, or one of the item's special words."""
    if not isinstance(raw, str):
        raise Wrong("this date must be a text")
    if raw in item.special_dates:
        return raw
    try:
        partial = PartialDate.parse(raw)
    except NoSuchDate as error:
        raise Wrong(str(error)) from error
    if partial.first_day() > today:
        raise Wrong("this date is in the future")
    return partial


def _read_dates(
    item: Item, raw: object, today: date, earlier: Mapping[str, Value]
) -> Mapping[str, DateAnswer] | None:
    """Dates of the ticked options; those of options that were not ticked are ignored."""
    if not isinstance(raw, Mapping):
        raise Wrong("this answer must be an object from option to date")
    if raw.keys() - set(item.dated_options):
        raise Wrong("there is a date for something that is no treatment")
    dates, wrong = {}, ""
    for option in ticked(item, earlier):
        if raw.get(option) in (None, []):
            continue
        try:
            dates[option] = read_date(item, raw[option], today)
        except Wrong as error:
            wrong = f"{option}: {error}"
    usable = MappingProxyType(dates) if dates else None
    if wrong:
        raise Wrong(wrong, usable)
    return usable


def ticked(item: Item, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The options of the parent that were ticked and need a date, in the parent's order."""
    parent = values.get(item.dates_for)
    chosen = parent if isinstance(parent, frozenset) else frozenset()
    return tuple(option for option in item.dated_options if option in chosen)


def _incomplete(item: Item, value: Value | None, values: Mapping[str, Value]) -> bool:
    if item.kind is ItemKind.DATES:
        dates = value if isinstance(value, Mapping) else {}
        return any(option not in dates for option in ticked(item, values))
    return value is None


def _raw(item: Item, value: Value) -> object:
    if isinstance(value, frozenset):
        return [option for option in item.option_ids if option in value]
    if isinstance(value, Mapping):
        return {option: str(dated) for option, dated in value.items()}
    return str(value)


def _facts(values: Mapping[str, Value], missing: Set[str], context: Context) -> Facts:
    settings = {"jurisdiction": context.jurisdiction, "modality": context.modality}
    days = {"treatment": context.treatment_day, "completion": context.completed_on}
    return Facts(values, missing, settings, days)
