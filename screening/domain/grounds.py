"""Disposition and Grounds: what a clinician may decide, and what a decision is measured by.

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

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from screening.domain.assessment import Assessment, Flag
from screening.domain.protocol import Level, ScreeningProtocol


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


@dataclass(frozen=True, slots=True)
class Grounds:
    """What was on the table: everything about a submission that a decision is measured by.

    ``never_say`` are the protocol's phrases that no patient may read. ``second_sign_off`` says
    whether the clinic wants a second clinician where a stop is overridden.
    """

    level: Level
    completed_on: date
    treatment_date: date | None = None
    not_before: date | None = None
    binding: tuple[Flag, ...] = ()
    never_say: tuple[str, ...] = ()
    second_sign_off: bool = False

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
            never_say=protocol.never_say,
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

    def overridden_by(self, disposition: Disposition) -> bool:
        """Would this decision treat somebody in spite of a stop."""
        return disposition.proceeds and self.level is Level.STOP
