"""The outbox for whoever leads: how many messages went, what waits, what was given up and why."""

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from screening.domain.staff import Right
from screening.services.outbox import try_again, try_all_again
from screening.storage.outbox_lists import Listed, count_messages, list_kept, list_unsent
from screening.web.acting import actor
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.letters import letter
from screening.web.message_words import FAILURES, KINDS
from screening.web.parts import parts
from screening.web.surroundings import current_clinic
from screening.web.texts import long_time

blueprint = Blueprint("messages", __name__, url_prefix="/clinic/messages")
MOST, MOST_SHOWN = 100, 20


@blueprint.get("")
@access("staff", Right.SETTINGS)
def show() -> str:
    here = parts()
    with here.database.read() as session:
        counts, listed = count_messages(session), list_unsent(session, MOST)
    given_up = [_line(one) for one in listed if one.given_up_at]
    return render_template(
        "clinic/messages.html",
        mail=here.config.mail,
        sender=here.config.mail_from,
        counts=counts,
        given_up=given_up,
        waiting=[_line(one) for one in listed if not one.given_up_at],
        shown=_shown() if here.config.mail == "demo" else [],
        again=request.args.get("again") == "yes",
    )


@blueprint.post("/<string(length=32):message_id>/again")
@access("staff", Right.SETTINGS)
def again(message_id: str) -> Response:
    check_names(request.form, {"csrf_token"})
    with parts().database.write() as session:
        done = try_again(session, message_id, actor(), parts().clock())
    # If not, it is being tried just now or was sent meanwhile: the page says where it stands.
    return redirect("/clinic/messages?again=yes" if done else "/clinic/messages", 303)


@blueprint.post("/again")
@access("staff", Right.SETTINGS)
def all_again() -> Response:
    check_names(request.form, {"csrf_token"})
    with parts().database.write() as session:
        try_all_again(session, actor(), parts().clock())
    return redirect("/clinic/messages?again=yes", 303)


def _line(one: Listed) -> dict[str, str]:
    zone = current_clinic().time_zone
    return {
        "id": one.id,
        "to": one.hint,
        "what": KINDS[one.kind],
        "why": FAILURES[one.failure].capitalize() if one.failure else "Not tried yet",
        "posted": long_time(one.posted_at, zone),
        "next": long_time(one.due, zone),
        "tried": {0: "", 1: "once"}.get(one.attempts, f"{one.attempts} times"),
    }


def _shown() -> list[dict[str, object]]:
    """In a demonstration: what would have been sent, and to whom."""
    here, app = parts(), current_app._get_current_object()  # type: ignore[attr-defined]
    with here.database.read() as session:
        kept, zone = list_kept(session, MOST_SHOWN), current_clinic().time_zone
    found: list[dict[str, object]] = []
    for kind, at, opened in kept:
        text = letter(app, kind, opened.parameters)
        found.append(
            {"to": opened.recipient, "at": long_time(at, zone),
             "subject": text.subject, "paragraphs": text.body.strip().split("\n\n")}
        )  # fmt: skip
    return found
