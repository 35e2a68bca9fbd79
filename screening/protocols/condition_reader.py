"""Turns the condition tables of a protocol file into conditions.

The whole vocabulary: ``{ always = true }`` · ``{ item, has, or_missing }`` ·
``{ item, younger_than, on }`` · ``{ item, longer_ago_than }`` · ``{ setting, is }`` ·
``{ named }`` · ``{ all }`` · ``{ any }`` · ``{ at_least, of }`` · ``{ not }``.
"""

from collections.abc import Callable, Mapping

from screening.domain.conditions import (
    AllOf,
    Always,
    AtLeast,
    Condition,
    Has,
    LongerAgo,
    Named,
    Not,
    Setting,
    YoungerThan,
    any_of,
)
from screening.domain.dates import Wait
from screening.protocols.shapes import Table

DAYS = ("treatment", "completion")
_OLDEST = 99


def read_condition(table: Table, named: Mapping[str, Condition]) -> Condition:
    """The condition that a table writes; refuses every table that is none."""
    condition = _read(table, named)
    table.finish()
    return condition


def _read(table: Table, named: Mapping[str, Condition]) -> Condition:
    for key, read in _READERS.items():
        if key in table.values:
            return read(table, named)
    if not table.flag("always"):
        right = f"use {', '.join(_READERS)} or always"
        table.wrong("", "this is no condition", right, None)
    return Always()


def _has(table: Table, _named: Mapping[str, Condition]) -> Condition:
    options = frozenset(table.names("has"))
    return Has(table.text("item"), options, table.flag("or_missing"))


def _setting(table: Table, _named: Mapping[str, Condition]) -> Condition:
    return Setting(table.text("setting"), frozenset(table.names("is")))


def _longer_ago(table: Table, _named: Mapping[str, Condition]) -> Condition:
    than = table.table("longer_ago_than")
    wait = read_wait(than)
    than.finish()
    return LongerAgo(table.text("item"), wait)


def _younger_than(table: Table, _named: Mapping[str, Condition]) -> Condition:
    on = table.names("on")
    for day in on:
        if day not in DAYS:
            table.wrong("on", f"there is no day {day}", f"use {' or '.join(DAYS)}", None)
    years = table.number("younger_than")
    if years > _OLDEST:
        table.wrong("younger_than", "nobody is that old", f"write up to {_OLDEST}", None)
    return YoungerThan(table.text("item"), years, on)


def _at_least(table: Table, named: Mapping[str, Condition]) -> Condition:
    parts, count = _parts(table, "of", named), table.number("at_least")
    if count > len(parts):
        right = f"write a number up to {len(parts)}"
        return table.wrong("at_least", "more than there are conditions", right, Always())
    return AtLeast(count, parts)


def _known(table: Table, named: Mapping[str, Condition]) -> Condition:
    name = table.text("named")
    if name not in named:
        right = f"define it before, or use one of {', '.join(named) or 'none yet'}"
        return table.wrong("named", f"there is no condition {name} so far", right, Always())
    return Named(name, named[name])


def _parts(table: Table, key: str, named: Mapping[str, Condition]) -> tuple[Condition, ...]:
    before = len(table.complaints or ())
    parts = tuple(read_condition(part, named) for part in table.tables(key))
    if len(parts) < 2 and before == len(table.complaints or ()):
        return table.wrong(key, "fewer than two conditions", "give at least two", parts)
    return parts


def read_wait(table: Table) -> Wait:
    """``{ days = 14 }`` or ``{ months = 6 }``; the caller checks that every key was read."""
    days, months = table.number("days"), table.number("months")
    try:
        return Wait(days, months)
    except ValueError as error:
        return table.wrong("", str(error), "write days = 14 or months = 6", Wait(days=1))


_READERS: Mapping[str, Callable[[Table, Mapping[str, Condition]], Condition]] = {
    "has": _has,
    "younger_than": _younger_than,
    "longer_ago_than": _longer_ago,
    "setting": _setting,
    "named": _known,
    "at_least": _at_least,
    "all": lambda table, named: AllOf(_parts(table, "all", named)),
    "any": lambda table, named: any_of(_parts(table, "any", named)),
    "not": lambda table, named: Not(read_condition(table.table("not"), named)),
}
