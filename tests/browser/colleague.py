"""Somebody who works at the clinic: joins by the set-up link, signs in and out."""

from dataclasses import dataclass
from typing import Self

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

PASSWORD = "a long and quiet sentence"


@dataclass(frozen=True)
class Person:
    """One member of staff: who is asked to join, and how."""

    email: str
    set_up_link: str
    name: str = "Robin Reed"


class Colleague(Visitor):
    """``Colleague(page).joins(person).signs_in(person)``."""

    first_page = "Front desk"

    def joins(self, person: Person) -> Self:
        self.opens(person.set_up_link)
        self.page.get_by_label("New password").fill(PASSWORD)
        return self.presses("Set password")

    def signs_in(self, person: Person) -> Self:
        self.opens("/clinic/sign-in").gives_password(person)
        expect(self.page.get_by_role("heading", level=1, name=self.first_page)).to_be_visible()
        return self

    def gives_password(self, person: Person) -> Self:
        self.page.get_by_label("E-mail address").fill(person.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        return self.presses("Sign in")

    def signs_out(self) -> Self:
        return self.presses("Sign out")

    def doors(self) -> list[str]:
        """The pages that are offered at the top."""
        links = self.page.get_by_role("navigation", name="Staff").get_by_role("link")
        return links.all_inner_texts()
