"""A person with a phone who fills in the form, told as what a person does.

Every question is looked for by its own words in the protocol, among what can be seen, so the
actor can neither drift from the questions nor answer one that has not been revealed.
"""

from collections.abc import Mapping
from typing import Self

from playwright.sync_api import Locator, expect

from screening.domain.protocol import Item, ItemKind
from screening.web.fields import KIND_LABELS
from screening.web.forms import build_pages
from tests.browser.saved_forms import REACH, WELL
from tests.browser.visitor import Visitor
from tests.worked_cases import PROTOCOL

Raw = Mapping[str, object]
PAGES = build_pages(PROTOCOL)
BORN = str(WELL["date_of_birth"])


class Patient(Visitor):
    """``Patient(page).begins().answers(raw).submits()``."""

    # -- the whole way -----------------------------------------------------------------------

    def begins(self) -> Self:
        self.opens("/")
        self.page.get_by_label("I have read the privacy notice").check()
        return self.presses("Start")

    def comes_back(self, link: str, born: str = BORN) -> Self:
        """Open a saved form by its link and the date of birth."""
        return self.opens(link).says_born(born).presses("Open my form")

    def answers(self, raw: Raw, about: Mapping[str, str] = REACH, visit: str = "") -> Self:
        """Page after page, until the answers can be checked."""
        while self.path != "/q/check":
            before = self.path
            if before == "/q/you":
                self.gives(about, visit)
            else:
                self.fills_in(raw)
            self.presses("Continue")
            assert self.path != before, f"{before}: {self.errors() or self.heading}"
        return self

    def fills_in(self, raw: Raw) -> Self:
        """Answer every question of this page that the raw answers know."""
        for item in self.asked_here():
            if item.id in raw:
                self.says(item, raw[item.id])
        return self

    def gives(self, about: Mapping[str, str], visit: str = "") -> Self:
        labels = {"name": "Your name", "email": "E-mail", "phone": "Telephone"}
        for name, text in about.items():
            self.page.get_by_label(labels[name]).fill(text)
        if visit:
            _types_date(self.question("When is your appointment? (optional)"), visit)
        return self

    def submits(self) -> Self:
        self.presses("Send my answers")
        assert self.path == "/outcome", f"{self.path}: {self.heading}"
        return self

    # -- one question ------------------------------------------------------------------------

    def asked_here(self) -> tuple[Item, ...]:
        page = PAGES.get(self.path.removeprefix("/q/"))
        assert page is not None, f"{self.path} asks nothing"
        return page.items

    def question(self, wording: str) -> Locator:
        """What a person can see of this question; hidden ones are not found."""
        return self.page.get_by_role("group", name=wording, exact=True)

    def says(self, item: Item, raw: object) -> Self:
        if item.kind is ItemKind.TEXT:
            self.page.get_by_label(item.wording).fill(str(raw))
        elif item.kind is ItemKind.BIRTH_DATE:
            _types_date(self.question(item.wording), str(raw))
        elif item.kind is ItemKind.DATE:
            _tells_when(self.question(item.wording), str(raw))
        elif isinstance(raw, Mapping):
            for option, when in raw.items():
                _tells_when(self.question(date_question(item, option)), str(when))
        else:
            self.ticks(item, *(map(str, raw) if isinstance(raw, list) else [str(raw)]))
        return self

    def says_born(self, born: str = BORN) -> Self:
        return self.says(PROTOCOL.items["date_of_birth"], born)

    def ticks(self, item: Item, *options: str) -> Self:
        labels = {option.id: option.label for option in item.options}
        question = self.question(item.wording)
        for option in options:
            question.get_by_label(labels[option], exact=True).check()
        return self

    def picks_to_answer_again(self, item: Item) -> Self:
        """On the page of corrections: unfold its part of the form, and tick it there."""
        title = next(one.title for one in PROTOCOL.sections if one.id == item.section)
        self.page.get_by_text(title, exact=True).click()
        self.page.get_by_label(item.wording, exact=True).check()
        return self

    # -- what a person notices ---------------------------------------------------------------

    def earliest_date(self) -> str | None:
        """The day under "The earliest date to talk about"; None where no day is named."""
        label = self.page.get_by_text(PROTOCOL.not_before_label, exact=True)
        if label.count() == 0:
            return None
        return label.locator("xpath=following-sibling::p[1]").inner_text()

    def reference(self) -> str:
        title = self.page.get_by_text("Your reference", exact=True)
        expect(title).to_be_visible()
        shown = title.locator("xpath=following-sibling::p[1]").inner_text()
        return shown.replace(" ", "")  # spaced for the eye; the clinic's list has it in one piece


def date_question(item: Item, option: str) -> str:
    """The words above one of several dates: what was had, then the question."""
    label = next(one.label for one in PROTOCOL.items[item.dates_for].options if one.id == option)
    return f"{label} – {item.wording.rsplit(' (', 1)[0]}"


def _tells_when(question: Locator, raw: str) -> None:
    """A special date is a choice; any other is "About this date" with as much as is known."""
    choice = KIND_LABELS.get(raw, KIND_LABELS["date"])
    question.get_by_label(choice, exact=True).check()
    if raw not in KIND_LABELS:
        _types_date(question, raw)


def _types_date(question: Locator, raw: str) -> None:
    for label, digits in zip(("Year", "Month", "Day"), raw.split("-"), strict=False):
        question.get_by_label(label, exact=True).fill(digits.lstrip("0"))
