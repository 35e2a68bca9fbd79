"""Turns a handling file into one Handling for each rule, or names every key that is wrong."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from screening.domain.handling import Handling, HandlingInconsistent
from screening.domain.protocol import Rule, ScreeningProtocol
from screening.protocols.shapes import ProtocolUnreadable, Table

T = TypeVar("T")
Handlings = Mapping[str, Handling]
SUFFIX = ".handling.toml"


def read_handlings(path: Path, protocol: ScreeningProtocol) -> Handlings:
    """One for each rule of the protocol; raises ProtocolUnreadable with all that is wrong."""
    if not path.is_file():
        right = f"write it, with an entry for each of the {len(protocol.rules)} rules"
        raise ProtocolUnreadable(f"{path.name}: the file is missing; {right}")
    try:
        values = tomllib.loads(path.read_bytes().decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolUnreadable(f"{path.name}: this is no TOML file in UTF-8: {error}") from error
    return build_handlings(path.name, values, protocol)


def build_handlings(
    file: str, values: Mapping[str, object], protocol: ScreeningProtocol
) -> Handlings:
    """What a parsed file says; ``file`` names it in complaints."""
    root = Table(file, "", values)
    rules = root.table("rules")
    complaints = [*_head_complaints(root, protocol), *_id_complaints(rules, protocol)]
    found: dict[str, Handling] = {}
    for rule in (one for one in protocol.rules.values() if one.id in rules.values):
        try:
            found[rule.id] = _Entry(rules.table(rule.id), rule).handling()
        except ProtocolUnreadable as error:
            complaints.append(str(error))
    if complaints:
        raise ProtocolUnreadable("\n".join(complaints))
    return MappingProxyType(found)


def _head_complaints(root: Table, protocol: ScreeningProtocol) -> Iterator[str]:
    if root.raw("protocol") != protocol.key:
        wrong = "this is not the protocol beside this file"
        yield str(root.refuse("protocol", wrong, f'write "{protocol.key}"'))
    yield from _unread(root)


def _id_complaints(rules: Table, protocol: ScreeningProtocol) -> Iterator[str]:
    for name in protocol.rules:
        if name not in rules.values:
            yield str(rules.refuse(name, "the rule has no entry", f"add [rules.{name}]"))
    for name in rules.values:
        if name not in protocol.rules:
            right = "use the id of a rule, or remove the entry"
            yield str(rules.refuse(name, "the protocol has no such rule", right))


def _unread(table: Table) -> Iterator[str]:
    known = ", ".join(sorted(table.read))
    for key in table.values:
        if key not in table.read:
            yield str(table.refuse(key, "nothing reads this key", f"use one of {known}"))


@dataclass
class _Entry:
    """One rule's table, and what is wrong in it by key."""

    table: Table
    rule: Rule
    wrong: dict[str, str] = field(default_factory=dict)

    def handling(self) -> Handling:
        """Raises ProtocolUnreadable with a line for each mistake."""
        nothing: tuple[str, ...] = ()
        title = self._kept("title", lambda: self.table.text("title"), "")
        days = self._kept("lead_days", self._days, 0)
        reason = self._kept("lead_reason", lambda: self.table.text("lead_reason", ""), "")
        precautions = self._kept("precautions", self._precautions, nothing)
        complaints = [*self.wrong.values(), *_unread(self.table)]
        try:
            handling = Handling(self.rule.id, title, days, reason, precautions)
            if not complaints:
                return handling
        except HandlingInconsistent as error:
            complaints += self._misfits(error)
        raise ProtocolUnreadable("\n".join(complaints))

    def _kept(self, key: str, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except ProtocolUnreadable as error:
            self.wrong[key] = str(error)
            return otherwise

    def _days(self) -> int:
        value = self.table.raw("lead_days")
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.table.refuse("lead_days", "this is no whole number", "write 0, 2, 7 or 14")
        return value

    def _precautions(self) -> tuple[str, ...]:
        texts = self.table.texts("precautions", ())
        if texts and not self.rule.override:
            wrong = "no clinician may go ahead with this flag"
            raise self.table.refuse("precautions", wrong, "leave them out")
        return texts

    def _misfits(self, error: HandlingInconsistent) -> Iterator[str]:
        """What does not fit together, as far as it could be read at all."""
        unread = set(self.wrong)
        if "lead_days" in unread:
            unread.add("lead_reason")
        for fault in error.faults:
            if fault.path.removeprefix(f"{self.table.path}.").partition(".")[0] not in unread:
                yield f"{self.table.file}: {fault}"
