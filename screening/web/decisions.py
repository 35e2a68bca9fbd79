"""The decision form: what it offers, what was typed into it, and reading that as a decision."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from screening.domain.review import Disposition, Grounds, ReviewRefused
from screening.services.review import Decision
from screening.web.queue import DISPOSITIONS
from screening.web.texts import long_date
from screening.web.typed import Parts, Problem, read_whole_date, showable

NOTHING_CHOSEN = "Choose a decision."
FIELDS = ("disposition", "defer_until", "reason", "note")
ASK_HINT = "Recorded here for now: contact the patient yourself."
_PARTS = ("day", "month", "year")
_VERSION = re.compile(r"[0-9]{1,9}")  # anything else is no version of ours: stale


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """As typed, so that a page can be shown again as the clinician left it."""

    version: str = ""
    disposition: str = ""
    defer_until: Parts = field(default_factory=Parts)
    reason: str = ""
    note: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "DecisionForm":
        typed = {name: showable(form.get(name, "")) for name in ("version", *FIELDS)}
        parts = (showable(form.get(f"defer_until-{part}", "")) for part in _PARTS)
        return cls(**(typed | {"defer_until": Parts(*parts)}))  # type: ignore[arg-type]

    def read(self) -> Decision:
        """The decision; raises ReviewRefused where it cannot be read as one."""
        if self.disposition not in set(Disposition):
            raise ReviewRefused({"disposition": NOTHING_CHOSEN})
        disposition = Disposition(self.disposition)
        return Decision(
            version=int(self.version) if _VERSION.fullmatch(self.version) else 0,
            disposition=disposition,
            defer_until=self._day() if disposition is Disposition.DEFER else None,
            reason=self.reason,
            note=self.note,
        )

    def _day(self) -> date | None:
        # The boxes come prefilled, so they count only where a deferral was chosen.
        try:
            return read_whole_date(self.defer_until)
        except Problem as problem:
            raise ReviewRefused({"defer_until": problem.message}) from problem

    def refused(self, errors: Mapping[str, str]) -> "DecisionForm":
        return replace(self, errors=errors)


def empty_form(proposed: date | None) -> DecisionForm:
    """The date of a deferral is proposed from the earliest suitable date, if there is one."""
    if proposed is None:
        return DecisionForm()
    return DecisionForm(defer_until=Parts(*map(str, (proposed.day, proposed.month, proposed.year))))


def offered(grounds: Grounds, chosen: str) -> list[dict[str, object]]:
    """The decisions that are possible on these grounds, each with what it needs."""
    return [
        {
            "value": disposition.value,
            "label": label,
            "hint": _hint(grounds, disposition),
            "checked": disposition.value == chosen,
        }
        for disposition, label in DISPOSITIONS.items()
        if not (disposition.proceeds and grounds.binding)
    ]


def error_links(form: DecisionForm, options: list[dict[str, object]]) -> list[dict[str, str]]:
    """The summary at the top: each error leads to the box where it is mended."""
    targets = {
        "disposition": f"#disposition-{options[0]['value']}",
        "defer_until": "#defer_until-day",
        "reason": "#reason",
        "note": "#note",
    }
    return [
        {"href": targets[name], "text": form.errors[name]} for name in FIELDS if name in form.errors
    ]


def _hint(grounds: Grounds, disposition: Disposition) -> str | None:
    if disposition is Disposition.ASK_PATIENT:
        return ASK_HINT
    if disposition is Disposition.DEFER:
        day = grounds.not_before
        return f"Before {long_date(day)} a reason is needed." if day else None
    against = grounds.contradicted_by(disposition)
    return "Against the level of the flags: a reason is needed." if against else None
