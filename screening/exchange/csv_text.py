"""CSV that a spreadsheet reads as text: RFC 4180, everything quoted, no cell a formula (OU-7)."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""
# What begins a formula, plain and full-width; some programs skip blanks before it.
_FORMULA = frozenset("=+-@%|＝＋－＠％｜")
_UNSEEN = frozenset("\t\r\n\0\ufeff\u200b\u200e\u200f\u2060")


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as one text; give it to a file or a response in UTF-8."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue()


def defused(cell: Cell) -> str:
    """The cell as text; one that a spreadsheet could run gets an apostrophe before it."""
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    first = next((one for one in cell if not (one.isspace() or one in _UNSEEN)), "")
    return f"'{cell}" if first in _FORMULA or cell[:1] in _UNSEEN else cell
