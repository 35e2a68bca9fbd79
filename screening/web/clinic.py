"""One submission, opened to be read."""

from dataclasses import replace

from flask import Blueprint, request

from screening.domain.staff import Right
from screening.web.case_page import open_case, render_case
from screening.web.guard import access
from screening.web.protocol_words import banner_in_use
from screening.web.signed_in import current_staff

blueprint = Blueprint("clinic", __name__, url_prefix="/clinic")


@blueprint.context_processor
def who_is_here() -> dict[str, object]:
    return {"staff": current_staff()}


@blueprint.app_context_processor
def approval() -> dict[str, object]:
    """The banner stands on every clinician's page, signing in and errors included."""
    if not request.path.startswith("/clinic"):
        return {}
    return {"approval_banner": banner_in_use()}


@blueprint.get("/submissions/<submission_id>")
@access("staff", Right.READ)
def submission(submission_id: str) -> str:
    saved = request.args.get("saved") == "yes"
    return render_case(replace(open_case(submission_id), saved=saved))
