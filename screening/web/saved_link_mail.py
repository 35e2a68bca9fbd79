"""Sending somebody the link to the form that they have just put aside."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from screening.domain.mail import is_address
from screening.services.returning import admit_sending, send_link
from screening.services.throttle import TooManyAttempts
from screening.web.desk import no_draft, patient, refusing_forged_forms, running_case
from screening.web.fields import FieldRefused
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.typed import Problem, read_email, showable

blueprint = Blueprint("saved_link_mail", __name__)
FIELDS = frozenset({"email", "token"})
NONE = Problem("Enter an e-mail address such as name@example.com")
ENOUGH = Problem("We cannot send more messages just now. Keep the code or the link you were shown")
OVER = Problem("This link was replaced by a newer one, so it was not sent")


@blueprint.post("/q/save/send")
@access("patient")
def send() -> ResponseReturnValue:
    with refusing_forged_forms("save"):
        check_names(request.form, FIELDS)
        if any(len(request.form.getlist(name)) != 1 for name in FIELDS):
            raise FieldRefused("one value expected")
    if parts().config.mail == "off":
        raise BadRequest
    with parts().database.read() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return no_draft(transaction)
    return _sent_to(journey.case.record.id)


def _sent_to(draft_id: str) -> ResponseReturnValue:
    here, now, token = parts(), parts().clock(), request.form["token"]
    try:
        to = read_email(request.form["email"]) or ""
        if not is_address(to):
            raise NONE
        with here.database.write() as transaction:
            admit_sending(transaction, draft_id, to, request.remote_addr, now)
        with here.database.write() as transaction:
            sent = send_link(transaction, draft_id, token, to, patient(), now, here.tokens)
    except Problem as problem:
        return _page(problem), 422
    except TooManyAttempts as full:
        here.metrics.note_throttled(full.bucket)
        return _page(ENOUGH), 429
    if not sent:
        return _page(OVER), 409
    demo = here.config.mail == "demo"
    return render_template("patient/link_sent.html", to=to, errors=[], demo=demo)


def _page(problem: Problem) -> str:
    return render_template(
        "patient/link_sent.html",
        to="",
        token=showable(request.form["token"])[:64],
        email=showable(request.form["email"]),
        error=problem.message,
        errors=[{"href": "#email", "text": problem.message}],
    )
