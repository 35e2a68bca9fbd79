"""The lead: settings, people, figures."""

import csv
from typing import Self

from playwright.sync_api import Locator

from tests.browser.colleague import Colleague

Numbers = dict[str, dict[str, str]]
"""For each figure, by its title: what stands in each row, without rows of nothing."""


class Lead(Colleague):
    """``Lead(page).joins(person).signs_in(person).goes_to("Figures")``."""

    def goes_to(self, page: str) -> Self:
        return self.follows(page)

    def switches_on(self, setting: str) -> Self:
        self.goes_to("Settings")
        self.page.get_by_label(setting, exact=True).check()
        return self.presses("Save the settings").reads("Saved")

    def head(self) -> dict[str, str]:
        """The few numbers above the charts."""
        return _pairs(self.page.locator(".headline > div"), "dt", "dd")

    def numbers(self) -> Numbers:
        """Every chart's table, as the page shows it."""
        found: Numbers = {}
        for card in self.page.locator("section.figure").all():
            title = card.get_by_role("heading", level=2).inner_text()
            rows = _pairs(card.locator("tbody tr"), "th", "td >> nth=0")
            facts = _pairs(card.locator(".figure__facts > div"), "dt", "dd")
            found |= {title: without_nothing(rows)}
            found |= {f"{title}: {label.lower()}": {text: ""} for label, text in facts.items()}
        return {title: rows for title, rows in found.items() if rows}

    def downloads(self) -> Numbers:
        """The same from the file."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="Download as CSV").click()
        with download.value.path().open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        assert header[:3] == ["Figure", "Row", "Number"], header
        found: Numbers = {}
        for figure, label, number, *_ in rows:
            found.setdefault(figure, {})[label] = number
        found = {title: without_nothing(rows) for title, rows in found.items()}
        return {title: rows for title, rows in found.items() if rows}


def without_nothing(rows: dict[str, str]) -> dict[str, str]:
    return {label: number for label, number in rows.items() if number != "0"}


def _pairs(rows: Locator, label: str, value: str) -> dict[str, str]:
    # text_content, since some tables stand folded
    return {
        _plain(row.locator(label).text_content()): _plain(row.locator(value).text_content())
        for row in rows.all()
    }


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
