"""The summary as a PDF: tagged, in plain words, and on one page as a rule."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from screening.exchange.summary import Fact, Summary
from screening.exchange.summary_pdf import summary_pdf
from tests.clock import MONDAY_MORNING
from tests.summaries import DECISION, ISOTRETINOIN, a_summary

HOSTILE = (
    "#set page(fill: red) *bold* _thin_ $x^2$ @ref <label> \\ // no /* no */ `raw` \"q\" 'q' "
    '= Heading #import "x" {{7*7}} <b>bold</b> -- ... ~ %s'
)


def read(summary: Summary) -> PdfReader:
    return PdfReader(BytesIO(summary_pdf(summary, MONDAY_MORNING).content))


def text_of(summary: Summary) -> str:
    return squeezed("".join(page.extract_text() for page in read(summary).pages))


def squeezed(text: str) -> str:
    """Without the spaces and line breaks that setting lines adds and takes away."""
    return "".join(text.split())


def words_in(value: object) -> Iterator[str]:
    """Everything that is to be read; the levels' own names are not."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (w for key, one in value.items() if key != "level" for w in words_in(one))
    elif isinstance(value, list | tuple):
        yield from (words for one in value for words in words_in(one))


def tags(summary: Summary) -> list[str]:
    """Every structure element's kind, in the order in which a screen reader meets them."""
    root = read(summary).trailer["/Root"]["/StructTreeRoot"]
    return list(_kinds(root["/K"]))


def _kinds(node: Any) -> Iterator[str]:
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from _kinds(one)
    elif isinstance(node, DictionaryObject) and "/S" in node:
        yield str(node["/S"])
        if "/K" in node:
            yield from _kinds(node["/K"])


def test_it_is_an_accessible_document_with_language_and_title() -> None:
    pdf = read(a_summary())
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Summary K7QM-4TXW"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()


def test_headings_and_table_headers_are_tagged() -> None:
    kinds = tags(a_summary())
    assert [kind for kind in kinds if kind in ("/Title", "/H1", "/H2")] == ["/H1", *["/H2"] * 3]
    assert kinds.count("/Table") == 1
    assert kinds.count("/TH") == 4
    assert kinds.count("/TR") == 3
    assert "/L" in kinds


def test_every_fact_stands_in_it() -> None:
    summary = a_summary()
    found = text_of(summary)
    unused = {summary.no_flags, summary.no_decision}
    missing = {w for w in words_in(summary.to_json()) if squeezed(w) not in found} - unused
    assert not missing
    assert "Demo:notarealperson" in found


def test_what_there_is_none_of_is_said_plainly() -> None:
    bare = a_summary(decision=None, flags=(), earliest="", unknowns=(), notices=(), demo=False)
    found = text_of(bare)
    for words in (bare.no_decision, bare.no_flags, "The patient was sure of every answer."):
        assert squeezed(words) in found
    assert "Demo" not in found
    assert "/Table" not in tags(bare)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        HOSTILE,
        "Aoife Ní Bhraonáin-Łukasiewicz, Αθηνά, Жанна, Nguyễn Thị Ánh",
        "n" * 300,
        "Llanfairpwllgwyngyll" * 15,
        "two\nlines\r\nand three",
    ],
    ids=["typst", "names", "300 letters", "one long word", "lines"],
)
def test_words_stay_words(words: str) -> None:
    facts = (Fact("Name", words), Fact("Other", "beside it"))
    decision = DECISION.__class__(words, words, words, (Fact("Reason", words),), (words,))
    flag = ISOTRETINOIN.__class__("stop", "Stop", words, ISOTRETINOIN.answers, words)
    summary = a_summary(clinic=words, facts=facts, decision=decision, flags=(flag,), printed=words)
    assert text_of(summary).count(squeezed(words)) >= 9


def test_long_words_are_broken_within_the_page() -> None:
    wide = a_summary(clinic="W" * 300, facts=(Fact("Name", "n" * 300),))
    lines = read(wide).pages[0].extract_text().splitlines()
    assert max(len(line) for line in lines if set(line) == {"W"}) < 40
    assert max(len(line) for line in lines if set(line) == {"n"}) < 60


def test_other_scripts_and_signs_are_set_from_our_own_fonts() -> None:
    pdf = summary_pdf(
        a_summary(facts=(Fact("Name", "محمد أحمد"), Fact("Name", "דוד"))), MONDAY_MORNING
    )
    assert pdf.accessible


def test_what_no_font_can_draw_is_said_and_the_rest_is_still_there() -> None:
    pdf = summary_pdf(a_summary(facts=(Fact("Name", "Zoë \u0378 Marker\x07"),)), MONDAY_MORNING)
    assert not pdf.accessible
    found = squeezed("".join(p.extract_text() for p in PdfReader(BytesIO(pdf.content)).pages))
    assert "Somecharactersherecouldnotbedrawn" in found
    assert "Marker" in found


def test_a_control_character_does_no_harm() -> None:
    summary = a_summary(facts=(Fact("Name", "Zoë\x00\x07\tMarker\ufffe"),))
    assert summary_pdf(summary, MONDAY_MORNING).accessible


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_a_usual_one_fits_one_page(paper: Any) -> None:
    usual = a_summary(flags=(ISOTRETINOIN,) * 8)
    pdf = PdfReader(BytesIO(summary_pdf(usual, MONDAY_MORNING, paper).content))
    assert len(pdf.pages) == 1


def test_very_many_flags_flow_on_and_none_is_cut() -> None:
    flags = tuple(
        ISOTRETINOIN.__class__("stop", "Stop", f"Flag number {n}.", ISOTRETINOIN.answers, "")
        for n in range(60)
    )
    pages = [squeezed(page.extract_text()) for page in read(a_summary(flags=flags)).pages]
    assert len(pages) > 2
    assert [n for n in range(60) if f"Flagnumber{n}." not in "".join(pages)] == []
    assert all("K7QM-4TXW" in page and "Whatwasanswered" in page for page in pages[:-1])
    assert f"Page2of{len(pages)}" in pages[1]


def test_nothing_about_the_person_stands_in_its_properties() -> None:
    pdf = read(a_summary())
    raw = str(pdf.metadata) + pdf.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "Marker" not in raw
    assert "sotretinoin" not in raw


def test_the_same_summary_is_the_same_file() -> None:
    assert summary_pdf(a_summary(), MONDAY_MORNING) == summary_pdf(a_summary(), MONDAY_MORNING)
