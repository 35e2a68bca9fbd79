"""What the page of a signed-in person asks while nobody touches it (static/stay.js)."""

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from screening.web.bodies import check_names
from screening.web.guard import ANYONE, access
from screening.web.kept_forms import forget_kept, keep_typed
from screening.web.sessions import leave_unseen, seconds_left
from screening.web.signed_in import acting_account

blueprint = Blueprint("staying", __name__, url_prefix="/clinic/session")


@blueprint.get("")
@access("staff", ANYONE)
def left() -> Response:
    """How many seconds are left; asking does not make them more."""
    leave_unseen()
    return jsonify(seconds=seconds_left())


@blueprint.post("/stay")
@access("staff", ANYONE)
def stay() -> Response:
    """A person pressed "Stay signed in"."""
    check_names(request.form, {"csrf_token"})
    return jsonify(seconds=seconds_left())


@blueprint.post("/forget")
@access("staff", ANYONE)
def forget() -> AnyResponse:
    """What was kept of a form is not wanted after all."""
    check_names(request.form, {"csrf_token", "form"})
    page = forget_kept(acting_account().staff.id, request.form.get("form", ""))
    return redirect(page, 303)


@blueprint.post("/keep")
@access("staff", ANYONE)
def keep() -> Response:
    """Time is up: what stands in the form of the page is kept, and sent nowhere."""
    leave_unseen()
    return jsonify(page=keep_typed(acting_account().staff.id))
