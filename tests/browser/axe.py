"""axe-core on a page, under the page's own content security policy."""

from collections.abc import Container, Iterator
from importlib.resources import files
from typing import Literal

from playwright.sync_api import Page

SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
HEIGHT = 844
Look = tuple[Literal["light", "dark"], int]
EVERY_LOOK: tuple[Look, ...] = tuple((scheme, width) for scheme in SCHEMES for width in WIDTHS)


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands: one line per rule broken."""
    # Evaluated through the debugger: a script tag would break the page's policy.
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: "
        + "; ".join(" ".join(map(str, node["target"])) for node in found["nodes"])
        for found in result["violations"]
    ]


def every_look(page: Page, *, but: Container[Look] = ()) -> Iterator[Look]:
    """The page in light and dark, from the smallest phone to a desktop; names each look."""
    before = page.viewport_size
    for scheme, width in EVERY_LOOK:
        if (scheme, width) not in but:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": HEIGHT})
            yield scheme, width
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
