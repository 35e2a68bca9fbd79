"""Looks at every page on which somebody arrives, as closely as that kind of page needs."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.axe import scrolls_sideways
from tests.never_say import never_said

# Ids, tokens and references make no other kind of page; a reference might read like a dose.
NAMED = re.compile(r"[0-9a-f]{16,64}|\b[0-9A-Z]{4} ?-?[0-9A-Z]{4}\b|\d+")


class CloseLook:
    """What faults.js cannot see: forbidden words, a page too wide, and axe once for each kind."""

    def __init__(self, axe: Callable[[Page], list[str]]) -> None:
        self._axe = axe
        self.kinds: set[str] = set()

    def __call__(self, page: Page) -> None:
        path = urlsplit(page.url).path
        if not path.startswith("/clinic"):
            said = never_said(NAMED.sub("", page.inner_text("body")))
            assert not said, f"{path}: {said}"
        assert not scrolls_sideways(page), f"{path} scrolls sideways"
        kind = NAMED.sub("…", f"{path} {page.title()}")
        if kind not in self.kinds:
            self.kinds.add(kind)
            found = self._axe(page)
            assert not found, "\n".join([path, *found])
