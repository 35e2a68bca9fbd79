"""The papers for whoever runs a clinic: the run-books, the forms (OP-8, PR-10)."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAPERS = [DOCS / "incidents.md", *sorted((DOCS / "privacy").glob("*.md"))]


def test_every_incident_has_its_run_book() -> None:
    book = PAPERS[0].read_text(encoding="utf-8")
    for word in ("key is lost", "stolen", "chain", "damaged", "full", "clock", "looked", "72"):
        assert re.search(rf"^## .*{word}", book, re.MULTILINE), word


def test_the_papers_lead_to_files_that_exist_and_name_the_law() -> None:
    assert len(PAPERS) == 3
    for paper in PAPERS:
        text = paper.read_text(encoding="utf-8")
        assert "eur-lex.europa.eu/eli/reg/2016/679" in text
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert link.startswith("https://") or (paper.parent / link).exists(), link


def test_every_article_on_processors_and_assessment_is_in_its_form() -> None:
    terms = (DOCS / "privacy" / "processor-terms.md").read_text(encoding="utf-8")
    assert all(f"28(3)({point})" in terms for point in "abcefgh")
    form = (DOCS / "privacy" / "impact-assessment.md").read_text(encoding="utf-8")
    assert all(f"35(7)({point})" in form or f"and ({point})" in form for point in "abcd")
