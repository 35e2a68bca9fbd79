"""The decision form: what was typed into it, and reading that as a decision."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from screening.domain.review import Disposition, ReviewRefused
from screening.services.review import Decision
from screening.web.bodies import check_names
from screening.web.typed import Parts, Problem, read_whole_date, showable

NOTHING_CHOSEN = "Choose a decision."
TWO_CHOSEN = "Choose one: you pressed Proceed while another decision was ticked."
QUICK = "proceed"
"""The button that chooses and looks ahead at once; the others are preview, confirm, change."""
_BUTTONS = ("preview", "confirm", "change", QUICK)
_TEXTS = (
    "version", "disposition", "own_precautions", "question", "reason_code", "reason", "note",
    "message", "previewed", "identity", "over", "button",
)  # fmt: skip
_LISTS = ("precautions", "items")
_PARTS = ("day", "month", "year")
_DATE_NAMES = tuple(f"defer_until-{part}" for part in _PARTS)
_VERSION = re.compile(r"[0-9]{1,9}")  # anything else is no version of ours: stale


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """As typed, so that a page can be shown again as the clinician left it."""

    version: str = ""
    disposition: str = ""
    defer_until: Parts = field(default_factory=Parts)
    precautions: tuple[str, ...] = ()
    own_precautions: str = ""
    question: str = ""
    items: tuple[str, ...] = ()
    reason_code: str = ""
    reason: str = ""
    note: str = ""
    message: str = ""
    previewed: str = ""
    identity: str = ""
    over: str = ""
    button: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, form: MultiDict[str, str]) -> "DecisionForm":
        """Raises BadRequest for names that no form of ours has."""
        single = [(name, value) for name, value in form.items(multi=True) if name not in _LISTS]
        check_names(MultiDict(single), {"csrf_token", *_TEXTS, *_DATE_NAMES})
        texts = {name: showable(form.get(name, "")) for name in _TEXTS}
        lists = {name: tuple(map(showable, form.getlist(name))) for name in _LISTS}
        day = Parts(*(showable(form.get(name, "")) for name in _DATE_NAMES))
        return cls(**texts, **lists, defer_until=day)._with_button()  # type: ignore[arg-type]

    def _with_button(self) -> "DecisionForm":
        button = self.button if self.button in _BUTTONS else "preview"
        if button == QUICK and self.disposition in ("", QUICK):
            return replace(self, button="preview", disposition=QUICK)
        return replace(self, button=button)

    @property
    def wants_look(self) -> bool:
        """Nothing is sent to a patient that was not shown first, word for word."""
        return self.button != "confirm" or not self.message or self.message != self.previewed

    def read(self) -> Decision:
        """The decision, without what belongs to others; raises ReviewRefused."""
        if self.button == QUICK:
            raise ReviewRefused({"disposition": TWO_CHOSEN})
        if self.disposition not in set(Disposition):
            raise ReviewRefused({"disposition": NOTHING_CHOSEN})
        disposition = Disposition(self.disposition)
        careful = disposition is Disposition.PROCEED_WITH_PRECAUTIONS
        asks = disposition is Disposition.ASK_PATIENT
        return Decision(
            version=read_version(self.version),
            disposition=disposition,
            defer_until=self._day() if disposition is Disposition.DEFER else None,
            reason=self.reason,
            note=self.note,
            reason_code=self.reason_code,
            precautions=self.all_precautions if careful else (),
            message=self.message,
            question=self.question if asks else "",
            items=self.items if asks else (),
            identity_checked=bool(self.identity),
            over=self.over,
        )

    @property
    def all_precautions(self) -> tuple[str, ...]:
        """The ticked ones, then each line of one's own, none twice."""
        own = (line.strip() for line in self.own_precautions.splitlines())
        return tuple(dict.fromkeys(filter(None, (*self.precautions, *own))))

    def _day(self) -> date | None:
        # The boxes come prefilled, so they count only where a deferral was chosen.
        try:
            return read_whole_date(self.defer_until)
        except Problem as problem:
            raise ReviewRefused({"defer_until": problem.message}) from problem

    def refused(self, errors: Mapping[str, str]) -> "DecisionForm":
        return replace(self, errors=errors)

    def without_usual(self, usual: str) -> "DecisionForm":
        """Back to the form: the usual words follow the decision, so only other words stay."""
        return replace(self, message="" if self.message == usual else self.message, previewed="")

    def moved_to(self, offered: frozenset[str]) -> "DecisionForm":
        """On another edition: a ticked precaution that is not offered there becomes own words."""
        stay = tuple(one for one in self.precautions if one in offered)
        lines = [one for one in self.precautions if one not in offered]
        own = "\n".join(filter(None, [*lines, self.own_precautions]))
        return replace(self, precautions=stay, own_precautions=own, over="")


def read_version(typed: str) -> int:
    return int(typed) if _VERSION.fullmatch(typed) else 0


def empty_form(proposed: date | None) -> DecisionForm:
    """The date of a deferral is proposed from the earliest suitable date, if there is one."""
    if proposed is None:
        return DecisionForm()
    return DecisionForm(defer_until=Parts(*map(str, (proposed.day, proposed.month, proposed.year))))
