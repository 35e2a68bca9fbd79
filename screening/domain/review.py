"""Disposition and Review: what a clinician may decide and what each decision requires.

The rules never decide; they only say what a decision must be accompanied by.

Against the level (a written reason is needed):

- proceed at level review or stop;
- proceed with precautions at level stop, or while the wait of a stop or review flag runs
  beyond the visit (without a visit date: beyond the day of completion, the day for which
  everything was evaluated);
- do not treat at level info or caution;
- defer to a day before the latest clear date of the stop and review flags. That date counts
  also while another flag is open and no earliest suitable date can be named.

To ask the patient, and to defer at any level, is never against it. Flags that cannot be
overridden (age, urgent signs: catalogue 3.1) allow no proceeding at all, whatever the reason,
and no deferring to a day before their own clear date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from screening.domain.assessment import Assessment, Flag
from screening.domain.protocol import Level, ScreeningProtocol

REASON_LIMIT = 2000
NOTE_LIMIT = 4000


class Disposition(StrEnum):
    """The human decision."""

    PROCEED = "proceed"
    PROCEED_WITH_PRECAUTIONS = "proceed_with_precautions"
    DEFER = "defer"
    DO_NOT_TREAT = "do_not_treat"
    ASK_PATIENT = "ask_patient"

    @property
    def proceeds(self) -> bool:
        return self in (Disposition.PROCEED, Disposition.PROCEED_WITH_PRECAUTIONS)


class ReviewRefused(ValueError):
    """The decision lacks something; `errors` says for each field what to do about it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What was on the table: everything about a submission that a decision is measured by."""

    level: Level
    completed_on: date
    treatment_date: date | None = None
    not_before: date | None = None
    binding: tuple[Flag, ...] = ()

    @classmethod
    def of(
        cls,
        protocol: ScreeningProtocol,
        assessment: Assessment,
        completed_on: date,
        treatment_date: date | None,
        stored_level: Level = Level.INFO,
    ) -> "Grounds":
        """`stored_level` counts where it is higher: there the rules could not be run."""
        return cls(
            level=max(stored_level, assessment.level),
            completed_on=completed_on,
            treatment_date=treatment_date,
            not_before=assessment.not_before,
            binding=tuple(f for f in assessment.flags if not protocol.rules[f.rule].override),
        )

    @property
    def waiting(self) -> bool:
        """Does the wait of a stop or review flag run beyond the visit."""
        visit = self.treatment_date or self.completed_on
        return self.not_before is not None and self.not_before > visit

    def contradicted_by(self, disposition: Disposition, until: date | None = None) -> bool:
        """Would this decision go against the level, as the module's docstring defines it."""
        if disposition is Disposition.PROCEED:
            return self.level >= Level.REVIEW or self.waiting
        if disposition is Disposition.PROCEED_WITH_PRECAUTIONS:
            return self.level >= Level.STOP or self.waiting
        if disposition is Disposition.DO_NOT_TREAT:
            return self.level <= Level.CAUTION
        return until is not None and self.not_before is not None and until < self.not_before


@dataclass(frozen=True, slots=True)
class Review:
    """One decision; refuses to exist (ReviewRefused) if it lacks what it requires."""

    grounds: Grounds
    disposition: Disposition
    defer_until: date | None = None
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", self.reason.strip())
        object.__setattr__(self, "note", self.note.strip())
        errors = self._errors()
        if errors:
            raise ReviewRefused(errors)

    @property
    def against_level(self) -> bool:
        return self.grounds.contradicted_by(self.disposition, self.defer_until)

    def _errors(self) -> dict[str, str]:
        found = {
            "disposition": self._disposition_error(),
            "defer_until": self._date_error(),
            "reason": self._reason_error(),
            "note": _too_long(self.note, NOTE_LIMIT, "note"),
        }
        if found["disposition"]:
            # No reason makes this decision possible, so none is asked for.
            found["reason"] = _too_long(self.reason, REASON_LIMIT, "reason")
        return {field: message for field, message in found.items() if message}

    def _disposition_error(self) -> str:
        if self.disposition.proceeds and self.grounds.binding:
            return (
                "Choose another decision: a flag about age or an urgent sign cannot be overridden."
            )
        return ""

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

    def _reason_error(self) -> str:
        if self.against_level and not self.reason:
            return "Write the reason: this decision goes against what the flags ask for."
        return _too_long(self.reason, REASON_LIMIT, "reason")


def _too_long(text: str, limit: int, name: str) -> str:
    if len(text) <= limit:
        return ""
    return f"Shorten the {name} to {limit} characters or fewer; it has {len(text)}."
