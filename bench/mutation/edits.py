"""Ways to walk and change the parsed tables of a protocol file."""

from collections.abc import Callable, Iterator
from typing import Any

Toml = dict[str, Any]
Edit = Callable[[Toml], None]
Way = tuple[str | int, ...]


def at(toml: Any, way: Way) -> Any:
    """What stands at this way of keys and places."""
    for step in way:
        toml = toml[step]
    return toml


def put(way: Way, value: object) -> Edit:
    def edit(toml: Toml) -> None:
        at(toml, way[:-1])[way[-1]] = value

    return edit


def drop(way: Way) -> Edit:
    def edit(toml: Toml) -> None:
        del at(toml, way[:-1])[way[-1]]

    return edit


def items(toml: Toml) -> Iterator[tuple[Way, Toml]]:
    """Every item with its way."""
    for place, section in enumerate(toml["sections"]):
        for number, item in enumerate(section["items"]):
            yield ("sections", place, "items", number), item


def conditions(table: Toml, way: Way = ()) -> Iterator[tuple[Way, Toml]]:
    """This condition and every one below it."""
    yield way, table
    for key in ("all", "any", "of"):
        for place, part in enumerate(table.get(key, ())):
            yield from conditions(part, (*way, key, place))
    if isinstance(table.get("not"), dict):
        yield from conditions(table["not"], (*way, "not"))
