"""Which change comes first of several that are equally small: always the same one."""

from collections.abc import Iterable

from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.domain.situation import VISIT, Place

_DAYS = (ItemKind.DATE, ItemKind.DATES, ItemKind.BIRTH_DATE)


def in_order(places: Iterable[Place], protocol: ScreeningProtocol) -> list[Place]:
    """The visit, then days, then the other questions as they are asked."""
    asked = {name: at for at, name in enumerate(protocol.items)}

    def key(place: Place) -> tuple[bool, bool, int, str]:
        item = protocol.items.get(place.partition(".")[0])
        dated = item is not None and item.kind in _DAYS
        return (place != VISIT, not dated, asked[item.id] if item else -1, place)

    return sorted(places, key=key)


def toggles(given: object, value: object) -> int:
    """How many ticks differ; 0 where the answer has no ticks."""
    return len(_ticks(given) ^ _ticks(value))


def _ticks(value: object) -> set[str]:
    return set(value) if isinstance(value, list) else set()
