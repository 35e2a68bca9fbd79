"""Reading values out of a parsed TOML table, remembering the key path for the complaint."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
UNREADABLE = "unreadable_"
"""Stands where a text should be; no complaint that mentions it is passed on."""


class ProtocolUnreadable(ValueError):
    """A protocol file is wrong: names the file, the key path, the fault and what is right."""


def one_line(complaint: str) -> str:
    """A key may hold any character; what cannot be printed is written as in TOML."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in complaint)


def in_lines(complaints: Iterable[str]) -> str:
    """A line for each; one that is several stays so."""
    return "\n".join(one_line(line) for one in complaints for line in one.split("\n"))


@dataclass
class Table:
    """One table of the file; ``finish`` refuses keys that nothing has read.

    With a list of ``complaints``, what is wrong is noted there and reading goes on with a
    stand-in, so that every mistake is found at once; without one, the first mistake raises.
    What an ``absent`` table lacks is not complained about once more.
    """

    file: str
    path: str
    values: Mapping[str, object]
    complaints: list[str] | None = None
    absent: bool = False
    read: set[str] = field(default_factory=set)

    def refuse(self, key: str, wrong: str, right: str) -> ProtocolUnreadable:
        return ProtocolUnreadable(one_line(f"{self.file}: {self._path(key)}: {wrong}; {right}"))

    def wrong(self, key: str, wrong: str, right: str, otherwise: T) -> T:
        """Complain, and give the stand-in; or raise where nobody keeps complaints."""
        error = self.refuse(key, wrong, right)
        if self.complaints is None:
            raise error
        if not self.absent and UNREADABLE not in str(error):
            self.complaints.append(str(error))
        return otherwise

    def raw(self, key: str) -> object:
        self.read.add(key)
        return self.values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if value is not None and not isinstance(value, str):
            return self.wrong(key, "this is no text", 'write it between " and "', UNREADABLE)
        if value is None or not value.strip():
            return self.wrong(key, "the text is missing or empty", "give a text", UNREADABLE)
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            return self.wrong(key, "this is not true or false", "write true or false", default)
        return value

    def number(self, key: str) -> int:
        value = self.raw(key)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            return self.wrong(key, "this is no positive whole number", "write 1 or more", 1)
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            wrong = "the list is missing" if value is None else "this is no list of texts"
            return self.wrong(key, wrong, 'write ["one", "two"]', default or ())
        return tuple(value)

    def names(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list that names at least one thing."""
        before = len(self.complaints or ())
        names = self.texts(key, default)
        if not names and before == len(self.complaints or ()):
            return self.wrong(key, "the list is empty", "name at least one", default or ())
        return names

    def table(self, key: str) -> "Table":
        value = self.raw(key)
        if not isinstance(value, dict):
            nothing = Table(self.file, self._path(key), {}, self.complaints, absent=True)
            wrong = "the table is missing" if value is None else "this is no table"
            return self.wrong(key, wrong, f"write a table, [{key}] or {{ … }}", nothing)
        return Table(self.file, self._path(key), value, self.complaints)

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of a list, each named by its id where it has one."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(key, "this is no list of tables", f"write [[{key}]] blocks", None)
            return
        for place, one in enumerate(value):
            path = f"{self._path(key)}.{one.get('id', place)}"
            yield Table(self.file, path, one, self.complaints)

    def finish(self) -> None:
        for key in sorted(self.values.keys() - self.read):
            known = ", ".join(sorted(self.read))
            self.wrong(key, "nothing reads this key", f"use one of {known}", None)

    def _path(self, key: str) -> str:
        return ".".join(part for part in (self.path, key) if part)
