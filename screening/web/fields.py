"""One strict WTForms field for each kind of item: the form's shape, nothing of its meaning.

A field's ``raw`` is the answer in the JSON shape of ``read_answers``, or None. ``typed`` is what
was posted, so that a page can be shown again as the person left it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from screening.domain.dates import OVER_2_YEARS, STILL_USING, UNKNOWN, PartialDate, Wait
from screening.domain.protocol import Item, ItemKind
from screening.web.typed import (
    Parts,
    Problem,
    read_partial_date,
    read_text,
    read_whole_date,
    tidy,
)

DATE_PARTS = ("day", "month", "year")
A_DATE = "date"
KIND_LABELS = {
    A_DATE: "About this date",
    STILL_USING: "I still use it",
    OVER_2_YEARS: "More than 2 years ago",
    UNKNOWN: "I don’t know",
}
TWO_YEARS = Wait(months=24)
Typed = Mapping[str, list[str]]


class Asking(Protocol):
    """What a field may ask of its form."""

    today: date

    def ticked(self, dates: Item) -> tuple[str, ...]: ...


class FieldRefused(ValueError):
    """Something no page of ours can send: a forged option or a doubled single value."""


class StrictField(Field):
    """One question. ``problems`` maps the field name concerned to what is wrong with it."""

    def __init__(self, item: Item, **kwargs: Any) -> None:
        super().__init__(label=item.wording, **kwargs)
        self.item = item
        self.form: Asking
        self.raw: object = None
        self.typed: dict[str, list[str]] = {}
        self.problems: dict[str, Problem] = {}

    def process(self, formdata: MultiDict[str, str] | None, *_: Any, **__: Any) -> None:
        posted = formdata if formdata is not None else MultiDict[str, str]()
        self.process_errors = ()
        names = field_names(self.item)
        self.typed = {name: posted.getlist(name) for name in names if name in posted}

    def read(self) -> None:
        """Set ``raw`` from ``typed``; fields are read in order, so parents come first."""
        raise NotImplementedError

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - the signature is WTForms'
        self.check()
        if self.problems:
            raise StopValidation(next(iter(self.problems.values())).message)

    def check(self) -> None:
        """Add what only the whole form can tell; here: that an answer is needed."""
        if self.raw is None and not self.item.optional and not self.problems:
            self.problems[self.item.id] = Problem(missing_message(self.item))

    def one(self, name: str) -> str:
        values = self.typed.get(name, [])
        if len(values) > 1:
            raise FieldRefused(f"{self.item.id}: one value expected")
        return tidy(values[0]) if values else ""

    def parts(self, prefix: str) -> Parts:
        return Parts(*(self.one(f"{prefix}-{part}") for part in DATE_PARTS))

    def partial_date(self, name: str) -> str | None:
        """One partial date by its radio buttons and boxes; typing without choosing is enough."""
        kind, parts = self.one(name), self.parts(name)
        if kind and kind != A_DATE:
            special = self.listed(kind, self.item.special_dates)
            if special == OVER_2_YEARS and _is_later(parts, self.form.today):
                self.problems[name] = Problem(which_message(self.item), DATE_PARTS)
                return None
            return special
        try:
            raw = read_partial_date(parts, self.form.today)
        except Problem as problem:
            self.problems[name] = problem
            return None
        if kind == A_DATE and raw is None:
            self.problems[name] = Problem(date_message(self.item), DATE_PARTS)
        return raw

    def listed(self, value: str, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise FieldRefused(f"{self.item.id}: not an option")
        return value


class SingleField(StrictField):
    def read(self) -> None:
        value = self.one(self.item.id)
        self.raw = self.listed(value, self.item.option_ids) if value else None


class MultiField(StrictField):
    def read(self) -> None:
        posted = self.typed.get(self.item.id, [])
        for value in posted:
            self.listed(value, self.item.option_ids)
        chosen = [option for option in self.item.option_ids if option in posted]
        alone = self.item.exclusive_ids.intersection(chosen)
        if alone and len(chosen) > 1:
            label = next(one.label for one in self.item.options if one.id in alone)
            self.problems[self.item.id] = Problem(
                f"“{self.item.wording}” Choose either “{label}” or the other answers, not both"
            )
        else:
            self.raw = chosen or None


class BirthDateField(StrictField):
    def read(self) -> None:
        try:
            born = read_whole_date(self.parts(self.item.id))
            if born is not None and born > self.form.today:
                raise Problem("Your date of birth must be in the past. Check the year", ("year",))
            self.raw = born and born.isoformat()
        except Problem as problem:
            self.problems[self.item.id] = problem


class PartialDateField(StrictField):
    def read(self) -> None:
        self.raw = self.partial_date(self.item.id)


class DatesField(StrictField):
    """One partial date for each ticked option of the parent; the others do not count."""

    ticked: tuple[str, ...] = ()

    def read(self) -> None:
        self.ticked = self.form.ticked(self.item)
        dates = {}
        for option in self.item.dated_options:
            name = f"{self.item.id}-{option}"
            raw = self.partial_date(name)
            if option in self.ticked:
                dates[option] = raw
            else:
                self.problems.pop(name, None)
        self.raw = {option: raw for option, raw in dates.items() if raw is not None} or None

    def check(self) -> None:
        given = self.raw if isinstance(self.raw, dict) else {}
        for option in self.ticked:
            name = f"{self.item.id}-{option}"
            if option not in given and name not in self.problems:
                self.problems[name] = Problem(date_message(self.item))


class TextField(StrictField):
    def read(self) -> None:
        try:
            self.raw = read_text(self.one(self.item.id))
        except Problem as problem:
            self.problems[self.item.id] = problem


FIELD_FOR: Mapping[ItemKind, type[StrictField]] = {
    ItemKind.SINGLE: SingleField,
    ItemKind.MULTI: MultiField,
    ItemKind.BIRTH_DATE: BirthDateField,
    ItemKind.DATE: PartialDateField,
    ItemKind.DATES: DatesField,
    ItemKind.TEXT: TextField,
}


def _is_later(parts: Parts, today: date) -> bool:
    """Can the boxes name a day within the last two years, beside "More than 2 years ago"."""
    try:
        raw = read_partial_date(parts, today)
    except Problem:
        return False
    return raw is not None and not TWO_YEARS.after(PartialDate.parse(raw).last_day()) < today


def date_names(name: str) -> tuple[str, ...]:
    return tuple(f"{name}-{part}" for part in DATE_PARTS)


def field_names(item: Item) -> tuple[str, ...]:
    """Every name that this item's field may post."""
    if item.kind is ItemKind.BIRTH_DATE:
        return date_names(item.id)
    if item.kind is ItemKind.DATE:
        return (item.id, *date_names(item.id))
    if item.kind is ItemKind.DATES:
        roots = [f"{item.id}-{option}" for option in item.dated_options]
        return tuple(name for root in roots for name in (root, *date_names(root)))
    return (item.id,)


