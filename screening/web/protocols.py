"""Protocol versions at this clinic: their life, and the steps that a lead or clinician takes."""

from collections.abc import Callable, Mapping

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from screening.domain.adjustments import AdjustmentRefused
from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_life import STATEMENT, PublishingRefused
from screening.domain.staff import Right
from screening.services import publishing
from screening.services.protocol_life import read_lives
from screening.services.publishing import LifeChanged
from screening.services.replay import last_replay
from screening.storage.accounts import list_accounts
from screening.storage.database import Session
from screening.web.acting import acting_staff, actor, today
from screening.web.adjustment_form import ADJUST_NAMES, read_adjustment
from screening.web.backtest_page import last_tried, replay_words
from screening.web.bodies import check_names
from screening.web.checking import check_beside
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.protocol_events import Seen
from screening.web.protocol_page import protocol_at, shown, steps_for, version_of
from screening.web.protocol_words import overdue_in_use
from screening.web.surroundings import current_clinic
from screening.web.typed import Parts as DateParts
from screening.web.typed import Problem, read_whole_date, showable

blueprint = Blueprint("protocols", __name__, url_prefix="/clinic/protocols")
DAY = ("day-day", "day-month", "day-year")
CHANGED = "Somebody moved a version meanwhile. Look at this page again, then decide."
BUSY = "Another version is being checked. Try again in a minute or two."
Errors = Mapping[str, str]


@blueprint.get("")
@access("staff", Right.PROTOCOLS)
def overview() -> str:
    with parts().database.read() as session:
        lives = read_lives(session, parts().protocols)
        replayed = replay_words(last_replay(session))
    versions = [version_of(lives, one) for one in reversed(lives.versions)]
    overdue = overdue_in_use(today())
    return render_template(
        "clinic/protocols.html", versions=versions, overdue=overdue, replayed=replayed
    )


@blueprint.get("/<name>/<version>")
@access("staff", Right.PROTOCOLS)
def show(name: str, version: str) -> Response:
    return _page(protocol_at(name, version))


@blueprint.post("/<name>/<version>/check")
@access("staff", Right.SETTINGS, fresh=True)
def check(name: str, version: str) -> Response:
    """Prove the safety properties, beside the requests: neither this nor another waits for it."""
    check_names(request.form, {"csrf_token"})
    protocol = protocol_at(name, version)
    if not check_beside(protocol, actor()):
        return _page(protocol, {"step": BUSY}, 409)
    return _back(protocol)


@blueprint.post("/<name>/<version>/approve")
@access("staff", Right.DECIDE, fresh=True)
def approve(name: str, version: str) -> Response:
    check_names(request.form, {"csrf_token", "name", *DAY})
    protocol, here = protocol_at(name, version), parts()
    try:
        day = read_whole_date(DateParts(*(request.form.get(part, "") for part in DAY)))
    except Problem:
        day = None
    typed = (request.form.get("name", ""), day)

    def step(session: Session) -> None:
        publishing.approve(
            session,
            protocol,
            here.protocols,
            acting_staff(),
            typed,
            today=today(),
            actor=actor(),
            now=here.clock(),
            tokens=here.tokens,
        )

    return _taken(protocol, step)


@blueprint.post("/<name>/<version>/current")
@access("staff", Right.SETTINGS, fresh=True)
def make_current(name: str, version: str) -> Response:
    return _moved(name, version, publishing.make_current)


@blueprint.post("/<name>/<version>/retire")
@access("staff", Right.SETTINGS, fresh=True)
def retire(name: str, version: str) -> Response:
    return _moved(name, version, publishing.retire)


@blueprint.post("/<name>/<version>/adjust")
@access("staff", Right.SETTINGS, fresh=True)
def adjust(name: str, version: str) -> Response:
    """A longer wait or a higher level: a version of its own, to be checked and approved anew."""
    check_names(request.form, ADJUST_NAMES)
    protocol, here = protocol_at(name, version), parts()
    try:
        with here.database.write() as session:
            adjustments = read_adjustment(session, protocol, request.form)
            reason = showable(request.form.get("reason", ""))[:500]
            now = here.clock()
            made = publishing.adjust(
                session, protocol, adjustments, here.protocols, reason, actor(), now
            )
    except AdjustmentRefused as refused:
        said = {"adjust": " ".join(map(_sentence, refused.errors.values()))}
        return _page(protocol, said, 400)
    except PublishingRefused as refused:
        said = {"reason" if key else "adjust": text for key, text in refused.errors.items()}
        return _page(protocol, said, 400)
    return _back(made)


def _moved(name: str, version: str, move: Callable[..., None]) -> Response:
    check_names(request.form, {"csrf_token", "step"})
    protocol, here, seen = protocol_at(name, version), parts(), request.form.get("step", "")
    step = int(seen) if seen.isdecimal() and len(seen) < 6 else -1
    return _taken(
        protocol,
        lambda session: move(session, protocol, here.protocols, step, actor(), here.clock()),
    )


def _taken(protocol: ScreeningProtocol, step: Callable[[Session], None]) -> Response:
    """The step in one transaction; the page again with the reason where it cannot be taken."""
    try:
        with parts().database.write() as session:
            step(session)
    except PublishingRefused as refused:
        return _page(protocol, {key or "step": text for key, text in refused.errors.items()}, 400)
    except LifeChanged:
        return _page(protocol, {"step": CHANGED}, 409)
    return _back(protocol)


def _page(protocol: ScreeningProtocol, errors: Errors | None = None, status: int = 200) -> Response:
    here = parts()
    with here.database.read() as session:
        lives = read_lives(session, here.protocols)
        names = {one.staff.id: one.staff.name for one in list_accounts(session)}
        seen = Seen(current_clinic().time_zone, names)
        tried = last_tried(session, lives, protocol, seen, acting_staff())
    page = render_template(
        "clinic/protocol.html",
        errors=errors or {},
        typed={key: showable(value) for key, value in request.form.items()},
        statement=STATEMENT,
        tried=tried,
        **shown(lives, protocol, names),
        **steps_for(lives, protocol, acting_staff()),
    )
    return make_response(page, status)


def _back(protocol: ScreeningProtocol) -> Response:
    return redirect(f"/clinic/protocols/{protocol.key}", 303)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
