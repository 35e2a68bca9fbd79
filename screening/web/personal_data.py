"""A patient's request: a copy of everything that is held, or its erasure for good."""

import json

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from screening.domain.codes import REFERENCE, read_code
from screening.domain.staff import Right
from screening.services.casefile import SubmissionNotFound
from screening.services.desk import Person, open_person
from screening.services.retention import erase
from screening.services.subject_access import NothingHeld, everything_about
from screening.web.bodies import check_names
from screening.web.enrolment import actor_now
from screening.web.erased import tell_erased
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.surroundings import current_clinic

blueprint = Blueprint("personal_data", __name__, url_prefix="/clinic/desk")
FILE = "prelude-patient.json"


@blueprint.get("/<string(length=32):episode_id>/request")
@access("staff", Right.EXPORT, fresh=True)
def show(episode_id: str) -> tuple[str, int]:
    return _page(_open(episode_id), episode_id, "")


@blueprint.post("/<string(length=32):episode_id>/copy")
@access("staff", Right.EXPORT, fresh=True)
def copy(episode_id: str) -> AnyResponse:
    check_names(request.form, {"csrf_token"})
    here = parts()
    with here.database.write() as session:
        try:
            held = everything_about(session, here.protocols, episode_id, actor_now(), here.clock())
        except NothingHeld:
            abort(404)
    text = json.dumps(held, ensure_ascii=False, indent=2)
    response = Response(text.encode(), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


@blueprint.post("/<string(length=32):episode_id>/erase")
@access("staff", Right.EXPORT, fresh=True)
def erase_now(episode_id: str) -> tuple[str, int]:
    """The reference must be typed: nobody erases by a slip of the hand."""
    check_names(request.form, {"csrf_token", "reference"})
    opened, typed = _open(episode_id), request.form.get("reference", "")
    if read_code(typed, REFERENCE) != read_code(opened.visit.reference, REFERENCE):
        return _page(opened, episode_id, typed, wrong="Type the reference as it stands above")
    with parts().database.write() as session:
        erase(session, episode_id, "request", actor_now(), parts().clock())
    tell_erased()
    return render_template("clinic/erased.html"), 200


def _open(episode_id: str) -> Person:
    here = parts()
    with here.database.write() as session:
        try:
            return open_person(
                session, episode_id, here.protocols, current_clinic(), actor_now(), here.clock()
            )
        except SubmissionNotFound:
            abort(404)


def _page(opened: Person, episode_id: str, typed: str, wrong: str = "") -> tuple[str, int]:
    page = render_template(
        "clinic/personal_data.html",
        person=opened,
        episode_id=episode_id,
        reference=opened.visit.reference,
        typed=typed,
        errors=[{"href": "#reference", "text": wrong}] if wrong else [],
    )
    return page, 400 if wrong else 200
