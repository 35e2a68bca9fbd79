"""How the clinic handles a flag: its title in a clinician's words, lead time, precautions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from screening.domain.faults import Fault

LONGEST_TITLE = 50
LONGEST_REASON = 60
LONGEST_PRECAUTION = 120
MOST_PRECAUTIONS = 3
LONGEST_LEAD = 60
# Whether a prescribed medicine goes on is for its prescriber (catalogue 4.4). These words are
# refused whatever they are about: a list to choose from cannot argue.
_ABOUT_A_MEDICINE = re.compile(
    r"\b(stop|start|restart|discontinu|withh[eo]ld|paus|skip|increas|reduc|doubl|halv)\w*",
    re.IGNORECASE,
)


class HandlingInconsistent(ValueError):
    """The handling contradicts itself; ``faults`` lists every place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Handling:
    """Refuses to exist if inconsistent.

    ``lead_days``: whole days before the visit by which a clinician must know of the flag for
    its action to be possible. ``lead_reason`` completes "Needs 7 days for …"; empty for 0.
    ``owner`` answers for the rule, and looks at it again by the day of ``review_by``.
    """

    rule: str
    title: str
    lead_days: int
    lead_reason: str = ""
    precautions: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None

    def overdue(self, today: date) -> bool:
        """Whether somebody should have looked at the rule again by now. It fires all the same."""
        return self.review_by is not None and today > self.review_by

    def __post_init__(self) -> None:
        faults = [*self._title_faults(), *self._lead_faults(), *self._precaution_faults()]
        if faults:
            raise HandlingInconsistent(faults)

    def _title_faults(self) -> Iterator[Fault]:
        if not self.title.strip():
            yield self._fault("title", "the title is empty", "say the flag in a few words")
        if len(self.title) > LONGEST_TITLE:
            wrong = f"the title has {len(self.title)} characters"
            yield self._fault("title", wrong, f"use {LONGEST_TITLE} at most")
        if self.title.endswith("."):
            yield self._fault("title", "the title ends with a full stop", "leave it out")

    def _lead_faults(self) -> Iterator[Fault]:
        if not 0 <= self.lead_days <= LONGEST_LEAD:
            wrong = f"{self.lead_days} is no lead time"
            yield self._fault("lead_days", wrong, f"write 0 to {LONGEST_LEAD} whole days")
        elif bool(self.lead_days) != bool(self.lead_reason.strip()):
            wrong = "a lead time and its reason belong together"
            yield self._fault("lead_reason", wrong, "give it if and only if lead_days is not 0")
        if len(self.lead_reason) > LONGEST_REASON or self.lead_reason.endswith("."):
            right = f"complete 'Needs 2 days for' in {LONGEST_REASON} characters, no full stop"
            yield self._fault("lead_reason", "the reason is no short phrase", right)

    def _precaution_faults(self) -> Iterator[Fault]:
        if len(self.precautions) > MOST_PRECAUTIONS:
            wrong = f"{len(self.precautions)} precautions"
            yield self._fault("precautions", wrong, f"give {MOST_PRECAUTIONS} at most")
        if len(set(self.precautions)) < len(self.precautions):
            yield self._fault("precautions", "one stands there twice", "give each once")
        for place, text in enumerate(self.precautions):
            yield from self._text_faults(f"precautions.{place}", text)

    def _text_faults(self, key: str, text: str) -> Iterator[Fault]:
        if not text.endswith(".") or len(text) > LONGEST_PRECAUTION:
            right = f"write one sentence of {LONGEST_PRECAUTION} characters at most"
            yield self._fault(key, "the precaution is no short sentence", right)
        if found := _ABOUT_A_MEDICINE.search(text):
            right = "leave prescribed medicines to their prescriber"
            yield self._fault(key, f"'{found.group()}' may be about a medicine", right)

    def _fault(self, key: str, wrong: str, right: str) -> Fault:
        return Fault(f"rules.{self.rule}.{key}", wrong, right)
