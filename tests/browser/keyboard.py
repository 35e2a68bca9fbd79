"""A person without a mouse or a touch screen: Tab, the arrow keys, Space, Enter and typing."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from playwright.sync_api import Page

MOST_STOPS = 200
WHERE = """() => {
  const at = document.activeElement;
  const seen = at.closest(".govuk-checkboxes__item, .govuk-radios__item, form, a, body");
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    id: at.id, name: at.name || "", value: at.value || "", type: at.type || at.localName,
    words: at.innerText || "", ringed: seen !== null && at.matches(":focus-visible"),
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Stop(NamedTuple):
    """Where the focus is."""

    id: str
    name: str
    value: str
    type: str
    words: str
    ringed: bool
    inside: bool


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def here(self) -> Stop:
        return Stop(**self.page.evaluate(WHERE))

    def press(self, key: str) -> Stop:
        self.page.keyboard.press(key)
        return self.here()

    def goes_to(self, button: str) -> Self:
        """Tab on to the button or link with these words, and press Enter there."""
        for _ in range(MOST_STOPS):
            stop = self.press("Tab")
            assert stop.ringed or stop.type == "body", f"{stop} cannot be seen to have the focus"
            if stop.words.strip() == button:
                with self.page.expect_navigation():
                    self.page.keyboard.press("Enter")
                return self
        raise AssertionError(f"{self.page.url}: the keyboard never reaches {button!r}")

    def fills_in(self, wanted: Mapping[str, list[str]], button: str) -> Self:
        """Walk through the page once, giving each field that is met what is wanted of it."""
        given: set[str] = set()
        for _ in range(MOST_STOPS):
            stop = self.press("Tab")
            if stop.type not in ("body", "html"):
                assert stop.ringed, f"{stop} has the focus and does not show it"
                assert stop.inside, f"{stop} has the focus outside the window"
            if stop.words.strip() == button:
                assert given == set(wanted), f"never met: {set(wanted) - given}"
                with self.page.expect_navigation():
                    self.page.keyboard.press("Enter")
                return self
            if stop.name in wanted:
                given.add(stop.name)
                self._gives(stop, wanted[stop.name])
        raise AssertionError(f"{self.page.url}: the keyboard never reaches {button!r}")

    def _gives(self, stop: Stop, values: list[str]) -> None:
        if stop.type == "checkbox":
            if stop.value in values:
                self.page.keyboard.press("Space")
        elif stop.type == "radio":
            self._chooses(stop, values[0])
        else:
            self.page.keyboard.type(values[0])

    def _chooses(self, stop: Stop, value: str) -> None:
        """A group of radio buttons is one stop: Space takes one, an arrow the next."""
        self.page.keyboard.press("Space")
        for _ in range(MOST_STOPS):
            if stop.value == value:
                return
            stop = self.press("ArrowDown")
        raise AssertionError(f"{stop.name} has no {value}")
