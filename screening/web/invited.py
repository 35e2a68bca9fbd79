"""The door for who was invited: the link, the privacy notice and the date of birth."""

from dataclasses import dataclass, field, replace
from datetime import date

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from screening.domain.draft import Draft
from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.services import intake, invited
from screening.services.intake import NOTICE_VERSION
from screening.services.invitation_course import hashed
from screening.services.invited import Entry
from screening.storage.clinic import read_clinic
from screening.web.desk import (
    INVITATION,
    INVITATION_LINK,
    patient,
    protocol_in_use,
    refusing_forged_forms,
    running_case,
)
from screening.web.elsewhere import hold_draft
from screening.web.fields import DATE_PARTS, FieldRefused, date_names
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.journey import address
from screening.web.own_session import comes_in
from screening.web.parts import parts
from screening.web.sessions import forget_session, rotate_session
from screening.web.start import AGREE, NO_AGREEMENT
from screening.web.typed import Parts, Problem, read_whole_date, showable, tidy

BORN = "date_of_birth"
NO_DATE = "Enter your date of birth, for example 27 3 1985"
NOT_OPENED = (
    "We could not open a form with this link and this date of birth. Check the date. If it still "
    "does not open, call the clinic"
)
blueprint = Blueprint("invited", __name__)


@dataclass(frozen=True)
class Door:
    """`typed` is everything as it was, to show the page again; `errors` by field."""

    typed: dict[str, str] = field(default_factory=dict)
    born: date | None = None
    errors: dict[str, str] = field(default_factory=dict)
    born_parts: tuple[str, ...] = ()
    other_form: bool = False

    @property
    def links(self) -> list[dict[str, str]]:
        part = self.born_parts[0] if self.born_parts else "day"
        ids = {BORN: f"{BORN}-{part}", AGREE: AGREE}
        return [{"href": f"#{ids[name]}", "text": text} for name, text in self.errors.items()]


@blueprint.get("/invited/<token>")
@access("public")
def show(token: str) -> ResponseReturnValue:  # noqa: ARG001 - not looked at
    """The same page for every token, known or not; looking changes nothing (AN-15)."""
    return _page(Door())


@blueprint.post("/invited/<token>")
@access("public")
def enter(token: str) -> ResponseReturnValue:
    """Exchanged for a session at an address without token."""
    with refusing_forged_forms("invited"):
        door = read_door(request.form)
    if door.errors or door.born is None:
        return _page(door), 422
    here = parts()
    with here.database.write() as transaction:
        invited.admit_attempt(transaction, token, request.remote_addr, here.clock())
    with here.database.write() as transaction:
        entry = invited.enter(
            transaction, token, door.born, here.protocols, patient(), here.clock()
        )
        journey = running_case(transaction) if entry else None
    if entry is None:
        return _page(replace(door, errors={BORN: NOT_OPENED})), 422
    if journey is not None and journey.case.record.id != entry.draft_id:
        return _page(replace(door, other_form=True)), 409
    return _let_in(entry, door.born, hashed(token))


def read_door(posted: MultiDict[str, str]) -> Door:
    """Raises FieldRefused for what no page of ours sends."""
    names = (*date_names(BORN), AGREE)
    check_names(posted, frozenset(names))
    if any(len(posted.getlist(name)) > 1 for name in names):
        raise FieldRefused("one value expected")
    typed = {name: showable(tidy(posted.get(name, ""))) for name in names}
    errors: dict[str, str] = {}
    born: date | None = None
    born_parts: tuple[str, ...] = ()
    try:
        born = read_whole_date(Parts(*(typed[name] for name in date_names(BORN))))
        if born is None:
            raise Problem(NO_DATE, DATE_PARTS)
    except Problem as problem:
        errors[BORN], born_parts = problem.message, problem.parts
    if typed[AGREE] != "yes":
        errors[AGREE] = NO_AGREEMENT
    return Door(typed, born, errors, born_parts)


def _let_in(entry: Entry, born: date, link: str) -> ResponseReturnValue:
    if entry.episode_id:
        comes_in(entry.episode_id)
        return redirect("/visit", 303)
    session.clear()
    rotate_session()
    session[INVITATION], session[INVITATION_LINK] = entry.invitation_id, link
    at = parts().clock().isoformat()
    agreed = {"notice_version": NOTICE_VERSION, "at": at, "treatment": entry.treatment}
    if not entry.draft_id:
        session["agreed"] = agreed
        return _to_the_gate(born)
    session["draft"] = entry.draft_id
    with parts().database.write() as transaction:
        hold_draft(transaction, entry.draft_id)
        journey = running_case(transaction)
    return redirect(address(journey.first_gap()) if journey else "/", 303)


def _to_the_gate(born: date) -> ResponseReturnValue:
    """With the date of birth filled in; nothing is kept of somebody whom we may not ask."""
    protocol = protocol_in_use()
    if protocol is None:
        forget_session()
        return redirect("/", 303)
    item = next(one for one in protocol.items.values() if one.kind is ItemKind.BIRTH_DATE)
    told = {item.id: born.isoformat()}
    if _too_young(protocol, told):
        forget_session()
        return redirect("/not-yet", 303)
    session["gate"] = told
    return redirect(address("gate"), 303)


def _too_young(protocol: ScreeningProtocol, told: dict[str, str]) -> bool:
    with parts().database.read() as transaction:
        context = intake.context_for(read_clinic(transaction), parts().clock(), Draft())
    return bool(intake.gate_flags(protocol, context, told))


def _page(door: Door) -> str:
    return render_template(
        "patient/invited.html",
        door=door,
        born={part: door.typed.get(f"{BORN}-{part}", "") for part in DATE_PARTS},
        agreed=door.typed.get(AGREE) == "yes",
        version=NOTICE_VERSION,
    )
