"""Whatever stands in a cell, a spreadsheet reads it as text (OU-7)."""

import csv
import io
from itertools import product

import pytest

from screening.exchange.csv_text import BOM, csv_text

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "%0A=1",
    "|calc",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "＝cmd|'/C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
)
BEFORE = ("", " ", "\t", "\r", "\n", "\ufeff", "\0", "\u200b\u00a0")
PLAIN = ("Zoë", "a=b", "1–4 h", "«», ;\"'", "two\r\nlines", "שלום", "7", "", "'quoted'")


def read(text: str) -> list[list[str]]:
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True))


@pytest.mark.parametrize("before", BEFORE, ids=ascii)
def test_no_cell_is_a_formula(before: str) -> None:
    cells = [before + formula for formula in FORMULAS]
    (row,) = read(csv_text([cells]))
    assert row == [f"'{cell}" for cell in cells]


def test_a_cell_that_begins_with_a_control_is_defused_too() -> None:
    (row,) = read(csv_text([[f"{mark}plain" for mark in "\t\r\n\0"]]))
    assert all(cell.startswith("'") for cell in row)


def test_what_is_no_formula_arrives_as_it_was() -> None:
    assert read(csv_text([PLAIN, [1, 2.5, None]])) == [list(PLAIN), ["1", "2.5", ""]]


def test_every_cell_is_quoted_and_every_line_ends_as_rfc_4180_says() -> None:
    assert csv_text([["a", 1], ["", 'say "x"']]) == f'{BOM}"a","1"\r\n"","say ""x"""\r\n'


def test_there_are_as_many_payloads_as_the_requirement_asks_for() -> None:
    assert len(list(product(BEFORE, FORMULAS))) >= 60
