"""Which answers say "not sure" or name a day that nobody knows."""

from collections.abc import Mapping

from screening.domain.dates import UNKNOWN
from screening.domain.protocol import Item, ScreeningProtocol


def unsure_items(protocol: ScreeningProtocol, answers: Mapping[str, object]) -> list[Item]:
    """In the order in which the questions are asked."""
    return [item for item in protocol.items.values() if _is_unsure(answers.get(item.id))]


def _is_unsure(raw: object) -> bool:
    said = raw if isinstance(raw, list) else [raw]
    values = list(raw.values()) if isinstance(raw, Mapping) else said
    return "not_sure" in values or UNKNOWN in values
