"""Save and come back: a link and a code to take along, and the door they open."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from screening.domain.codes import grouped
from screening.services import returning
from screening.services.intake import Case
from screening.services.returning import WayBack
from screening.services.throttle import Bucket, address_block, admit
from screening.storage.database import Session
from screening.web.desk import no_draft, patient, refusing_forged_forms, running_case
from screening.web.elsewhere import hold_draft
from screening.web.fields import DATE_PARTS, FieldRefused, date_names
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.journey import address
from screening.web.parts import parts
from screening.web.sessions import rotate_session
from screening.web.texts import long_date
from screening.web.typed import Parts, Problem, read_whole_date, showable, tidy

BORN = "date_of_birth"
CODE = "code"
NOT_FOUND = (
    "We could not open a saved form with this. Check the code or link and your date of birth. "
    "If it still does not open, call the clinic or start again"
)
blueprint = Blueprint("coming_back", __name__)


def offer_way_back(transaction: Session, case: Case) -> WayBack:
    return returning.offer(transaction, case.record.id, patient(), case.now, parts().tokens)


def way_back_page(case: Case, way: WayBack) -> str:
    """The only page that ever shows this link and code."""
    until = case.clinic.day(case.now + case.clinic.draft_life)
    return render_template(
        "patient/saved.html",
        link=f"{parts().config.base_url}/resume/{way.token}",
        token=way.token,
        mail_on=parts().config.mail != "off",
        email=case.draft.about.get("email") or "",
        code=grouped(way.code),
        resume=f"{parts().config.base_url}/resume",
        until=long_date(until),
    )


@blueprint.get("/q/save")
@access("patient")
def before_saving() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return no_draft(transaction)
    return render_template("patient/save.html", onward=address(journey.first_gap()))


@blueprint.post("/q/save")
@access("patient")
def save() -> ResponseReturnValue:
    with refusing_forged_forms("save"):
        check_names(request.form, frozenset())
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return no_draft(transaction)
        way = offer_way_back(transaction, journey.case)
    return way_back_page(journey.case, way)


@blueprint.get("/resume")
@access("public")
def ask_code() -> ResponseReturnValue:
    return _door(with_code=True)


@blueprint.post("/resume")
@access("public")
def open_by_code() -> ResponseReturnValue:
    return _opened(None)


@blueprint.get("/resume/<token>")
@access("public")
def ask_birth_date(token: str) -> ResponseReturnValue:  # noqa: ARG001 - not looked at
    """The same page for every token, known or not; looking changes nothing."""
    return _door(with_code=False)


@blueprint.post("/resume/<token>")
@access("public")
def open_by_link(token: str) -> ResponseReturnValue:
    return _opened(token)


def _opened(token: str | None) -> ResponseReturnValue:
    names = frozenset(date_names(BORN)) | ({CODE} if token is None else frozenset())
    with refusing_forged_forms("resume"):
        check_names(request.form, names)
        typed = {name: tidy(_one(request.form, name)) for name in sorted(names)}
    try:
        born = read_whole_date(Parts(*(typed[name] for name in date_names(BORN))))
    except Problem as problem:
        return _door(token is None, typed, problem), 422
    now, library = parts().clock(), parts().protocols
    with parts().database.write() as transaction:
        admit(transaction, [_bucket()], now)
    with parts().database.write() as transaction:
        if token is None:
            found = returning.by_code(transaction, typed[CODE], now)
        else:
            found = returning.by_token(transaction, token, now)
        draft_id = returning.resume(transaction, found, born, library.get, patient(), now)
    if draft_id is None:
        at = BORN if token else CODE
        return _door(token is None, typed, Problem(NOT_FOUND), at), 422
    session.clear()
    session["draft"] = draft_id
    with parts().database.write() as transaction:
        hold_draft(transaction, draft_id)
    rotate_session()
    with parts().database.read() as transaction:
        journey = running_case(transaction)
        return redirect(address(journey.first_gap()) if journey else "/", 303)


def _bucket() -> Bucket:
    """Guesses are counted before they are judged."""
    return Bucket("resume", address_block(request.remote_addr), 20, timedelta(minutes=15))


def _door(
    with_code: bool,
    typed: dict[str, str] | None = None,
    problem: Problem | None = None,
    at: str = BORN,
) -> str:
    kept = {name: showable(text) for name, text in (typed or {}).items()}
    part = problem.parts[0] if problem and problem.parts else "day"
    href = f"#{CODE}" if at == CODE else f"#{BORN}-{part}"
    return render_template(
        "patient/resume.html",
        with_code=with_code,
        code=kept.get(CODE, ""),
        born={part: kept.get(f"{BORN}-{part}", "") for part in DATE_PARTS},
        code_error=problem.message if problem and at == CODE else None,
        born_error=problem.message if problem and at == BORN else None,
        born_parts=problem.parts if problem and at == BORN else (),
        errors=[{"href": href, "text": problem.message}] if problem else [],
    )


def _one(posted: MultiDict[str, str], name: str) -> str:
    values = posted.getlist(name)
    if len(values) > 1:
        raise FieldRefused(f"{name}: one value expected")
    return values[0] if values else ""
