"""A patient's request: a copy of everything that is held, or its erasure for good.

Where the clinic needs a second person for it, either is asked of one instead.
"""

import json
from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from screening.domain.codes import REFERENCE, read_code
from screening.domain.second_person import Act, Request
from screening.domain.staff import Right
from screening.services.asked import about_visit
from screening.services.casefile import SubmissionNotFound
from screening.services.desk import Person, open_person
from screening.services.retention import erase
from screening.services.second_person import NotEntitled, ask_where_needed
from screening.services.subject_access import NothingHeld, everything_about
from screening.services.two_people import could_confirm
from screening.storage.database import Session
from screening.web.acting import acting_staff
from screening.web.bodies import check_names
from screening.web.enrolment import actor_now
from screening.web.erased import tell_erased
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.surroundings import current_clinic

blueprint = Blueprint("personal_data", __name__, url_prefix="/clinic/desk")
FILE = "prelude-patient.json"
WRONG_REFERENCE = "Type the reference as it stands above"


@blueprint.get("/<string(length=32):episode_id>/request")
@access("staff", Right.EXPORT, fresh=True)
def show(episode_id: str) -> AnyResponse:
    return _page(_open(episode_id), episode_id, "")


@blueprint.post("/<string(length=32):episode_id>/copy")
@access("staff", Right.EXPORT, fresh=True)
def copy(episode_id: str) -> AnyResponse:
    check_names(request.form, {"csrf_token"})
    here = parts()
    with here.database.write() as session:
        asked = _asked(session, Act.COPY, episode_id)
        if asked:
            return _to(asked)
        try:
            held = everything_about(session, here.protocols, episode_id, actor_now(), here.clock())
        except NothingHeld:
            abort(404)
    return handed_out(held)


def handed_out(held: Mapping[str, object]) -> Response:
    """The copy as a file."""
    text = json.dumps(held, ensure_ascii=False, indent=2)
    response = Response(text.encode(), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


@blueprint.post("/<string(length=32):episode_id>/erase")
@access("staff", Right.EXPORT, fresh=True)
def erase_now(episode_id: str) -> AnyResponse:
    """The reference must be typed: nobody erases by a slip of the hand."""
    check_names(request.form, {"csrf_token", "reference"})
    opened, typed = _open(episode_id), request.form.get("reference", "")
    if not is_typed(opened.visit.reference, typed):
        return _page(opened, episode_id, typed, wrong=WRONG_REFERENCE)
    with parts().database.write() as session:
        asked = _asked(session, Act.ERASE, episode_id)
        if asked:
            return _to(asked)
        erase(session, episode_id, "request", actor_now(), parts().clock())
    tell_erased()
    return Response(render_template("clinic/erased.html"))


def is_typed(reference: str, typed: str) -> bool:
    """Whether somebody typed this very reference, in whatever way of writing it."""
    return read_code(typed, REFERENCE) == read_code(reference, REFERENCE)


def _asked(session: Session, act: Act, episode_id: str) -> Request | None:
    here = parts()
    try:
        return ask_where_needed(session, act, episode_id, actor_now(), here.clock(), here.tokens)
    except NothingHeld:
        abort(404)
    except NotEntitled:
        abort(403)


def _to(asked: Request) -> AnyResponse:
    return redirect(url_for("second_person.one", asked_id=asked.id), 303)


def _open(episode_id: str) -> Person:
    here = parts()
    with here.database.write() as session:
        try:
            return open_person(
                session, episode_id, here.protocols, current_clinic(), actor_now(), here.clock()
            )
        except SubmissionNotFound:
            abort(404)


def _second_person(episode_id: str) -> tuple[list[str], dict[str, str]]:
    """Who could confirm, by name; and what waits about this visit, its id by the act."""
    now = parts().clock()
    with parts().database.read() as session:
        others = could_confirm(session, acting_staff().id, now)
        waiting = about_visit(session, episode_id, now)
    return [one.name for one in others], {one.act.value: one.id for one in waiting}


def _page(opened: Person, episode_id: str, typed: str, wrong: str = "") -> AnyResponse:
    others, waiting = _second_person(episode_id) if current_clinic().second_person else ([], {})
    page = render_template(
        "clinic/personal_data.html",
        person=opened,
        episode_id=episode_id,
        reference=opened.visit.reference,
        typed=typed,
        others=others,
        waiting=waiting,
        errors=[{"href": "#reference", "text": wrong}] if wrong else [],
    )
    return Response(page, 400 if wrong else 200)
