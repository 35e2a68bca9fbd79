"""Turns a handling file into one Handling for each rule, or names every key that is wrong."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from screening.domain.handling import Handling, HandlingInconsistent
from screening.domain.protocol import Rule, ScreeningProtocol
from screening.protocols.shapes import ProtocolUnreadable, Table, in_lines

T = TypeVar("T")
Handlings = Mapping[str, Handling]
SUFFIX = ".handling.toml"
COMMON = ("owner", "review_by")
"""What a file may say once for all its rules, and a rule for itself."""


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
    complaints += _unowned(root, rules)
    found: dict[str, Handling] = {}
    # What the file says of all rules; a mistake in it has been complained about.
    common = {key: root.values.get(key) for key in COMMON}
    for rule in (one for one in protocol.rules.values() if one.id in rules.values):
        try:
            found[rule.id] = _Entry(rules.table(rule.id), rule, common).handling()
        except ProtocolUnreadable as error:
            complaints.append(str(error))
    if complaints:
        raise ProtocolUnreadable(in_lines(complaints))
    return MappingProxyType(found)


def _head_complaints(root: Table, protocol: ScreeningProtocol) -> Iterator[str]:
    if root.raw("protocol") != protocol.key:
        wrong = "this is not the protocol beside this file"
        yield str(root.refuse("protocol", wrong, f'write "{protocol.key}"'))
    for read in (_owner, _review_by):
        try:
            read(root)
        except ProtocolUnreadable as error:
            yield str(error)
    yield from _unread(root)


def _id_complaints(rules: Table, protocol: ScreeningProtocol) -> Iterator[str]:
    for name in protocol.rules:
        if name not in rules.values:
            yield str(rules.refuse(name, "the rule has no entry", f"add [rules.{name}]"))
    for name in rules.values:
        if name not in protocol.rules:
            right = "use the id of a rule, or remove the entry"
            yield str(rules.refuse(name, "the protocol has no such rule", right))


def _unowned(root: Table, rules: Table) -> Iterator[str]:
    """Every rule has somebody who answers for it, and a day on which it is looked at again."""
    for key, what in zip(COMMON, ("nobody answers for", "no day of review for"), strict=True):
        entries = rules.values.items() if root.values.get(key) is None else ()
        without = [name for name, one in entries if isinstance(one, Mapping) and key not in one]
        if without:
            right = "write it once at the top for all rules, or in the entry of each"
            more = f" and {len(without) - 1} more" if len(without) > 1 else ""
            yield str(root.refuse(key, f"{what} {without[0]}{more}", right))


def _unread(table: Table) -> Iterator[str]:
    known = ", ".join(sorted(table.read))
    for key in table.values:
        if key not in table.read:
            yield str(table.refuse(key, "nothing reads this key", f"use one of {known}"))


def _owner(table: Table) -> str:
    return table.text("owner", "")


def _review_by(table: Table) -> date | None:
    value = table.raw("review_by")
    if value is not None and _day(value) is None:
        raise table.refuse("review_by", "this is no day", "write it bare, as 2027-11-30")
    return _day(value)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


@dataclass
class _Entry:
    """One rule's table, and what is wrong in it by key."""

    table: Table
    rule: Rule
    common: Mapping[str, object]
    wrong: dict[str, str] = field(default_factory=dict)

    def handling(self) -> Handling:
        """Raises ProtocolUnreadable with a line for each mistake."""
        nothing: tuple[str, ...] = ()
        title = self._kept("title", lambda: self.table.text("title"), "")
        days = self._kept("lead_days", self._days, 0)
        reason = self._kept("lead_reason", lambda: self.table.text("lead_reason", ""), "")
        precautions = self._kept("precautions", self._precautions, nothing)
        owner = self._kept("owner", lambda: _owner(self.table), "") or self.common["owner"]
        nobody: date | None = None
        by = self._kept("review_by", lambda: _review_by(self.table), nobody)
        by = by or _day(self.common["review_by"])
        complaints = [*self.wrong.values(), *_unread(self.table)]
        try:
            handling = Handling(
                self.rule.id, title, days, reason, precautions, str(owner or ""), by
            )
            if not complaints:
                return handling
        except HandlingInconsistent as error:
            complaints += self._misfits(error)
        raise ProtocolUnreadable(in_lines(complaints))

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
