"""The form by which somebody is invited: read, refused box by box, shown again as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from screening.domain.mail import is_address
from screening.domain.protocol import ScreeningProtocol
from screening.services.invitations import Asked
from screening.web.about import FURTHEST_VISIT
from screening.web.bodies import check_names
from screening.web.fields import DATE_PARTS, date_names
from screening.web.typed import (
    MAX_LINE,
    Parts,
    Problem,
    read_email,
    read_phone,
    read_text,
    read_whole_date,
    showable,
    tidy,
)

VISIT = "visit"
LINES = ("name", "treatment", "email", "phone", "by_mail", "form")
BOXES = (*LINES, *date_names(VISIT))
FORM = re.compile(r"[0-9a-f]{32}")
Offered = Mapping[str, ScreeningProtocol]


@dataclass(frozen=True, slots=True)
class InvitationForm:
    """`form` is a name of its own, so that a button pressed twice invites once."""

    typed: Mapping[str, str]
    asked: Asked | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    visit_parts: tuple[str, ...] = ()

    @classmethod
    def blank(cls, form: str) -> "InvitationForm":
        return cls(dict.fromkeys(BOXES, "") | {"form": form, "by_mail": "yes"})

    @property
    def by_mail(self) -> bool:
        return self.typed["by_mail"] == "yes"

    @property
    def links(self) -> list[dict[str, str]]:
        """In the order of the page."""
        part = self.visit_parts[0] if self.visit_parts else "day"
        ids = {VISIT: f"{VISIT}-{part}", "treatment": "treatment-1"}
        order = ("name", VISIT, "treatment", "email", "phone")
        return [
            {"href": f"#{ids.get(name, name)}", "text": self.errors[name]}
            for name in order
            if name in self.errors
        ]


def read_invitation_form(
    posted: MultiDict[str, str], choices: Offered, today: date
) -> InvitationForm:
    """What no page of ours sends is a bad request."""
    check_names(posted, {"csrf_token", *BOXES})
    typed = {name: showable(tidy(posted.get(name, ""))) for name in BOXES}
    if not FORM.fullmatch(typed["form"]) or typed["treatment"] not in {"", *choices}:
        raise BadRequest
    readers = {
        "name": lambda: _name(posted.get("name", "")),
        VISIT: lambda: _visit(typed, today),
        "treatment": lambda: _treatment(typed["treatment"], choices),
        "email": lambda: _email(posted.get("email", "")),
        "phone": lambda: read_phone(posted.get("phone", "")),
    }
    told: dict[str, object] = {}
    problems: dict[str, Problem] = {}
    for name, reader in readers.items():
        try:
            told[name] = reader()
        except Problem as problem:
            problems[name] = problem
    form = InvitationForm(typed)
    if problems:
        errors = {name: problem.message for name, problem in problems.items()}
        parts = problems[VISIT].parts if VISIT in problems else ()
        return replace(form, errors=errors, visit_parts=parts)
    return replace(form, asked=_asked(told))


def _asked(told: Mapping[str, object]) -> Asked:
    visit = told[VISIT]
    if not isinstance(visit, date):
        raise TypeError("the visit was read as a day")
    lines = {name: str(told[name] or "") for name in ("name", "treatment", "email", "phone")}
    return Asked(visit=visit, **lines)


def _name(typed: str) -> str:
    name = read_text(" ".join(typed.split()), MAX_LINE)
    if name is None:
        raise Problem("Enter the patient’s name")
    return name


def _visit(typed: Mapping[str, str], today: date) -> date:
    visit = read_whole_date(Parts(*(typed[f"{VISIT}-{part}"] for part in DATE_PARTS)))
    if visit is None:
        raise Problem("Enter the day of the visit, for example 27 3 2027", DATE_PARTS)
    if not today <= visit <= today + FURTHEST_VISIT:
        raise Problem("Enter a day from today up to two years ahead", DATE_PARTS)
    return visit


def _treatment(typed: str, choices: Offered) -> str:
    """The only one there is need not be chosen."""
    if not typed and len(choices) > 1:
        raise Problem("Choose what the visit is for")
    return typed or next(iter(choices))


def _email(typed: str) -> str | None:
    email = read_email(typed)
    if email and not is_address(email):
        raise Problem("Enter an e-mail address such as name@example.com")
    return email
