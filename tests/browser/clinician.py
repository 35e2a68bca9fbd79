"""A clinician at the desk: joins by the set-up link, reads the queue, decides."""

from dataclasses import dataclass
from typing import Self

from playwright.sync_api import Locator, Page, expect

PASSWORD = "a long and quiet sentence"


@dataclass(frozen=True)
class Person:
    """One member of staff: who is asked to join, and how."""

    email: str
    set_up_link: str


class Clinician:
    """``Clinician(page).joins(person).signs_in(person)``."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def presses(self, words: str) -> Self:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).click()
        return self

    # -- coming and going --------------------------------------------------------------------

    def joins(self, person: Person) -> Self:
        self.page.goto(person.set_up_link)
        self.page.get_by_label("New password").fill(PASSWORD)
        return self.presses("Set password")

    def signs_in(self, person: Person) -> Self:
        self.page.goto("/clinic/sign-in")
        self.page.get_by_label("E-mail address").fill(person.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.presses("Sign in")
        expect(self.page.get_by_role("heading", level=1, name="Queue")).to_be_visible()
        return self

    def signs_out(self) -> Self:
        return self.presses("Sign out")

    # -- the queue ---------------------------------------------------------------------------

    def waiting(self) -> list[str]:
        return self._listed("Waiting for a decision")

    def decided(self) -> list[str]:
        return self._listed("Decided")

    def opens(self, name: str, reference: str) -> Self:
        """The line of this person, which must show the reference that the person was given."""
        row = self.page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text(reference)
        with self.page.expect_navigation():
            row.get_by_role("link").click()
        return self

    def line(self, name: str) -> str:
        return self.page.get_by_role("row").filter(has_text=name).inner_text()

    def _listed(self, title: str) -> list[str]:
        """The people under this heading, in order, as the list names them."""
        lines = self.page.get_by_role("region", name=title, exact=True)
        links = lines.get_by_role("rowheader").get_by_role("link").all_inner_texts()
        return [link.split(",")[0].strip() for link in links]

    # -- one submission ----------------------------------------------------------------------

    def flags(self) -> list[str]:
        """The ids of the rules that fired, in the order of the page."""
        return self._flag_section().locator("code").all_inner_texts()

    def _flag_section(self) -> Locator:
        return self.page.get_by_role("region", name="Flags", exact=True)

    def decides(self, choice: str, *, reason: str = "", note: str = "") -> Self:
        decision = self.page.get_by_role("group", name="Your decision")
        decision.get_by_label(choice, exact=True).check()
        self.page.get_by_label("Reason").fill(reason)
        self.page.get_by_label("Note for colleagues").fill(note)
        return self.presses("Save the decision")
