"""Turns the condition tables of a protocol file into conditions.

The whole vocabulary: ``{ always = true }`` · ``{ item, has, or_missing }`` ·
``{ item, younger_than, on }`` · ``{ setting, is }`` · ``{ named }`` · ``{ all }`` ·
``{ any }`` · ``{ at_least, of }`` · ``{ not }``.
"""

from collections.abc import Mapping

from screening.domain.conditions import (
    AllOf,
    Always,
    AtLeast,
    Condition,
    Has,
    Named,
    Not,
    Setting,
    YoungerThan,
    any_of,
)
from screening.protocols.shapes import Table

DAYS = ("treatment", "completion")
_OLDEST = 99


def read_condition(table: Table, named: Mapping[str, Condition]) -> Condition:
    """The condition that a table writes; refuses every table that is none."""
    condition = _read(table, named)
    table.finish()
    return condition


def _read(table: Table, named: Mapping[str, Condition]) -> Condition:
    keys = table.values.keys()
    if "has" in keys:
        options = frozenset(table.names("has"))
        return Has(table.text("item"), options, table.flag("or_missing"))
    if "younger_than" in keys:
        return _younger_than(table)
    if "setting" in keys:
        return Setting(table.text("setting"), frozenset(table.names("is")))
    if "named" in keys:
        return _named(table, named)
    if "at_least" in keys:
        return _at_least(table, named)
    if "all" in keys:
        return AllOf(_parts(table, "all", named))
    if "any" in keys:
        return any_of(_parts(table, "any", named))
    if "not" in keys:
        return Not(read_condition(table.table("not"), named))
    if table.flag("always"):
        return Always()
    raise table.refuse(
        "",
        "this is no condition",
        "use has, younger_than, setting, named, all, any, at_least, not or always",
    )


def _younger_than(table: Table) -> Condition:
    on = table.names("on")
    for day in on:
        if day not in DAYS:
            raise table.refuse("on", f"there is no day {day}", f"use {' or '.join(DAYS)}")
    years = table.number("younger_than")
    if years > _OLDEST:
        raise table.refuse("younger_than", "nobody is that old", f"write up to {_OLDEST}")
    return YoungerThan(table.text("item"), years, on)


def _at_least(table: Table, named: Mapping[str, Condition]) -> Condition:
    parts, count = _parts(table, "of", named), table.number("at_least")
    if count > len(parts):
        right = f"write a number up to {len(parts)}"
        raise table.refuse("at_least", "more than there are conditions", right)
    return AtLeast(count, parts)


def _named(table: Table, named: Mapping[str, Condition]) -> Condition:
    name = table.text("named")
    if name not in named:
        raise table.refuse(
            "named",
            f"there is no condition {name} so far",
            f"define it before, or use one of {', '.join(named) or 'none yet'}",
        )
    return Named(name, named[name])


def _parts(table: Table, key: str, named: Mapping[str, Condition]) -> tuple[Condition, ...]:
    parts = tuple(read_condition(part, named) for part in table.tables(key))
    if len(parts) < 2:
        raise table.refuse(key, "fewer than two conditions", "give at least two")
    return parts
