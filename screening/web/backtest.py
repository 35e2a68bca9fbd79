"""Trying a protocol version on what patients have said: for whoever publishes or approves it."""

from threading import Lock

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from screening.domain.staff import Right
from screening.protocols.library import NoSuchProtocol
from screening.services.backtest import (
    NotComparable,
    Tried,
    note_backtest,
    note_listed,
    try_on_the_past,
)
from screening.services.protocol_life import read_lives
from screening.services.replay import last_replay
from screening.storage.stored_answers import count_episodes
from screening.web.acting import acting_staff, actor, today
from screening.web.backtest_page import chosen, listed, replay_words, seconds_words, shown_result
from screening.web.bodies import check_names
from screening.web.guard import access
from screening.web.parts import parts

blueprint = Blueprint("backtest", __name__, url_prefix="/clinic/protocols/backtest")
NO_SUCH = "Choose two versions from the lists."
BUSY = "A comparison is running already. Try again in a minute."
_TRYING = Lock()  # it takes one core for a while: one at a time in each process


@blueprint.get("")
@access("staff", Right.PROTOCOLS)
def choose() -> Response:
    return _page(request.args.get("old", ""), request.args.get("new", ""))


@blueprint.post("")
@access("staff", Right.PROTOCOLS)
def run() -> Response:
    """Compare, and show it: nothing of it is kept but the counts."""
    check_names(request.form, {"csrf_token", "old", "new"})
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if not _TRYING.acquire(blocking=False):
        return _page(old, new, error=BUSY, status=409)
    try:
        tried = _tried(old, new)
    except NoSuchProtocol:
        return _page(old, new, error=NO_SUCH, status=400)
    except NotComparable as error:
        return _page(old, new, error=f"{error}.", status=400)
    finally:
        _TRYING.release()
    return _page(old, new, tried)


def _tried(old: str, new: str) -> Tried:
    """No transaction is open while it reckons; whoever is about to be listed is witnessed."""
    here = parts()
    before, after = here.protocols.get(old), here.protocols.get(new)
    tried = try_on_the_past(here.database, here.protocols, before, after, today())
    with here.database.write() as session:
        note_backtest(session, tried, actor(), here.clock())
        note_listed(session, tried, listed(tried, acting_staff()), actor(), here.clock())
    return tried


def _page(
    old: str, new: str, tried: Tried | None = None, *, error: str = "", status: int = 200
) -> Response:
    here = parts()
    with here.database.read() as session:
        lives, count = read_lives(session, here.protocols), count_episodes(session)
        replayed = replay_words(last_replay(session))
    page = render_template(
        "clinic/backtest.html",
        error=error,
        count=count,
        takes=seconds_words(count),
        replayed=replayed,
        result=shown_result(tried, acting_staff()) if tried else None,
        **chosen(lives, old, new),
    )
    return make_response(page, status)
