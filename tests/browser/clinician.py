"""A clinician at work: reads the queue, claims, decides in two steps, agrees as the second."""

from collections.abc import Iterable
from typing import Self

from playwright.sync_api import Locator, expect

from tests.browser.colleague import PASSWORD as PASSWORD
from tests.browser.colleague import Colleague
from tests.browser.colleague import Person as Person

SOON = "Visit within 48 hours, flagged, and not yet opened by anybody"
PRECAUTIONS, ASK = "Proceed with precautions", "Ask the patient"


class Clinician(Colleague):
    """``Clinician(page).joins(person).signs_in(person)``."""

    first_page = "Queue"

    # -- the queue ---------------------------------------------------------------------------

    def goes_to_the_queue(self) -> Self:
        return self.follows("Queue")

    def unread_soon(self) -> list[str]:
        return self.listed(SOON)

    def waiting(self) -> list[str]:
        return self.unread_soon() + self.listed("Our turn")

    def decided(self) -> list[str]:
        return self.listed("Decided")

    def listed(self, title: str) -> list[str]:
        """The people under this heading, in order, as the list names them."""
        lines = self.page.get_by_role("region", name=title, exact=True)
        links = lines.get_by_role("rowheader").get_by_role("link").all_inner_texts()
        return [link.split(",")[0].strip() for link in links]

    def turns(self) -> dict[str, int]:
        """How many there are of each turn, by its tab."""
        tabs = self.page.get_by_role("navigation", name="Whose turn").get_by_role("link")
        words = (tab.rsplit(maxsplit=1) for tab in tabs.all_inner_texts())
        return {title: int(count) for title, count in words}

    def picks(self, name: str, reference: str = "") -> Self:
        """The line of this person, which must show the reference that the person was given."""
        row = self._row(name)
        expect(row).to_contain_text(reference)
        return self._leaves_by(row.get_by_role("link"))

    def line(self, name: str) -> str:
        return " ".join(self._row(name).inner_text().split())

    def _row(self, name: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=name)

    # -- several at once ---------------------------------------------------------------------

    def ticks(self, names: Iterable[str]) -> Self:
        for name in names:
            self.page.get_by_role("group").get_by_label(name).check()
        return self

    # -- one submission ----------------------------------------------------------------------

    def flags(self) -> list[str]:
        """The ids of the rules that fired, in the order of the page."""
        section = self.page.get_by_role("region", name="Flags", exact=True)
        return section.locator("code").all_inner_texts()

    def decisions(self) -> str:
        """What was decided on this episode so far, the latest first."""
        region = self.page.locator("section[aria-labelledby=decisions-title]")
        return " ".join(region.inner_text().split())

    def replies(self) -> str:
        """What the patient was asked, and answered to it."""
        return " ".join(self.page.locator("#replies").inner_text().split())

    def choice(self, group: str, label: str) -> Locator:
        return self.page.get_by_role("group", name=group).get_by_label(label, exact=True)

    def chooses(
        self,
        choice: str,
        *,
        reason: str = "",
        code: str = "Other",
        note: str = "",
        until: str = "",
        ask: str = "Which tablets?",
        again: Iterable[str] = (),
        careful: Iterable[str] = (),
    ) -> Self:
        """The decision with what it needs. ``careful`` are precautions that the flags suggest."""
        page = self.page
        self.choice("Your decision", choice).check()
        if choice == PRECAUTIONS:
            for one in careful:
                page.get_by_label(one, exact=True).check()
            page.get_by_label("Own precautions").fill("" if careful else "Shorter session.")
        if choice == ASK:
            page.get_by_label("Question to the patient").fill(ask)
            for one in again:
                page.get_by_label(one, exact=True).check()
        if until:
            for part, typed in zip(("Year", "Month", "Day"), until.split("-"), strict=True):
                page.get_by_label(part, exact=True).fill(typed.lstrip("0"))
        if until and reason:  # asked for once the day is named
            self.presses("Continue")
        if reason:
            self.choice("Why, against", code).check()
            page.get_by_label("Reason", exact=True).fill(reason)
        page.get_by_label("Note for colleagues").fill(note)
        return self.presses("Continue")

    def decides(self, choice: str, **needs: str) -> Self:
        """Choose, look at what the patient will read, confirm."""
        return self.chooses(choice, **needs).presses("Confirm")

    def proposes(self, choice: str, **needs: str) -> Self:
        """The same where a second clinician has to agree."""
        return self.chooses(choice, **needs).presses("Confirm the proposal")

    def answers_the_proposal(self, opinion: str, note: str = "") -> Self:
        """``Agree`` or ``Decline``, as the second clinician."""
        self.page.get_by_label("Your note").fill(note)
        return self.presses(opinion)
