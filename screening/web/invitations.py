"""The desk invites somebody: the form, the one page that shows a link, another, taking it back."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.domain.clinic import Clinic
from screening.domain.codes import grouped
from screening.domain.invitation import State
from screening.domain.staff import Right
from screening.services import invitations as service
from screening.services.casefile import name_of
from screening.services.invitation_course import state_of
from screening.services.invitations import Asked, InvitationClosed, MadeAlready, NewLink
from screening.services.outbox import mail_is_on
from screening.services.treatments import offered
from screening.storage.database import Session
from screening.web.acting import actor, today
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.invitation_form import InvitationForm, read_invitation_form
from screening.web.invitation_words import STATES, end_words, invitation_facts, name_of_invited
from screening.web.parts import parts
from screening.web.surroundings import current_clinic

CLOSED = "It has been answered or taken back meanwhile, or its day has passed. Nothing was changed."
blueprint = Blueprint("invitations", __name__, url_prefix="/clinic/desk/invitations")


@blueprint.get("/new")
@access("staff", Right.DESK)
def ask() -> Response:
    return _form_page(InvitationForm.blank(parts().tokens(16).hex()))


@blueprint.post("/new")
@access("staff", Right.DESK)
def make() -> Response:
    here = parts()
    with here.database.read() as session:
        choices = offered(session, here.protocols)
    form = read_invitation_form(request.form, choices, today())
    if form.asked is None:
        return _form_page(form, 400)
    try:
        made = _made(form, form.asked)
    except MadeAlready:
        page = url_for("invitations.show", invitation_id=form.typed["form"], again="yes")
        return redirect(page, 303)
    return _page(made.record.id, made)


@blueprint.get("/<string(length=32):invitation_id>")
@access("staff", Right.DESK)
def show(invitation_id: str) -> Response:
    return _page(invitation_id)


@blueprint.post("/<string(length=32):invitation_id>/link")
@access("staff", Right.DESK)
def renew(invitation_id: str) -> Response:
    """The one answer that ever shows this link: it is kept as a hash only."""
    check_names(request.form, {"csrf_token", "by_mail"})
    here, by_mail = parts(), request.form.get("by_mail") == "yes"
    try:
        with here.database.write() as session:
            made = service.renew(
                session, invitation_id, current_clinic(), actor(), here.clock(), here.tokens,
                by_mail=by_mail,
            )  # fmt: skip
    except InvitationClosed:
        return _page(invitation_id, closed=True)
    return _page(invitation_id, made)


@blueprint.post("/<string(length=32):invitation_id>/take-back")
@access("staff", Right.DESK)
def take_back(invitation_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    try:
        with parts().database.write() as session:
            service.revoke(session, invitation_id, actor(), parts().clock())
    except InvitationClosed:
        return _page(invitation_id, closed=True)
    return redirect(url_for("invitations.show", invitation_id=invitation_id), 303)


def _made(form: InvitationForm, asked: Asked) -> NewLink:
    here = parts()
    with here.database.write() as session:
        return service.make(
            session, asked, form.typed["form"], current_clinic(), actor(), here.clock(),
            here.tokens, by_mail=form.by_mail,
        )  # fmt: skip


def _form_page(form: InvitationForm, status: int = 200) -> Response:
    with parts().database.read() as session:
        choices, mail = offered(session, parts().protocols), mail_is_on(session)
    named = [
        {"value": name, "label": one.treatment_words, "checked": form.typed["treatment"] == name}
        for name, one in choices.items()
    ]
    page = render_template(
        "clinic/invite.html", form=form, treatments=named if len(named) > 1 else [], mail=mail
    )
    return make_response(page, status)


def _page(invitation_id: str, made: NewLink | None = None, closed: bool = False) -> Response:
    here, clinic = parts(), current_clinic()
    with here.database.write() as session:
        shown = _shown(session, invitation_id, clinic)
    page = render_template(
        "clinic/invitation.html",
        link=f"{here.config.base_url}/invited/{made.token}" if made else "",
        until=end_words(made.until, clinic) if made else "",
        mailed=bool(made and made.mailed),
        closed=CLOSED if closed else "",
        again=request.args.get("again") == "yes",
        **shown,
    )
    return make_response(page, 409 if closed else 200)


def _shown(session: Session, invitation_id: str, clinic: Clinic) -> dict[str, object]:
    now = parts().clock()
    try:
        record = service.read(session, invitation_id, actor(), now)
    except InvitationClosed:
        abort(404)
    state = state_of(record, now)
    treatment = parts().protocols.newest(record.treatment).treatment_words
    by = name_of(session, record.staff_id)
    words, tone = STATES[state]
    return {
        "id": record.id,
        "name": name_of_invited(record),
        "reference": grouped(record.reference, 4),
        "facts": invitation_facts(record, clinic, by, treatment, now),
        "state": words,
        "tone": tone,
        "demo": record.is_demo,
        "visit": record.submission_id or "",
        "renewable": state in service.OPEN and record.treatment_date >= clinic.day(now),
        "revocable": state in service.OPEN,
        "begun": state is State.BEGUN,
        "mail": mail_is_on(session) and bool(record.person.get("email")),
    }
