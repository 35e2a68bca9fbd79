"""The order of the patient's pages, and which of them still needs something."""

from dataclasses import dataclass

from screening.services.intake import Case
from screening.web.forms import GATE, Pages

CHANGED = "changed"
YOU = "you"
CHECK = "check"


@dataclass(frozen=True)
class Journey:
    """Where one case stands among the pages of its protocol."""

    case: Case
    pages: Pages

    @property
    def steps(self) -> tuple[str, ...]:
        first = (CHANGED,) if self.case.successor else ()
        return (*first, *(page.id for page in self.pages.all), YOU, CHECK)

    def first_gap(self) -> str:
        """The first page that needs something; the check page where none does.

        Where the questions have changed, first of all to be told so.
        """
        if self.case.successor:
            return CHANGED
        _, to_see_to = self.case.draft.read(self.case.protocol, self.case.context)
        for page in self.pages.all:
            if not to_see_to.isdisjoint(page.item_ids):
                return page.id
        return CHECK if about_complete(self.case) else YOU

    def may_open(self, step: str) -> bool:
        """Pages after the first gap wait: they may depend on what is missing."""
        return self.steps.index(step) <= self.steps.index(self.first_gap())

    def after(self, step: str, back_to_check: bool) -> str:
        """The next page; for a change from the check page, only what the change needs."""
        gap = self.first_gap()
        if back_to_check:
            return gap
        following = self.steps[self.steps.index(step) + 1]
        return min(following, gap, key=self.steps.index)

    def before(self, step: str) -> str | None:
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None


def about_complete(case: Case) -> bool:
    """Whether the person can be reached, and a visit that was given still lies ahead.

    What was typed and is of no use yet is seen to first.
    """
    about, visit = case.draft.about, case.context.treatment_date
    reachable = bool(about.get("name")) and bool(about.get("email") or about.get("phone"))
    if case.draft.about_typed:
        return False
    return reachable and (visit is None or visit >= case.today)


def address(step: str, back_to_check: bool = False) -> str:
    query = "?back=check" if back_to_check and step not in (CHECK, CHANGED) else ""
    return f"/q/{step}{query}"


def progress(pages: Pages, step: str) -> tuple[int, int]:
    steps = (*(page.id for page in pages.all), YOU, CHECK)
    return steps.index(step) + 1, len(steps)


__all__ = ["CHANGED", "CHECK", "GATE", "YOU", "Journey", "about_complete", "address", "progress"]
