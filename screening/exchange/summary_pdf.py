"""A Summary as a tagged PDF (PDF/UA-1), set by Typst.

The words go in as JSON data, never as Typst source, so whatever stands in them stays text.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from screening.exchange.summary import Summary

_HERE = Path(__file__).parent
Paper = Literal["a4", "us-letter"]
# Control characters and other non-characters: no font has a picture of one.
_UNSET = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NO_GLYPH = "could not be displayed with"
_NOT_DRAWN = (
    "Some characters here could not be drawn with the fonts of this machine; "
    "the record on the screen has them."
)


@dataclass(frozen=True, slots=True)
class SummaryPdf:
    """``accessible`` is False where no font had a character: then it is tagged, but not PDF/UA."""

    content: bytes
    accessible: bool


def summary_pdf(summary: Summary, at: datetime, paper: Paper = "a4") -> SummaryPdf:
    """``at`` (aware) is the document's date; the same summary at the same time: the same bytes."""
    words = summary.to_json()
    try:
        return SummaryPdf(_set(words, at, paper, "ua-1"), True)
    except typst.TypstError as error:
        if _NO_GLYPH not in error.message:
            raise
        # PDF/UA allows no character without a glyph. What was said is still worth filing.
        words["notices"] = [_NOT_DRAWN, *summary.notices]
        return SummaryPdf(_set(words, at, paper, None), False)


def _set(
    words: dict[str, object], at: datetime, paper: Paper, standard: Literal["ua-1"] | None
) -> bytes:
    return typst.compile(
        _template(),
        font_paths=_fonts(),
        sys_inputs={"summary": json.dumps(_drawable(words)), "paper": paper},
        pdf_standards=standard,
        timestamp=int(at.timestamp()),
    )


def _drawable(value: object) -> object:
    """Without control characters, for which no font has a picture; line breaks stay."""
    if isinstance(value, str):
        return _UNSET.sub(" ", value.replace("\r\n", "\n").replace("\t", " "))
    if isinstance(value, dict):
        return {key: _drawable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(one) for one in value]
    return value


@cache
def _template() -> bytes:
    return (_HERE / "summary.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Ours first; the machine's for the scripts that ours have not got."""
    return typst.Fonts(font_paths=[_HERE / "fonts"])
