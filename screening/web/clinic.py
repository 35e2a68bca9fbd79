"""The clinician's pages: the queue, one submission, the decision on it."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.audit import Actor
from screening.domain.review import ReviewRefused
from screening.domain.staff import Staff
from screening.services.casefile import OpenedSubmission, SubmissionNotFound, grounds_of
from screening.services.review import decide, open_submission, queue
from screening.web.casework import casework
from screening.web.decisions import DecisionForm, empty_form, error_links, offered
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.queue import queue_page
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic

blueprint = Blueprint("clinic", __name__, url_prefix="/clinic")


@blueprint.context_processor
def who_is_here() -> dict[str, object]:
    return {"staff": current_staff()}


@blueprint.app_context_processor
def approval() -> dict[str, object]:
    """The banner stands on every clinician's page, signing in and errors included."""
    if not request.path.startswith("/clinic"):
        return {}
    return {"approval_banner": parts().protocols.current.approval_banner}


@blueprint.get("/")
@access("staff")
def show_queue() -> str:
    with parts().database.write() as session:
        queued = queue(session, _actor(), parts().clock())
    page = queue_page(queued, current_clinic(), _today())
    return render_template("clinic/queue.html", page=page, nav="queue")


@blueprint.get("/submissions/<submission_id>")
@access("staff")
def submission(submission_id: str) -> str:
    return _page(_open(submission_id))


@blueprint.post("/submissions/<submission_id>/decision")
@access("staff")
def decision(submission_id: str) -> Response | tuple[str, int]:
    form = DecisionForm.posted(request.form)
    try:
        stands = _decide(submission_id, form)
    except ReviewRefused as refused:
        return _page(_open(submission_id), form.refused(refused.errors)), 400
    if not stands:
        return _page(_open(submission_id), form, conflict=True), 409
    return redirect(url_for("clinic.submission", submission_id=submission_id), 303)


def _decide(submission_id: str, form: DecisionForm) -> bool:
    here, decided = parts(), form.read()
    with here.database.write() as session:
        try:
            return decide(
                session,
                submission_id,
                decided,
                here.protocols,
                review_id=here.tokens(16).hex(),
                actor=_actor(),
                now=here.clock(),
            )
        except SubmissionNotFound:
            abort(404)


def _open(submission_id: str) -> OpenedSubmission:
    with parts().database.write() as session:
        try:
            return open_submission(session, submission_id, _actor(), parts().clock())
        except SubmissionNotFound:
            abort(404)


def _page(
    opened: OpenedSubmission, typed: DecisionForm | None = None, *, conflict: bool = False
) -> str:
    """Only called once the transaction that witnesses the view is committed."""
    protocols = parts().protocols
    protocol, grounds = protocols.get(opened.record.protocol), grounds_of(opened, protocols)
    form = typed or empty_form(_proposed(opened))
    options = offered(grounds, form.disposition)
    return render_template(
        "clinic/submission.html",
        case=casework(opened, protocol, current_clinic(), _today()),
        version=opened.record.version,
        form=form,
        options=options,
        binding=bool(grounds.binding),
        errors=error_links(form, options),
        conflict=conflict,
        approval_banner=protocol.approval_banner,
    )


def _proposed(opened: OpenedSubmission) -> date | None:
    return opened.assessment.earliest_suitable_date if opened.assessment else None


def _today() -> date:
    return current_clinic().day(parts().clock())


def _staff() -> Staff:
    staff = current_staff()
    if staff is None:
        abort(403)
    return staff


def _actor() -> Actor:
    return Actor("staff", _staff().id, request_id())
