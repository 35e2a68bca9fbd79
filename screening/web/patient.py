"""The patient's pages together: their parts, the privacy notice, and the way out."""

from typing import cast

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from screening.services.intake import NOTICE_VERSION
from screening.web import (
    changed_questions,
    check,
    coming_back,
    gate,
    invited,
    outcome,
    own_page,
    sections,
    start,
    urgent,
)
from screening.web.desk import prepare, stylesheet
from screening.web.guard import access
from screening.web.sessions import forget_session

blueprint = Blueprint("patient", __name__)
for part in (
    start, invited, gate, urgent, changed_questions, sections, check, coming_back, outcome,
    own_page,
):  # fmt: skip
    blueprint.register_blueprint(part.blueprint)


@blueprint.record_once
def build_forms(state: BlueprintSetupState) -> None:
    prepare(cast("Flask", state.app))


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
