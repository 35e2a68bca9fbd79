"""Filling in the texts of a protocol, and reading their only markup, ``**bold**``."""

import re
from collections.abc import Mapping

PLACEHOLDERS = frozenset({"date", "list", "emergency_number", "urgent_line", "clinic_phone"})

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each ``{name}``; a name without a value raises KeyError, never stays in the text."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def spans(text: str) -> list[tuple[bool, str]]:
    """The text in pieces, each with whether it is bold."""
    pieces = enumerate(_BOLD.split(text))
    return [(index % 2 == 1, piece) for index, piece in pieces if piece]
