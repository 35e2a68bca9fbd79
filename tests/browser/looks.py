"""One page, looked at in every way: light and dark, from the smallest phone to a desktop."""

import os
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.axe import axe, every_look, scrolls_sideways

# For a person who wants to look too: a folder for pictures of every page in every look.
PICTURES = os.environ.get("PRELUDE_PICTURES")


def faults(page: Page, name: str) -> list[str]:
    """What axe finds, and whether it scrolls sideways, in any look; none is as it should be."""
    _open_everything(page)
    return [
        f"{name}, {look}: {fault}"
        for look in every_look(page)
        for fault in _faults(page, f"{name} {look}")
    ]


def _faults(page: Page, name: str) -> Iterator[str]:
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{name}.png".replace(" ", "-")), full_page=True)
    yield from axe(page)
    if scrolls_sideways(page):
        yield "scrolls sideways"


def _open_everything(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
