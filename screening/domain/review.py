"""Review: a clinician's decision with all that it requires; see grounds.py for what is against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from screening.domain.grounds import Disposition as Disposition
from screening.domain.grounds import Grounds as Grounds
from screening.domain.never_said import broken_phrase

REASON_LIMIT = 2000
NOTE_LIMIT = 4000
MESSAGE_LIMIT = 1000
QUESTION_LIMIT = 1000
PRECAUTION_LIMIT = 300
MOST_PRECAUTIONS = 20
_TEXTS = ("reason", "note", "message", "question")
Errors = Iterator[tuple[str, str]]


class ReasonCode(StrEnum):
    """Why a clinician decides against the level; words always say more."""

    SEEN = "seen_in_person"
    EXPLAINED = "patient_explained"
    RECORDS = "records_checked"
    ADVISED = "advice_taken"
    PLAN_CHANGED = "plan_changed"
    OTHER = "other"


class ReviewRefused(ValueError):
    """The decision lacks something; `errors` says for each field what to do about it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Review:
    """One decision; refuses to exist (ReviewRefused) if it lacks what it requires.

    ``message`` and ``question`` are what the patient reads; ``items`` are asked anew.
    """

    grounds: Grounds
    disposition: Disposition
    defer_until: date | None = None
    reason: str = ""
    note: str = ""
    reason_code: str = ""
    precautions: tuple[str, ...] = ()
    message: str = ""
    question: str = ""
    items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in _TEXTS:
            object.__setattr__(self, name, getattr(self, name).strip())
        chosen = dict.fromkeys(filter(None, (one.strip() for one in self.precautions)))
        object.__setattr__(self, "precautions", tuple(chosen))
        object.__setattr__(self, "items", tuple(dict.fromkeys(self.items)))
        if errors := dict(self._errors()):
            raise ReviewRefused(errors)

    @property
    def against_level(self) -> bool:
        return self.grounds.contradicted_by(self.disposition, self.defer_until)

    @property
    def second_required(self) -> bool:
        """Without a second clinician's yes it has no effect."""
        return self.grounds.second_sign_off and self.grounds.overridden_by(self.disposition)

    def _errors(self) -> Errors:
        if self.disposition.proceeds and self.grounds.binding:
            yield (
                "disposition",
                "Choose another decision: a flag about age or an urgent sign cannot be overridden.",
            )
        elif self.against_level:  # else no reason would make it possible, or none is asked for
            yield from self._reason_errors()
        if self.reason_code not in {"", *ReasonCode}:
            yield "reason_code", "Choose a reason from the list."
        if wrong := self._date_error():
            yield "defer_until", wrong
        yield from self._precaution_errors()
        yield from self._question_errors()
        yield from _too_long("reason", self.reason, REASON_LIMIT)
        yield from _too_long("note", self.note, NOTE_LIMIT)
        yield from self._readable("message", self.message, MESSAGE_LIMIT)

    def _reason_errors(self) -> Errors:
        if not self.reason_code:
            yield "reason_code", "Choose why: this decision goes against what the flags ask for."
        if not self.reason:
            yield "reason", "Write the reason: this decision goes against what the flags ask for."

    def _date_error(self) -> str:
        until = self.defer_until
        if self.disposition is not Disposition.DEFER:
            return "" if until is None else "Remove the date: only a deferral carries one."
        if until is None:
            return "Enter the day until which the treatment is deferred."
        if until < self.grounds.completed_on:
            return "Enter a day that is not before the day the answers were given."
        if any(flag.clear_date and until < flag.clear_date for flag in self.grounds.binding):
            return "Enter a later day: the flag about age cannot be overridden."
        return ""

    def _precaution_errors(self) -> Errors:
        careful = self.disposition is Disposition.PROCEED_WITH_PRECAUTIONS
        if self.precautions and not careful:
            yield "precautions", "Remove the precautions, or choose to proceed with them."
        if careful and not self.precautions:
            yield "precautions", "Tick or write at least one precaution."
        if len(self.precautions) > MOST_PRECAUTIONS:
            yield "precautions", f"Leave {MOST_PRECAUTIONS} precautions at most."
        for one in self.precautions:
            yield from _too_long("precautions", one, PRECAUTION_LIMIT, "precaution")

    def _question_errors(self) -> Errors:
        asks = self.disposition is Disposition.ASK_PATIENT
        if not asks and (self.question or self.items):
            yield "question", "Remove the question, or choose to ask the patient."
        if asks and not (self.question or self.items):
            yield "question", "Write a question, or tick at least one to be answered again."
        yield from self._readable("question", self.question, QUESTION_LIMIT)

    def _readable(self, field: str, text: str, limit: int) -> Errors:
        """A text for the patient: short, and nothing in it that is never said."""
        yield from _too_long(field, text, limit)
        if found := broken_phrase(text, self.grounds.never_say):
            yield field, f"Say “{found}” in other words: it is never said to a patient."


def _too_long(field: str, text: str, limit: int, name: str = "") -> Errors:
    if len(text) > limit:
        yield (
            field,
            f"Shorten the {name or field} to {limit} characters or fewer; it has {len(text)}.",
        )
