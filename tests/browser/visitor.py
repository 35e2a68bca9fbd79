"""Somebody with a browser: opens addresses, follows links, presses buttons."""

from collections.abc import Callable
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

Looks = Callable[[Page], None]


def does_not_look(page: Page) -> None:
    """Most tests look closely only where they mean to."""


class Visitor:
    """``looks`` is called on every page where the visitor arrives."""

    def __init__(self, page: Page, looks: Looks = does_not_look) -> None:
        self.page = page
        self.looks = looks

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    @property
    def text(self) -> str:
        """What stands on the page, spaces as one."""
        return " ".join(self.page.inner_text("main").split())

    def opens(self, address: str) -> Self:
        self.page.goto(address)
        self.looks(self.page)
        return self

    def presses(self, words: str) -> Self:
        return self._leaves_by(self.page.get_by_role("button", name=words, exact=True))

    def follows(self, words: str) -> Self:
        return self._leaves_by(self.page.get_by_role("link", name=words).first)

    def goes_back(self) -> Self:
        self.page.go_back()
        self.looks(self.page)
        return self

    def reads(self, words: str) -> Self:
        """These words stand on the page, where they can be seen."""
        expect(self.page.get_by_text(words).first).to_be_visible()
        return self

    def errors(self) -> list[str]:
        return self.page.get_by_role("alert").get_by_role("link").all_inner_texts()

    def _leaves_by(self, way: Locator) -> Self:
        with self.page.expect_navigation():
            way.click()
        self.looks(self.page)
        return self
