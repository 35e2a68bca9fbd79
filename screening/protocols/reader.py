"""Turns a protocol file into domain objects, or names the exact key that is wrong."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from screening.domain.conditions import Always, Condition
from screening.domain.dates import OVER_2_YEARS, STILL_USING, UNKNOWN, Wait
from screening.domain.faults import ProtocolInconsistent
from screening.domain.protocol import (
    Advice,
    Disagreement,
    Item,
    ItemKind,
    Level,
    NamedWait,
    Option,
    ScreeningProtocol,
    Section,
    Source,
)
from screening.protocols.condition_reader import read_condition
from screening.protocols.rule_reader import read_rule
from screening.protocols.shapes import ProtocolUnreadable, Table

T = TypeVar("T")
_SPECIAL_DATES = (OVER_2_YEARS, UNKNOWN, STILL_USING)
_ADDRESS = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?")
_UNSURE = ("critical", "minor", "own_rule", "")


def read_protocol(path: Path) -> ScreeningProtocol:
    """The protocol in this file; raises ProtocolUnreadable for any inconsistent file."""
    content = path.read_bytes()
    try:
        values = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolUnreadable(f"{path.name}: this is no TOML file in UTF-8: {error}") from error
    return build_protocol(path.name, values, hashlib.sha256(content).hexdigest())


def build_protocol(file: str, values: Mapping[str, object], digest: str) -> ScreeningProtocol:
    """The protocol that a parsed file describes; ``file`` names it in complaints."""
    root = Table(file, "", values)
    named = _named_conditions(root.table("conditions"))
    waits = {key: _wait(key, root.table("waits").table(key)) for key in root.table("waits").values}
    sections = _sections(root, named)
    try:
        protocol = ScreeningProtocol(
            name=root.text("name"),
            version=root.text("version"),
            digest=digest,
            title=root.text("title"),
            approval_banner=root.text("approval_banner"),
            nothing_noticed=root.text("nothing_noticed"),
            not_before_label=root.text("not_before_label"),
            no_date_yet=root.text("no_date_yet"),
            headings=_headings(root.table("headings")),
            settings={
                key: root.table("settings").texts(key) for key in root.table("settings").values
            },
            conditions=named,
            waits=waits,
            sections=sections,
            rules=_by_id(root.tables("rules"), lambda table: read_rule(table, named)),
            contradictions=tuple(_contradiction(t, named) for t in root.tables("contradictions")),
            sources=_by_id(root.tables("sources"), _source),
            leads=_by_id(root.tables("leads"), _lead),
            disagreements=tuple(map(_disagreement, root.tables("disagreements"))),
            advice=tuple(map(_advice, root.tables("advice"))),
            day_check=root.texts("day_check"),
            safeguarding=root.texts("safeguarding"),
            never_say=root.texts("never_say"),
        )
    except ProtocolInconsistent as error:
        complaints = "\n".join(f"{file}: {fault}" for fault in error.faults)
        raise ProtocolUnreadable(complaints) from error
    root.finish()
    return protocol


def _by_id(tables: Iterable[Table], read: Callable[[Table], T]) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for table in tables:
        name = table.text("id")
        if name in found:
            raise table.refuse("id", f"the id {name} is used twice", "give each its own id")
        found[name] = read(table)
        table.finish()
    return MappingProxyType(found)


def _named_conditions(table: Table) -> Mapping[str, Condition]:
    named: dict[str, Condition] = {}
    for name in table.values:
        named[name] = read_condition(table.table(name), named)
    return MappingProxyType(named)


def _wait(key: str, table: Table) -> NamedWait:
    days, months = table.number("days"), table.number("months")
    try:
        wait = Wait(days, months)
    except ValueError as error:
        raise table.refuse("", str(error), "write days = 14 or months = 6") from error
    named = NamedWait(key, wait, table.text("seen"), table.text("strength"))
    table.finish()
    return named


def _headings(table: Table) -> Mapping[Level, str]:
    headings = {level: table.text(level.value) for level in Level}
    table.finish()
    return MappingProxyType(headings)


def _sections(root: Table, named: Mapping[str, Condition]) -> tuple[Section, ...]:
    options: dict[str, tuple[Option, ...]] = {}
    sections = []
    for table in root.tables("sections"):
        name = table.text("id")
        items = tuple(_item(one, name, named, options) for one in table.tables("items"))
        if not items:
            raise table.refuse("items", "the section asks nothing", "add [[sections.items]]")
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
    options[name] = tuple(_option(one) for one in table.tables("options"))
    dated = (o.id for o in options.get(dates_for, ()) if not o.exclusive and o.id != "not_sure")
    item = Item(
        id=name,
        section=section,
        kind=ItemKind(_one_of(table, "kind", tuple(ItemKind))),
        wording=table.text("wording"),
        why=table.text("why"),
        options=options[name],
        shown_when=shown_when,
        optional=table.flag("optional"),
        gate=table.flag("gate"),
        unsure=_one_of(table, "unsure", _UNSURE, ""),
        special_dates=_special_dates(table),
        dates_for=dates_for,
        dated_options=tuple(dated),
    )
    table.finish()
    return item


def _one_of(table: Table, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = table.text(key, default)
    if value not in allowed:
        right = ", ".join(one for one in allowed if one)
        raise table.refuse(key, f"{value} is not known here", f"use one of {right}")
    return value


def _special_dates(table: Table) -> tuple[str, ...]:
    dates = table.texts("special_dates", ())
    for one in dates:
        if one not in _SPECIAL_DATES:
            raise table.refuse(
                "special_dates", f"{one} is no special date", f"use {', '.join(_SPECIAL_DATES)}"
            )
    return dates


def _option(table: Table) -> Option:
    option = Option(table.text("id"), table.text("label"), table.flag("exclusive"))
    table.finish()
    return option


def _contradiction(table: Table, named: Mapping[str, Condition]) -> Condition:
    condition = read_condition(table.table("when"), named)
    if isinstance(condition, Always):
        raise table.refuse("when", "this always holds", "name the answers that contradict")
    table.finish()
    return condition


def _source(table: Table) -> Source:
    address = table.text("address", "") or None
    if address is not None and not _ADDRESS.fullmatch(address):
        raise table.refuse("address", "this is no web address", "start with https://")
    return Source(table.text("id"), table.text("title"), table.text("key_point"), address)


def _lead(table: Table) -> str:
    return f"{table.text('title')} – {table.text('why')}"


def _disagreement(table: Table) -> Disagreement:
    disagreement = Disagreement(
        table.text("topic"), table.text("positions"), table.text("default"), table.texts("rules")
    )
    table.finish()
    return disagreement


def _advice(table: Table) -> Advice:
    advice = Advice(
        table.text("id"),
        table.text("title"),
        table.text("body"),
        _one_of(table, "shown", ("always", "home_device")),
        table.texts("sources"),
    )
    table.finish()
    return advice
