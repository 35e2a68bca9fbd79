"""The front desk: who comes, whose turn it is; checks photos and hands out links."""

from typing import Self

from playwright.sync_api import Locator

from tests.browser.colleague import Colleague


class FrontDesk(Colleague):
    """``FrontDesk(page).joins(person).signs_in(person).finds("Zoë Marker")``."""

    def goes_to_the_desk(self) -> Self:
        return self.follows("Front desk")

    def line(self, name: str) -> str:
        """What the list says of this person."""
        return " ".join(self._row(name).inner_text().split())

    def finds(self, words: str) -> Self:
        self.page.get_by_label("Find a patient").fill(words)
        return self.presses("Find")

    def visits(self, name: str) -> Self:
        """The page of one person on the list."""
        return self._leaves_by(self._row(name).get_by_role("link"))

    def checks_the_photo(self) -> Self:
        return self.presses("Identity was checked")

    def makes_a_link(self) -> str:
        self.presses("Make a link")
        return self.page.get_by_label("Copy this link").input_value()

    def _row(self, name: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=name)
