"""The queue's pages: the list, filtered by its address, and the search, kept out of it.

Names and dates of birth never stand in an address: what was searched for is kept in the session,
sealed, and the address of its results holds only a random key.
"""

from flask import Blueprint, abort, redirect, render_template, request, session
from werkzeug.wrappers import Response

from screening.domain.audit import Actor
from screening.domain.staff import Right
from screening.services.finding import LONGEST
from screening.services.listing import note_list
from screening.services.placing import Day
from screening.services.queue import Queue, queue, search
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.logs import request_id
from screening.web.parts import parts
from screening.web.protocol_words import banner_over
from screening.web.queue_filters import Filters, read_filters
from screening.web.queue_head import flag_choices, summary, tabs
from screening.web.queue_lines import parts_of
from screening.web.signed_in import current_staff
from screening.web.surroundings import current_clinic
from screening.web.typed import showable

blueprint = Blueprint("queue", __name__, url_prefix="/clinic")
SEARCHES_KEY = "searches"
REMEMBERED = 5
NOTHING_TYPED = "Type a name, a date of birth, a contact or a reference."
TOO_LONG = f"Shorten it to {LONGEST} characters or fewer."


@blueprint.get("/")
@access("staff", Right.READ)
def show() -> tuple[str, int]:
    here = parts()
    filters = read_filters(request.args, here.protocols.every_handling)
    return _page(filters, filters.error_links(), 400 if filters.errors else 200)


@blueprint.post("/search")
@access("staff", Right.READ)
def remember_search() -> Response | tuple[str, int]:
    check_names(request.form, {"csrf_token", "sought"})
    typed = " ".join(showable(request.form.get("sought", "")).split())
    if not typed or len(typed) > LONGEST:
        error = {"href": "#sought", "text": TOO_LONG if typed else NOTHING_TYPED}
        return _page(read_filters({}, {}), [error], 400, typed)
    key = parts().tokens(8).hex()
    # Pairs, since a session keeps no order of names.
    session[SEARCHES_KEY] = [*session.get(SEARCHES_KEY, [])[1 - REMEMBERED :], [key, typed]]
    return redirect(f"/clinic/search/{key}", 303)


@blueprint.get("/search/<key>")
@access("staff", Right.READ)
def found(key: str) -> tuple[str, int]:
    typed = dict(session.get(SEARCHES_KEY, [])).get(key)
    if typed is None:
        return render_template("clinic/search.html", parts=(), sought="", count=None), 404
    day, clinic, actor = today(), current_clinic(), acting()
    result = search(parts().database, parts().protocols, typed, day)
    _witness("queue.searched", result, actor, day)
    lists = parts_of(result, str(actor.id), clinic, day)
    count = sum(result.found.values())
    page = render_template(
        "clinic/search.html",
        parts=lists,
        sought=typed,
        count=count,
        approval_banner=banner_over(one.row.protocol for one in result.entries),
    )
    return page, 200


def _witness(event: str, shown: Queue, actor: Actor, day: Day) -> None:
    with parts().database.write() as transaction:
        note_list(transaction, event, len(shown.entries), actor, day.now)


def acting() -> Actor:
    """Who does this, for the audit log."""
    staff = current_staff()
    if staff is None:
        abort(403)
    return Actor("staff", staff.id, request_id())


def today() -> Day:
    now = parts().clock()
    return Day(now, current_clinic().day(now))


def _page(
    filters: Filters, errors: list[dict[str, str]], status: int, sought: str = ""
) -> tuple[str, int]:
    here, day, actor = parts(), today(), acting()
    result = queue(here.database, here.protocols, filters.wanted, actor, day)
    _witness("queue.viewed", result, actor, day)
    page = render_template(
        "clinic/queue.html",
        queue=result,
        parts=parts_of(result, str(actor.id), current_clinic(), day),
        tabs=tabs(result, filters),
        flags=flag_choices(result, here.protocols, filters.wanted.flag),
        filters=filters,
        errors=errors,
        sought=sought,
        lead=summary(result),
        approval_banner=banner_over(one.row.protocol for one in result.entries),
        found=sum(result.found.values()),
        total=sum(result.totals.values()),
    )
    return page, status
