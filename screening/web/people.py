"""The people of the clinic, for the lead: who they are, what they may do, how they get in."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from screening.domain.staff import ROLES, Right
from screening.services.own_account import end_every_session
from screening.services.people import (
    LastLead,
    NoRole,
    NoSuchPerson,
    OwnAccount,
    Person,
    change_roles,
    make_link,
    people,
    person,
    reset_factors,
    switch,
)
from screening.services.two_people import TooFew
from screening.storage.database import Session
from screening.web.bodies import check_names
from screening.web.enrolment import actor_now
from screening.web.guard import access
from screening.web.inviting import link_page, posted_roles
from screening.web.parts import parts
from screening.web.signed_in import acting_account

blueprint = Blueprint("people", __name__, url_prefix="/clinic/staff")

LAST_LEAD = "Nobody else is the lead. Make somebody else the lead first."
NO_ROLE = "Choose at least one role."
TOO_FEW = (
    "Erasure and copies need two people here, and only one would be left."
    " Give somebody else the right first."
)
OWN = "This is your own account. Your password and your second step are changed under Your account."
AT_ROLES, AT_OWN = f"#roles-{ROLES[0]}", "#own-account"
DONE = ("roles", "on", "off", "factors", "sessions")


@blueprint.get("")
@access("staff", Right.STAFF)
def everybody() -> str:
    with parts().database.read() as transaction:
        found = people(transaction, parts().clock())
    return render_template(
        "account/people.html", people=found, required=parts().config.second_factor
    )


@blueprint.get("/<staff_id>")
@access("staff", Right.STAFF)
def one(staff_id: str) -> Response:
    return _person_page(staff_id)


@blueprint.post("/<staff_id>/roles")
@access("staff", Right.STAFF, fresh=True)
def set_roles(staff_id: str) -> Response:
    roles = posted_roles({"csrf_token"})
    try:
        with parts().database.write() as transaction:
            _known(transaction, staff_id)
            change_roles(transaction, staff_id, roles, parts().clock(), actor_now())
    except NoRole:
        return _person_page(staff_id, NO_ROLE, roles)
    except LastLead:
        return _person_page(staff_id, LAST_LEAD, roles)
    except TooFew:
        return _person_page(staff_id, TOO_FEW, roles)
    return _done(staff_id, "roles")


@blueprint.post("/<staff_id>/switch")
@access("staff", Right.STAFF, fresh=True)
def switch_on_or_off(staff_id: str) -> Response:
    check_names(request.form, {"csrf_token", "to"})
    to = request.form.get("to")
    if to not in ("on", "off"):
        raise BadRequest
    try:
        with parts().database.write() as transaction:
            _known(transaction, staff_id)
            now, tokens = parts().clock(), parts().tokens
            switch(transaction, staff_id, on=to == "on", now=now, tokens=tokens, actor=actor_now())
    except LastLead:
        return _person_page(staff_id, LAST_LEAD)
    except TooFew:
        return _person_page(staff_id, TOO_FEW)
    return _done(staff_id, to)


@blueprint.post("/<staff_id>/link")
@access("staff", Right.STAFF, fresh=True)
def new_link(staff_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    try:
        with parts().database.write() as transaction:
            found = _known(transaction, staff_id)
            now, tokens = parts().clock(), parts().tokens
            token, _ = make_link(transaction, staff_id, now, tokens, actor_now())
    except OwnAccount:
        return _person_page(staff_id, OWN, at=AT_OWN)
    return link_page(found.staff.name, token, joined=found.joined)


@blueprint.post("/<staff_id>/factors")
@access("staff", Right.STAFF, fresh=True)
def forget_factors(staff_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    try:
        with parts().database.write() as transaction:
            _known(transaction, staff_id)
            reset_factors(transaction, staff_id, parts().clock(), parts().tokens, actor_now())
    except OwnAccount:
        return _person_page(staff_id, OWN, at=AT_OWN)
    return _done(staff_id, "factors")


@blueprint.post("/<staff_id>/sessions")
@access("staff", Right.STAFF, fresh=True)
def end_sessions(staff_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    with parts().database.write() as transaction:
        _known(transaction, staff_id)
        end_every_session(transaction, staff_id, parts().clock(), parts().tokens, actor_now())
    return _done(staff_id, "sessions")


def _known(transaction: Session, staff_id: str) -> Person:
    try:
        return person(transaction, staff_id, parts().clock())
    except NoSuchPerson:
        raise NotFound from None


def _done(staff_id: str, what: str) -> Response:
    return redirect(url_for(".one", staff_id=staff_id, done=what), 303)


def _person_page(
    staff_id: str,
    problem: str | None = None,
    roles: frozenset[str] | None = None,
    *,
    at: str = AT_ROLES,
) -> Response:
    with parts().database.read() as transaction:
        found = _known(transaction, staff_id)
    done = request.args.get("done")
    page = render_template(
        "account/person.html",
        person=found,
        ticked=found.staff.roles if roles is None else roles,
        own=staff_id == acting_account().staff.id,
        errors=[{"href": at, "text": problem}] if problem else [],
        wrong_roles=problem if at == AT_ROLES else None,
        done=done if done in DONE else None,
        required=parts().config.second_factor,
    )
    return make_response(page, 400 if problem else 200)
