"""Reading values out of a parsed TOML table, remembering the key path for the complaint."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class ProtocolUnreadable(ValueError):
    """A protocol file is wrong: names the file, the key path, the fault and what is right."""


@dataclass
class Table:
    """One table of the file; ``finish`` refuses keys that nothing has read."""

    file: str
    path: str
    values: Mapping[str, object]
    read: set[str] = field(default_factory=set)

    def refuse(self, key: str, wrong: str, right: str) -> ProtocolUnreadable:
        path = ".".join(part for part in (self.path, key) if part)
        return ProtocolUnreadable(f"{self.file}: {path}: {wrong}; {right}")

    def raw(self, key: str) -> object:
        self.read.add(key)
        return self.values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "the text is missing or empty", "give a text")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.refuse(key, "this is not true or false", "write true or false")
        return value

    def number(self, key: str) -> int:
        value = self.raw(key)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(key, "this is no positive whole number", "write 1 or more")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.refuse(key, "this is no list of texts", 'write ["one", "two"]')
        return tuple(value)

    def names(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list that names at least one thing."""
        names = self.texts(key, default)
        if not names:
            raise self.refuse(key, "the list is empty", "name at least one")
        return names

    def table(self, key: str) -> "Table":
        value = self.raw(key)
        if not isinstance(value, dict):
            raise self.refuse(key, "the table is missing", f"add a table [{key}]")
        return Table(self.file, ".".join(part for part in (self.path, key) if part), value)

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of a list, each named by its id where it has one."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.refuse(key, "this is no list of tables", f"write [[{key}]] blocks")
        for place, one in enumerate(value):
            path = ".".join(part for part in (self.path, key, str(one.get("id", place))) if part)
            yield Table(self.file, path, one)

    def finish(self) -> None:
        for key in self.values.keys() - self.read:
            known = ", ".join(sorted(self.read))
            raise self.refuse(key, "nothing reads this key", f"use one of {known}")