def typed_from_raw(item: Item, raw: object) -> dict[str, list[str]]:
    """What the page's boxes and buttons hold for a raw answer."""
    if raw is None:
        return {}
    if isinstance(raw, Mapping):
        pairs = [_date_typed(f"{item.id}-{option}", str(one)) for option, one in raw.items()]
        return {name: values for pair in pairs for name, values in pair.items()}
    if isinstance(raw, list):
        return {item.id: [str(one) for one in raw]}
    if item.kind is ItemKind.DATE:
        return _date_typed(item.id, str(raw))
    if item.kind is ItemKind.BIRTH_DATE:
        return {name: v for name, v in _date_typed(item.id, str(raw)).items() if name != item.id}
    return {item.id: [str(raw)]}


def _date_typed(name: str, raw: str) -> dict[str, list[str]]:
    if raw in KIND_LABELS:
        return {name: [raw]}
    year, month, day = (*raw.split("-"), "", "")[:3]
    boxes = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
    return {name: [A_DATE]} | {f"{name}-{part}": [text] for part, text in boxes.items() if text}


def missing_message(item: Item) -> str:
    if item.kind is ItemKind.DATE:
        return date_message(item)
    if item.kind is ItemKind.BIRTH_DATE:
        return "Enter your date of birth, for example 27 3 1985"
    if any(option.id == "not_sure" for option in item.options):
        return f"Choose an answer to “{item.wording}”, or choose “Not sure”"
    return f"Choose an answer to “{item.wording}”"


def which_message(item: Item) -> str:
    older, dated = KIND_LABELS[OVER_2_YEARS], KIND_LABELS[A_DATE]
    return f"“{item.wording}” Keep “{dated}”, or empty the boxes and choose “{older}”"


def date_message(item: Item) -> str:
    return f"“{item.wording}” Enter the month and year, or choose “{KIND_LABELS[UNKNOWN]}”"
