"""The circumstances of an assessment: the days that count and the clinic's settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from screening.domain.dates import NoSuchDate, PartialDate

Jurisdiction = Literal["england", "wales", "scotland", "ni", "us", "other"]
Modality = Literal["mechanical", "rf", "unknown"]
JURISDICTIONS: tuple[str, ...] = get_args(Jurisdiction)
MODALITIES: tuple[str, ...] = get_args(Modality)
_LAST_YEAR = 9900  # waits after it would run past the calendar's last year, 9999


@dataclass(frozen=True, slots=True)
class Context:
    """``changed_after_result``: items whose stop or review answers changed after a result.
    ``answers_since``: the day of the oldest answers, where some were given again later."""

    completed_on: date
    treatment_date: date | None = None
    jurisdiction: str = "other"
    modality: str = "unknown"
    changed_after_result: frozenset[str] = frozenset()
    answers_since: date | None = None

    @property
    def oldest_answers(self) -> date:
        return min(self.answers_since or self.completed_on, self.completed_on)

    @property
    def treatment_day(self) -> date:
        """The day that waits are held against; completion where no visit is planned yet."""
        return self.treatment_date or self.completed_on

    def to_json(self) -> dict[str, object]:
        since = {"answers_since": self.answers_since.isoformat()} if self.answers_since else {}
        return since | {
            "completed_on": self.completed_on.isoformat(),
            "treatment_date": self.treatment_date and self.treatment_date.isoformat(),
            "jurisdiction": self.jurisdiction,
            "modality": self.modality,
            "changed_after_result": sorted(self.changed_after_result),
        }


def read_context(
    raw: Mapping[str, object], items: Mapping[str, object]
) -> tuple[Context, dict[str, str]]:
    """The context as far as it is usable, and what is wrong with it, by key."""
    known = {
        "completed_on", "treatment_date", "jurisdiction", "modality", "changed_after_result",
        "answers_since",
    }  # fmt: skip
    errors = dict.fromkeys(raw.keys() - known, "there is no such context key")
    completed = _day(raw, "completed_on", errors)
    treatment = _day(raw, "treatment_date", errors)
    since = _day(raw, "answers_since", errors)
    if raw.get("completed_on") is None:
        errors["completed_on"] = "the day of completion is needed, YYYY-MM-DD"
    elif completed is not None and completed.year > _LAST_YEAR:
        errors["completed_on"] = f"the year must be {_LAST_YEAR} at most"
    jurisdiction = _one_of(raw, "jurisdiction", JURISDICTIONS, "other", errors)
    modality = _one_of(raw, "modality", MODALITIES, "unknown", errors)
    changed = _changed(raw.get("changed_after_result"), items, errors)
    # Without a usable day of completion no date counts as in the future.
    return Context(completed or date.max, treatment, jurisdiction, modality, changed, since), errors


def _day(raw: Mapping[str, object], key: str, errors: dict[str, str]) -> date | None:
    value = raw.get(key)
    if value is None:
        return None
    try:
        day = PartialDate.parse(value) if isinstance(value, str) else None
    except NoSuchDate as error:
        errors[key] = str(error)
        return None
    if day is None or not day.exact:
        errors[key] = "this must be a whole date as a text, YYYY-MM-DD"
        return None
    return day.first_day()


def _one_of(
    raw: Mapping[str, object],
    key: str,
    allowed: tuple[str, ...],
    default: str,
    errors: dict[str, str],
) -> str:
    value = raw.get(key)
    if value is None:
        return default
    if isinstance(value, str) and value in allowed:
        return value
    errors[key] = f"this must be one of {', '.join(allowed)}"
    return default


def _changed(value: object, items: Mapping[str, object], errors: dict[str, str]) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, Sequence) or isinstance(value, str):
        errors["changed_after_result"] = "this must be a list of item ids"
        return frozenset()
    if not all(isinstance(name, str) and name in items for name in value):
        errors["changed_after_result"] = "the list holds something that is no item"
        return frozenset()
    return frozenset(value)
