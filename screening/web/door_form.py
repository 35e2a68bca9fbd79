"""The form at the door of the patient's own page: a reference or a link, and a date of birth."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from screening.web.fields import DATE_PARTS, FieldRefused, date_names
from screening.web.forms import check_names
from screening.web.typed import Parts, Problem, read_whole_date, showable, tidy

BORN = "date_of_birth"
REFERENCE = "reference"


class Refused(StrEnum):
    """Why nothing opens; neither says whether there is such a form."""

    NOT_FOUND = (
        "We could not open a form with this. Check what you entered. If it still does not open, "
        "call the clinic"
    )
    CLOSED = (
        "There were too many tries, so this stays closed for an hour. Call the clinic if you "
        "need something sooner"
    )


@dataclass(frozen=True)
class DoorForm:
    """``typed`` is everything as it was, to show the page again; ``errors`` by field."""

    by_link: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    born: date | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    born_parts: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        return self.typed.get(REFERENCE, "")

    @property
    def error_links(self) -> list[dict[str, str]]:
        part = self.born_parts[0] if self.born_parts else "day"
        ids = {REFERENCE: REFERENCE, BORN: f"{BORN}-{part}"}
        return [{"href": f"#{ids[name]}", "text": text} for name, text in self.errors.items()]

    def refused(self, why: Refused) -> "DoorForm":
        return replace(self, errors={BORN if self.by_link else REFERENCE: why.value})


def read_door(posted: MultiDict[str, str], *, by_link: bool) -> DoorForm:
    """Raises FieldRefused for what no page of ours sends."""
    names = (*(() if by_link else (REFERENCE,)), *date_names(BORN))
    check_names(posted, frozenset(names))
    typed = {name: showable(_one(posted, name)) for name in names}
    errors: dict[str, str] = {}
    if not by_link and not typed[REFERENCE]:
        errors[REFERENCE] = "Enter your reference"
    born: date | None = None
    born_parts: tuple[str, ...] = ()
    try:
        born = read_whole_date(Parts(*(typed[name] for name in date_names(BORN))))
        if born is None:
            raise Problem("Enter your date of birth, for example 27 3 1985", DATE_PARTS)
    except Problem as problem:
        errors[BORN], born_parts = problem.message, problem.parts
    return DoorForm(by_link, typed, born, errors, born_parts)


def _one(posted: MultiDict[str, str], name: str) -> str:
    values = posted.getlist(name)
    if len(values) > 1:
        raise FieldRefused(f"{name}: one value expected")
    return tidy(values[0]) if values else ""
