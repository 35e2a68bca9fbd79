"""Inviting somebody: a name, an address, roles, and a link that is shown once."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from screening.domain.staff import ROLES, Right
from screening.services.accounts import EmailTaken, StaffRefused
from screening.services.people import INVITATION_LIFE, invite
from screening.web.bodies import check_names
from screening.web.enrolment import actor_now
from screening.web.guard import access
from screening.web.parts import parts

blueprint = Blueprint("inviting", __name__, url_prefix="/clinic/staff")

BOXES = {"roles": f"#roles-{ROLES[0]}"}


@blueprint.get("/invite")
@access("staff", Right.STAFF, fresh=True)
def invitation() -> Response:
    return _invitation_page({})


@blueprint.post("/invite")
@access("staff", Right.STAFF, fresh=True)
def send_invitation() -> Response:
    roles = posted_roles({"csrf_token", "name", "email"})
    name, email = request.form.get("name", ""), request.form.get("email", "")
    try:
        with parts().database.write() as transaction:
            now, tokens = parts().clock(), parts().tokens
            token = invite(transaction, name, email, roles, now, tokens, actor_now())
    except EmailTaken as taken:
        return _invitation_page({"email": str(taken)})
    except StaffRefused as refused:
        return _invitation_page(refused.errors)
    return link_page(name.strip(), token, joined=False)


def posted_roles(others: set[str]) -> frozenset[str]:
    """The ticked roles; what no page of ours sends is a bad request."""
    single = request.form.copy()
    roles = single.poplist("roles")
    check_names(single, others)
    if len(set(roles)) < len(roles) or not set(roles) <= set(ROLES):
        raise BadRequest
    return frozenset(roles)


def _invitation_page(wrong: dict[str, str]) -> Response:
    page = render_template(
        "account/invite.html",
        typed=request.form,
        ticked=request.form.getlist("roles"),
        errors=[{"href": BOXES.get(box, f"#{box}"), "text": text} for box, text in wrong.items()],
        wrong=wrong,
    )
    return make_response(page, 400 if wrong else 200)


def link_page(name: str, token: str, *, joined: bool) -> Response:
    """Shown once: only the hash of it is kept."""
    link = f"{parts().config.base_url}/clinic/set-up/{token}"
    page = render_template(
        "account/link.html", name=name, link=link, joined=joined,
        days=INVITATION_LIFE.days,
    )  # fmt: skip
    return make_response(page)
