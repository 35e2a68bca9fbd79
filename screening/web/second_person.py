"""The pages of what one person asked for and another must confirm."""

from collections.abc import Callable

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from screening.domain.second_person import REASONS, Act, NotTheirs, NotWaiting, Reason
from screening.domain.staff import Right
from screening.services import second_person as services
from screening.services.second_person import NoSuchRequest, NotAnother, NotEntitled
from screening.services.switching_two import switch_on
from screening.services.two_people import TooFew
from screening.storage.database import Session
from screening.web.acting import actor
from screening.web.bodies import check_names
from screening.web.erased import tell_erased
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.personal_data import WRONG_REFERENCE, handed_out, is_typed
from screening.web.second_person_page import everything_page, one_page, read_asked
from screening.web.second_person_words import why_not

blueprint = Blueprint("second_person", __name__, url_prefix="/clinic/second-person")

ONE = "/<string(length=32):asked_id>"
TOO_FEW = "Only one person could ask and confirm. Make somebody else the lead first."
NO_REASON = "Choose why."
NOT_NOW = (NotWaiting, NotTheirs, NotAnother, NotEntitled)


@blueprint.get("")
@access("staff", Right.EXPORT)
def show() -> Response:
    return everything_page()


@blueprint.get(ONE)
@access("staff", Right.EXPORT, fresh=True)
def one(asked_id: str) -> Response:
    return one_page(asked_id)


@blueprint.post(f"{ONE}/confirm")
@access("staff", Right.EXPORT, fresh=True)
def confirm(asked_id: str) -> Response:
    """Of an erasure the reference must be typed: nobody confirms by a slip of the hand."""
    check_names(request.form, {"csrf_token", "reference"})
    asked, typed = read_asked(asked_id), request.form.get("reference", "")
    erasing = asked.request.act is Act.ERASE
    if erasing and not is_typed(asked.reference, typed):
        return one_page(asked_id, {"reference": WRONG_REFERENCE}, typed)
    now, tokens = parts().clock(), parts().tokens
    refused = _step(asked_id, lambda s: services.confirm(s, asked_id, actor(), now, tokens))
    if refused is None and erasing:
        tell_erased()
        return make_response(render_template("clinic/erased.html"))
    off = asked.request.act is Act.SWITCH_OFF
    return refused or _done("off" if off else "confirmed")


@blueprint.post(f"{ONE}/refuse")
@access("staff", Right.EXPORT, fresh=True)
def refuse(asked_id: str) -> Response:
    check_names(request.form, {"csrf_token", "reason"})
    asked, chosen = read_asked(asked_id), request.form.get("reason", "")
    if chosen not in REASONS[asked.request.act]:
        return one_page(asked_id, {"reason": NO_REASON})
    now, tokens, why = parts().clock(), parts().tokens, Reason(chosen)
    refused = _step(asked_id, lambda s: services.refuse(s, asked_id, why, actor(), now, tokens))
    return refused or _done("refused")


@blueprint.post(f"{ONE}/withdraw")
@access("staff", Right.EXPORT)
def withdraw(asked_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    now = parts().clock()
    refused = _step(asked_id, lambda s: services.withdraw(s, asked_id, actor(), now))
    return refused or _done("withdrawn")


@blueprint.post(f"{ONE}/copy")
@access("staff", Right.EXPORT, fresh=True)
def fetch(asked_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    here = parts()
    try:
        with here.database.write() as session:
            held = services.fetch(session, here.protocols, asked_id, actor(), here.clock())
    except NoSuchRequest:
        abort(404)
    except NOT_NOW as error:
        return one_page(asked_id, problem=why_not(error))
    return handed_out(held)


@blueprint.post("")
@access("staff", Right.SETTINGS, fresh=True)
def switch() -> Response:
    """On at once; off is itself asked of a second person."""
    check_names(request.form, {"csrf_token", "to"})
    to, here = request.form.get("to"), parts()
    if to not in ("on", "off"):
        raise BadRequest
    try:
        with here.database.write() as session:
            if to == "on":
                switch_on(session, actor(), here.clock())
                return _done("on")
            services.ask_where_needed(
                session, Act.SWITCH_OFF, None, actor(), here.clock(), here.tokens
            )
    except TooFew:
        return everything_page(TOO_FEW)
    return _done("asked")


def _step(asked_id: str, take: Callable[[Session], object]) -> Response | None:
    """None once it is taken; else the page that says why not."""
    try:
        with parts().database.write() as session:
            take(session)
    except NoSuchRequest:
        abort(404)
    except NOT_NOW as error:
        if isinstance(error, NotAnother):
            with parts().database.write() as session:
                services.note_not_another(session, asked_id, actor(), parts().clock())
        return one_page(asked_id, problem=why_not(error))
    return None


def _done(what: str) -> Response:
    return redirect(url_for("second_person.show", done=what), 303)
