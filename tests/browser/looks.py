"""One page, looked at in many ways: light and dark, from the smallest phone to a desktop.

Whether it scrolls sideways is looked for at every width. axe takes a third of a second, so of
the six looks each page gets two, one light and one dark, at widths that change from page to page;
PRELUDE_EVERY_LOOK=1 gives it all six.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from playwright.sync_api import Page

from tests.browser.axe import EVERY_LOOK, WIDTHS, Look, axe, every_look, scrolls_sideways

# For a person who wants to look too: a folder for pictures of every page in every look.
PICTURES = os.environ.get("PRELUDE_PICTURES")
EVERY = os.environ.get("PRELUDE_EVERY_LOOK") or PICTURES


def faults(page: Page, name: str) -> list[str]:
    """What axe finds, and whether it scrolls sideways; none is as it should be."""
    _open_everything(page)
    closely = looks_for(name)
    passed_over = {(scheme, width) for scheme, width in EVERY_LOOK if scheme == "dark"} - closely
    return [
        f"{name}, {look[0]} at {look[1]} px: {fault}"
        for look in every_look(page, but=passed_over)
        for fault in _faults(page, f"{name} {look[0]} {look[1]}", closely=look in closely)
    ]


def looks_for(name: str) -> set[Look]:
    """One light and one dark, the same for a page of this name on every run."""
    if EVERY:
        return set(EVERY_LOOK)
    place = crc32(name.encode()) % len(WIDTHS)
    return {("light", WIDTHS[place]), ("dark", WIDTHS[place - 1])}


def _faults(page: Page, name: str, *, closely: bool) -> Iterator[str]:
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{name}.png".replace(" ", "-")), full_page=True)
    if closely:
        yield from axe(page)
    if scrolls_sideways(page):
        yield "scrolls sideways"


def _open_everything(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
