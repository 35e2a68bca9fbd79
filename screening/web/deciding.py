"""The decision in two steps: look at what it will be, then confirm it or change it."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.review import Review, ReviewRefused
from screening.domain.staff import Right
from screening.services.casefile import OpenedSubmission, SubmissionNotFound
from screening.services.decision import Verdict, usual_words
from screening.services.review import Decision, Weighed, decide, weigh
from screening.web.acting import acting_staff, actor
from screening.web.case_page import offered_on, open_case, render_case
from screening.web.decisions import DecisionForm
from screening.web.guard import access
from screening.web.kept_forms import keep_typed
from screening.web.parts import parts
from screening.web.preview import preview_of
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic

blueprint = Blueprint("deciding", __name__, url_prefix="/clinic/submissions")
Page = str | tuple[str, int] | Response


@blueprint.context_processor
def who_is_here() -> dict[str, object]:
    return {"staff": current_staff()}


@blueprint.post("/<submission_id>/decision")
@access("staff", Right.DECIDE)
def decision(submission_id: str) -> Page:
    form = DecisionForm.posted(request.form)
    try:
        decided = form.read()
        if form.wants_look:
            return _look(submission_id, form, decided)
        verdict = _decide(submission_id, decided)
    except ReviewRefused as refused:
        return _again(submission_id, form.refused(refused.errors)), 400
    if not verdict:
        return _lost(submission_id, form, verdict)
    return redirect(url_for("clinic.submission", submission_id=submission_id, saved="yes"), 303)


def _look(submission_id: str, form: DecisionForm, decided: Decision) -> Page:
    """The second step; back to the first where something is missing or came in between."""
    weighed = _weigh(submission_id, decided)
    if not weighed.verdict:
        return _lost(submission_id, form, weighed.verdict)
    usual = _usual(weighed.opened, decided)
    if form.button == "change":
        return _again(submission_id, form.without_usual(usual))
    if weighed.review is None:
        return _again(submission_id, form.refused(weighed.errors)), 400
    keep_typed(acting_staff().id)  # for whoever goes back with the browser's own button
    return _preview(weighed.opened, weighed.review, form)


def _preview(opened: OpenedSubmission, review: Review, form: DecisionForm) -> str:
    changed = form.button == "confirm"
    shown = replace(form, message=review.message, previewed=review.message, over="")
    page = preview_of(opened, review, shown)
    return render_template("clinic/preview.html", page=page, form=shown, changed=changed)


def _again(submission_id: str, form: DecisionForm) -> str:
    return render_case(replace(open_case(submission_id), form=form))


def _lost(submission_id: str, form: DecisionForm, verdict: Verdict) -> Page:
    """What came in between, and everything that was typed, on the edition that counts now."""
    page = open_case(submission_id, current=True)
    offered = {str(one["value"]) for one in offered_on(page.opened, form).precautions}
    return render_case(replace(page, form=form.moved_to(frozenset(offered)), verdict=verdict)), 409


def _usual(opened: OpenedSubmission, decided: Decision) -> str:
    until, now = decided.defer_until, parts().clock()
    return usual_words(opened, current_clinic(), decided.disposition, until, now)


def _weigh(submission_id: str, decided: Decision) -> Weighed:
    here = parts()
    with here.database.write() as session:
        try:
            return weigh(
                session, submission_id, decided, here.protocols, actor=actor(), now=here.clock()
            )
        except SubmissionNotFound:
            abort(404)


def _decide(submission_id: str, decided: Decision) -> Verdict:
    here = parts()
    with here.database.write() as session:
        try:
            return decide(
                session,
                submission_id,
                decided,
                here.protocols,
                review_id=here.tokens(16).hex(),
                actor=actor(),
                now=here.clock(),
            )
        except SubmissionNotFound:
            abort(404)
