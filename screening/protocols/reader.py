"""Turns a protocol file into domain objects, or names every key that is wrong."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from screening.domain.conditions import Always, Condition
from screening.domain.contradictions import Contradiction
from screening.domain.faults import Fault, ProtocolInconsistent
from screening.domain.protocol import (
    Advice,
    Disagreement,
    Level,
    NamedWait,
    ScreeningProtocol,
    Source,
)
from screening.protocols.condition_reader import read_condition, read_wait
from screening.protocols.item_reader import read_sections
from screening.protocols.recogniser_reader import read_recognised
from screening.protocols.rule_reader import read_rule
from screening.protocols.safety_reader import read_safety_case
from screening.protocols.shapes import UNREADABLE, ProtocolUnreadable, Table, in_lines

T = TypeVar("T")
_NAMES = re.compile(r"recognised\..*\.names")
_ADDRESS = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?")


def read_protocol(path: Path) -> ScreeningProtocol:
    """The protocol in this file; raises ProtocolUnreadable with all that is wrong."""
    content = path.read_bytes()
    try:
        values = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolUnreadable(f"{path.name}: this is no TOML file in UTF-8: {error}") from error
    return build_protocol(path.name, values, hashlib.sha256(content).hexdigest())


def build_protocol(file: str, values: Mapping[str, object], digest: str) -> ScreeningProtocol:
    """The protocol that a parsed file describes; ``file`` names it in complaints."""
    complaints: list[str] = []
    root = Table(file, "", values, complaints)
    try:
        protocol = _protocol(root, digest)
    except ProtocolInconsistent as error:
        found = {line.split(": ")[1] for line in complaints}
        complaints += (f"{file}: {one}" for one in error.faults if not _follows(one, found))
        root.finish()
        raise ProtocolUnreadable(in_lines(complaints)) from error
    root.finish()
    if complaints:
        raise ProtocolUnreadable(in_lines(complaints))
    return protocol


def _protocol(root: Table, digest: str) -> ScreeningProtocol:
    named = _named_conditions(root.table("conditions"))
    given_waits = root.table("waits")
    waits = {key: _wait(key, given_waits.table(key)) for key in given_waits.values}
    settings = root.table("settings")
    return ScreeningProtocol(
        name=root.text("name"),
        version=root.text("version"),
        digest=digest,
        title=root.text("title"),
        approval_banner=root.text("approval_banner"),
        nothing_noticed=root.text("nothing_noticed"),
        not_before_label=root.text("not_before_label"),
        no_date_yet=root.text("no_date_yet"),
        headings=_headings(root.table("headings")),
        settings={key: settings.texts(key) for key in settings.values},
        conditions=named,
        waits=waits,
        sections=read_sections(root, named),
        rules=_by_id(root.tables("rules"), lambda table: read_rule(table, named)),
        contradictions=tuple(_contradiction(t, named) for t in root.tables("contradictions")),
        sources=_by_id(root.tables("sources"), _source),
        leads=_by_id(root.tables("leads"), _lead),
        disagreements=tuple(map(_disagreement, root.tables("disagreements"))),
        advice=tuple(map(_advice, root.tables("advice"))),
        day_check=root.texts("day_check"),
        safeguarding=root.texts("safeguarding"),
        never_say=root.texts("never_say"),
        safety_cases=tuple(read_safety_case(t, named) for t in root.tables("safety_cases")),
        recognised=tuple(map(read_recognised, root.tables("recognised"))),
        treatment=root.text("treatment", ""),
    )


def _follows(fault: Fault, found: Set[str]) -> bool:
    """Whether the fault only follows from a place that could not be read, or a stand-in in it."""
    item_keys = ("options", "dates_for", "special_dates", "unsure")
    place, _, key = fault.path.rpartition(".")
    return (
        UNREADABLE in str(fault)
        or any(fault.path == path or fault.path.startswith(f"{path}.") for path in found)
        or (key in item_keys and f"{place}.kind" in found)
        or (fault.path == "rules" and any(path.endswith((".process", ".unsure")) for path in found))
        or (key == "false_friends" and any(_NAMES.fullmatch(path) for path in found))
        or (place == "waits" and any(path.endswith((".wait", ".longer_wait")) for path in found))
    )


def _by_id(tables: Iterable[Table], read: Callable[[Table], T]) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for table in tables:
        name = table.text("id")
        if name in found:
            table.wrong("id", f"the id {name} is used twice", "give each its own id", None)
        found[name] = read(table)
        table.finish()
    return MappingProxyType(found)


def _named_conditions(table: Table) -> Mapping[str, Condition]:
    named: dict[str, Condition] = {}
    for name in table.values:
        named[name] = read_condition(table.table(name), named)
    return MappingProxyType(named)


def _wait(key: str, table: Table) -> NamedWait:
    wait = read_wait(table)
    named = NamedWait(key, wait, table.text("seen"), table.text("strength"))
    table.finish()
    return named


def _headings(table: Table) -> Mapping[Level, str]:
    headings = {level: table.text(level.value) for level in Level}
    table.finish()
    return MappingProxyType(headings)


def _contradiction(table: Table, named: Mapping[str, Condition]) -> Contradiction:
    when = table.table("when")
    condition = read_condition(when, named)
    if isinstance(condition, Always) and when.flag("always"):
        table.wrong("when", "this always holds", "name the answers that contradict", None)
    contradiction = Contradiction(condition, table.text("id", ""), table.text("question", ""))
    table.finish()
    return contradiction


def _source(table: Table) -> Source:
    address = table.text("address", "") or None
    if address is not None and not _ADDRESS.fullmatch(address):
        table.wrong("address", "this is no web address", "start with https://", None)
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
        table.text("shown"),
        table.texts("sources"),
    )
    table.finish()
    return advice
