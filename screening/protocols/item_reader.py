"""Turns the [[sections]] and [[sections.items]] tables of a protocol file into domain objects."""

from collections.abc import Mapping

from screening.domain.conditions import Condition
from screening.domain.dates import OVER_2_YEARS, STILL_USING, UNKNOWN
from screening.domain.protocol import Item, ItemKind, Option, Section
from screening.protocols.condition_reader import read_condition
from screening.protocols.shapes import Table

_SPECIAL_DATES = (OVER_2_YEARS, UNKNOWN, STILL_USING)
_UNSURE = ("critical", "minor", "own_rule", "")


def read_sections(root: Table, named: Mapping[str, Condition]) -> tuple[Section, ...]:
    options: dict[str, tuple[Option, ...]] = {}
    sections = []
    for table in root.tables("sections"):
        name = table.text("id")
        items = tuple(_item(one, name, named, options) for one in table.tables("items"))
        if not items:
            table.wrong("items", "the section asks nothing", "add [[sections.items]]", None)
        sections.append(Section(name, table.text("title"), table.text("intro", ""), items))
        table.finish()
    return tuple(sections)


def _item(
    table: Table,
    section: str,
    named: Mapping[str, Condition],
    options: dict[str, tuple[Option, ...]],
) -> Item:
    shown_when = (
        read_condition(table.table("shown_when"), named)
        if table.raw("shown_when") is not None
        else None
    )
    name, dates_for = table.text("id"), table.text("dates_for", "")
    harmless = _harmless(table)
    options[name] = tuple(_option(one, harmless) for one in table.tables("options"))
    for stray in sorted(harmless.keys() - {option.id for option in options[name]}):
        known = ", ".join(option.id for option in options[name])
        right = f"use one of {known}" if known else "leave it out for an item without options"
        table.wrong(f"harmless.{stray}", f"there is no option {stray}", right, None)
    dated = (o.id for o in options.get(dates_for, ()) if not o.exclusive and o.id != "not_sure")
    item = Item(
        id=name,
        section=section,
        kind=ItemKind(one_of(table, "kind", tuple(ItemKind))),
        wording=table.text("wording"),
        why=table.text("why"),
        options=options[name],
        shown_when=shown_when,
        optional=table.flag("optional"),
        gate=table.flag("gate"),
        unsure=one_of(table, "unsure", _UNSURE, ""),
        special_dates=_special_dates(table),
        dates_for=dates_for,
        dated_options=tuple(dated),
    )
    table.finish()
    return item


def one_of(table: Table, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = table.text(key, default)
    if value not in allowed:
        right = ", ".join(one for one in allowed if one)
        return table.wrong(key, f"{value} is not known here", f"use one of {right}", allowed[-1])
    return value


def _special_dates(table: Table) -> tuple[str, ...]:
    dates = table.texts("special_dates", ())
    for one in dates:
        if one not in _SPECIAL_DATES:
            right = f"use {', '.join(_SPECIAL_DATES)}"
            table.wrong("special_dates", f"{one} is no special date", right, None)
    return dates


def _harmless(table: Table) -> Mapping[str, str]:
    """The options that no rule needs to flag, each with the reason."""
    if table.raw("harmless") is None:
        return {}
    reasons = table.table("harmless")
    return {name: reasons.text(name) for name in reasons.values}


def _option(table: Table, harmless: Mapping[str, str]) -> Option:
    name = table.text("id")
    exclusive = table.flag("exclusive")
    option = Option(name, table.text("label"), exclusive, harmless.get(name, ""))
    table.finish()
    return option
