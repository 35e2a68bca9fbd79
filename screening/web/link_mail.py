"""Sending a patient the link to their own page that was just made for them."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from werkzeug.exceptions import BadRequest

from screening.domain.staff import Right
from screening.services.casefile import SubmissionNotFound
from screening.services.patient_link import LinkOver, NoAddress, address_for, send_link
from screening.storage.database import Session
from screening.storage.submissions import latest_edition
from screening.web.acting import acting_staff, actor
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.parts import parts

blueprint = Blueprint("link_mail", __name__, url_prefix="/clinic/desk")
OVER = "Another link was made meanwhile, so this one was not sent."
NO_ADDRESS = "The patient gave no e-mail address."


@dataclass(frozen=True, slots=True)
class Sending:
    """What stands beside a link: to which address it can go, and where the form is sent.

    `possible` is false where e-mail is not set up; the address is empty where there is none.
    """

    possible: bool
    address: str
    action: str
    token: str


def sending(session: Session, episode_id: str, token: str) -> Sending:
    """Raises SubmissionNotFound."""
    return Sending(
        possible=parts().config.mail != "off",
        address=address_for(session, episode_id),
        action=f"/clinic/desk/{episode_id}/link/send",
        token=token,
    )


@blueprint.post("/<string(length=32):episode_id>/link/send")
@access("staff", Right.DESK)
def send(episode_id: str) -> str | tuple[str, int]:
    check_names(request.form, {"csrf_token", "token"})
    here, token = parts(), request.form.get("token", "")
    if here.config.mail == "off":
        raise BadRequest
    try:
        with here.database.write() as session:
            to = send_link(session, episode_id, token, actor(), here.clock(), here.tokens)
    except SubmissionNotFound:
        abort(404)
    except LinkOver:
        return _page(episode_id, problem=OVER), 409
    except NoAddress:
        return _page(episode_id, problem=NO_ADDRESS), 409
    return _page(episode_id, to=to)


def _page(episode_id: str, *, to: str = "", problem: str = "") -> str:
    back = f"/clinic/desk/{episode_id}"
    if acting_staff().may(Right.READ):
        with parts().database.read() as session:
            back = f"/clinic/submissions/{latest_edition(session, episode_id)}"
    return render_template(
        "clinic/link_sent.html",
        to=to,
        problem=problem,
        back=back,
        demo=parts().config.mail == "demo",
    )
