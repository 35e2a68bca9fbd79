"""Smaller acts on one submission: claim it, give it back, agree, check identity, make a link."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.review import ReviewRefused
from screening.domain.staff import Right
from screening.services import claims
from screening.services.casefile import SubmissionNotFound
from screening.services.decision import Verdict
from screening.services.identity import confirm_identity
from screening.services.patient_link import link_for
from screening.services.second_opinion import Opinion, give_opinion
from screening.web.acting import actor
from screening.web.bodies import check_names
from screening.web.case_page import open_case, render_case
from screening.web.case_words import claim_words
from screening.web.decisions import read_version
from screening.web.guard import access
from screening.web.link_mail import sending
from screening.web.parts import parts
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic
from screening.web.texts import long_date
from screening.web.typed import showable

blueprint = Blueprint("case_acts", __name__, url_prefix="/clinic/submissions")
Page = str | tuple[str, int] | Response


@blueprint.context_processor
def who_is_here() -> dict[str, object]:
    return {"staff": current_staff()}


@blueprint.post("/<submission_id>/claim")
@access("staff", Right.DECIDE)
def claim(submission_id: str) -> Page:
    check_names(request.form, {"csrf_token", "over"})
    here, over = parts(), request.form.get("over", "")
    with here.database.write() as session:
        try:
            mine = claims.claim(session, submission_id, actor(), here.clock(), over)
        except SubmissionNotFound:
            abort(404)
    return _back(submission_id) if mine else _ask_to_take_over(submission_id)


@blueprint.post("/<submission_id>/release")
@access("staff", Right.DECIDE)
def release(submission_id: str) -> Page:
    check_names(request.form, {"csrf_token"})
    here = parts()
    with here.database.write() as session:
        try:
            claims.release(session, submission_id, actor(), here.clock())
        except SubmissionNotFound:
            abort(404)
    return _back(submission_id)


@blueprint.post("/<submission_id>/identity")
@access("staff", Right.DECIDE)
def identity(submission_id: str) -> Page:
    check_names(request.form, {"csrf_token"})
    here = parts()
    with here.database.write() as session:
        try:
            confirm_identity(session, submission_id, actor(), here.clock())
        except SubmissionNotFound:
            abort(404)
    return _back(submission_id)


@blueprint.post("/<submission_id>/link")
@access("staff", Right.DECIDE)
def link(submission_id: str) -> Page:
    """Shown this once: whoever leaves the page makes another."""
    check_names(request.form, {"csrf_token"})
    here, clinic = parts(), current_clinic()
    with here.database.write() as session:
        try:
            made = link_for(session, submission_id, actor(), here.clock(), here.tokens)
            send = sending(session, made.episode_id, made.token)
        except SubmissionNotFound:
            abort(404)
    address = f"{here.config.base_url}/visit/{made.token}"
    until = long_date(clinic.day(made.until))
    return render_template(
        "clinic/link.html", id=submission_id, made=made, address=address, until=until, send=send
    )


@blueprint.post("/<submission_id>/second")
@access("staff", Right.DECIDE)
def second(submission_id: str) -> Page:
    check_names(request.form, {"csrf_token", "review", "version", "second_note", "opinion"})
    note = showable(request.form.get("second_note", ""))
    try:
        verdict = _give_opinion(submission_id, note)
    except ReviewRefused as refused:
        page = replace(open_case(submission_id), second_errors=refused.errors, second_note=note)
        return render_case(page), 400
    if verdict:
        return _back(submission_id)
    page = replace(open_case(submission_id, current=True), verdict=verdict, second_note=note)
    return render_case(page), 409


def _give_opinion(submission_id: str, note: str) -> Verdict:
    here, form = parts(), request.form
    agreed = {"agree": True, "decline": False}.get(form.get("opinion", ""))
    if agreed is None:
        abort(400)
    opinion = Opinion(form.get("review", ""), read_version(form.get("version", "")), agreed, note)
    with here.database.write() as session:
        try:
            return give_opinion(session, submission_id, opinion, actor(), here.clock())
        except SubmissionNotFound:
            abort(404)


def _ask_to_take_over(submission_id: str) -> Page:
    opened = open_case(submission_id).opened
    words = claim_words(opened, actor().id, current_clinic())
    return render_template("clinic/take_over.html", id=submission_id, claim=words), 409


def _back(submission_id: str) -> Response:
    return redirect(url_for("clinic.submission", submission_id=submission_id), 303)
