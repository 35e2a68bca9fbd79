"""The front desk's pages: who comes and whose turn it is; one visit, its link, its identity."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.audit import Actor
from screening.domain.staff import Right
from screening.services.casefile import SubmissionNotFound
from screening.services.desk import Person, desk, link_for, note_identity, open_person, search
from screening.services.finding import LONGEST
from screening.services.listing import note_list
from screening.services.own_page import LINK_LIFE
from screening.web.bodies import check_names
from screening.web.desk_page import desk_page, person_page, results_page
from screening.web.guard import access
from screening.web.invitation_words import found_lines, invited_lines
from screening.web.link_mail import Sending, sending
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.second_person_words import waiting_for
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic
from screening.web.typed import showable

blueprint = Blueprint("desk", __name__, url_prefix="/clinic/desk")


@blueprint.get("")
@access("staff", Right.DESK)
def show() -> str:
    return _first_page("", [])


@blueprint.post("")
@access("staff", Right.DESK)
def look_for() -> str | tuple[str, int]:
    """Posted, so that no name ever stands in an address or a log."""
    check_names(request.form, {"csrf_token", "words"})
    here, clinic = parts(), current_clinic()
    typed = showable(request.form.get("words", ""))
    if not typed or len(typed) > LONGEST:
        return _refused(typed)
    with here.database.read() as session:
        visits = search(session, here.protocols, clinic, typed, here.clock())
        invited = found_lines(session, clinic, typed, here.clock())
    _witness("desk.searched", len(visits) + len(invited))
    page = results_page(visits, clinic.day(here.clock()))
    return render_template("clinic/desk_found.html", page=page, invited=invited, typed=typed)


@blueprint.get("/<string(length=32):episode_id>")
@access("staff", Right.DESK)
def person(episode_id: str) -> str:
    return _person_page(_open(episode_id))


@blueprint.post("/<string(length=32):episode_id>/identity")
@access("staff", Right.DESK)
def identity(episode_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    with parts().database.write() as session:
        try:
            note_identity(session, episode_id, _actor(), parts().clock())
        except SubmissionNotFound:
            abort(404)
    return redirect(url_for("desk.person", episode_id=episode_id), 303)


@blueprint.post("/<string(length=32):episode_id>/link")
@access("staff", Right.DESK)
def link(episode_id: str) -> str:
    """The one answer that ever shows this link: it is kept as a hash only."""
    check_names(request.form, {"csrf_token"})
    here = parts()
    with here.database.write() as session:
        try:
            token = link_for(session, episode_id, _actor(), here.clock(), here.tokens)
            send = sending(session, episode_id, token)
        except SubmissionNotFound:
            abort(404)
    return _person_page(_open(episode_id), f"{here.config.base_url}/visit/{token}", send)


def _refused(typed: str) -> tuple[str, int]:
    wrong = f"Shorten this to {LONGEST} characters" if typed else "Type what to look for"
    return _first_page(typed, [{"href": "#words", "text": wrong}]), 400


def _first_page(typed: str, errors: list[dict[str, str]]) -> str:
    here, clinic = parts(), current_clinic()
    with here.database.read() as session:
        visits = desk(session, here.protocols, clinic, here.clock())
        invited = invited_lines(session, clinic, here.clock())
    _witness("desk.viewed", len(visits) + len(invited))
    page = desk_page(visits, clinic.day(here.clock()))
    shown = {"page": page, "invited": invited, "waiting": waiting_for(current_staff())}
    return render_template("clinic/desk.html", typed=typed, errors=errors, **shown)


def _witness(event: str, count: int) -> None:
    with parts().database.write() as session:
        note_list(session, event, count, _actor(), parts().clock())


def _open(episode_id: str) -> Person:
    here = parts()
    with here.database.write() as session:
        try:
            return open_person(
                session, episode_id, here.protocols, current_clinic(), _actor(), here.clock()
            )
        except SubmissionNotFound:
            abort(404)


def _person_page(opened: Person, link: str = "", send: Sending | None = None) -> str:
    clinic = current_clinic()
    page = person_page(opened, clinic, clinic.day(parts().clock()))
    staff = current_staff()
    return render_template(
        "clinic/desk_person.html",
        page=page,
        incident=request_id(),
        link=link,
        send=send,
        days=LINK_LIFE.days,
        may_export=staff is not None and staff.may(Right.EXPORT),
    )


def _actor() -> Actor:
    staff = current_staff()
    return Actor("staff", staff.id if staff else None, request_id())
