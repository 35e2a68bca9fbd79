"""The patient's way begins here: what this is, the privacy notice, and the way out."""

from typing import cast

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, session
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from screening.services.intake import NOTICE_VERSION
from screening.storage.clinic import read_clinic
from screening.web import changed_questions, check, coming_back, gate, outcome, own_page, sections
from screening.web.desk import prepare, refusing_forged_forms, running_case, stylesheet
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.journey import address
from screening.web.open_door import TRAP, is_trapped
from screening.web.parts import parts
from screening.web.sessions import forget_session, rotate_session

AGREE = "agree"
NO_AGREEMENT = "Tick the box to say that you have read the privacy notice and agree"
PRESS_AGAIN = "Tick the box and press Start once more"

blueprint = Blueprint("patient", __name__)
for part in (gate, changed_questions, sections, check, coming_back, outcome, own_page):
    blueprint.register_blueprint(part.blueprint)


@blueprint.record_once
def build_forms(state: BlueprintSetupState) -> None:
    prepare(cast("Flask", state.app))


@blueprint.get("/")
@access("public")
def start() -> ResponseReturnValue:
    return _start_page()


@blueprint.post("/")
@access("public")
def begin() -> ResponseReturnValue:
    """Take the agreement; a questionnaire that is open here already goes on."""
    with refusing_forged_forms("start"):
        check_names(request.form, frozenset({AGREE, TRAP}))
    with parts().database.read() as transaction:
        if not read_clinic(transaction).public_start:
            return _start_page()
        journey = running_case(transaction)
    if request.form.get(AGREE) != "yes":
        return _start_page(NO_AGREEMENT), 422
    if is_trapped(request.form):
        return _start_page(PRESS_AGAIN), 422
    rotate_session()
    session["agreed"] = {"notice_version": NOTICE_VERSION, "at": parts().clock().isoformat()}
    return redirect(address(journey.first_gap() if journey else "gate"), 303)


@blueprint.get("/privacy")
@access("public")
def privacy() -> ResponseReturnValue:
    return render_template("patient/privacy.html", version=NOTICE_VERSION)


@blueprint.post("/finish")
@access("public")
def finish() -> ResponseReturnValue:
    """Clear this device: the session's row and cookie go, and what the browser kept."""
    forget_session()
    response = redirect("/finished", 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/finished")
@access("public")
def finished() -> ResponseReturnValue:
    return render_template("patient/finished.html")


@blueprint.get("/q/reveal.css")
@access("public", cacheable=True)
def reveal() -> Response:
    css = stylesheet(request.args.get("v", ""))
    if css is None:
        abort(404)
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _start_page(error: str | None = None) -> str:
    with parts().database.read() as transaction:
        clinic, journey = read_clinic(transaction), running_case(transaction)
    if not clinic.public_start:
        return render_template("patient/closed.html")
    return render_template(
        "patient/start.html", error=error, running=journey is not None, version=NOTICE_VERSION
    )
