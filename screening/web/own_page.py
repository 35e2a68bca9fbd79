"""The patient's own page: its doors, by reference or by link, and where the form stands."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from screening.domain.codes import grouped
from screening.domain.own_page import Stage
from screening.services import own_page as service
from screening.services.casefile import OpenedSubmission
from screening.services.documents import Document, witness_document
from screening.services.own_page import ONE_DOOR, Attempt
from screening.services.throttle import TooManyAttempts
from screening.web import sending_again, supplement
from screening.web.desk import patient, refusing_forged_forms
from screening.web.documents import calendar_response, days_of_rest, has_visit_ahead
from screening.web.door_form import BORN, REFERENCE, DoorForm, Refused, read_door
from screening.web.fields import DATE_PARTS
from screening.web.guard import access
from screening.web.own_page_words import decision_words, stage_words
from screening.web.own_session import comes_in, own_submission, running_supplement
from screening.web.parts import parts
from screening.web.surroundings import current_clinic
from screening.web.texts import long_date

# While the clinic looks again, a day in the calendar would promise too much.
_VISIT_STANDS = frozenset(Stage) - {Stage.AGAIN, Stage.CLOSED}

blueprint = Blueprint("own_page", __name__)
for part in (supplement, sending_again):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/visit")
@access("public")
def show() -> ResponseReturnValue:
    """The door for strangers, the page for whoever came through it."""
    opened = own_submission()
    return _door(DoorForm()) if opened is None else _page(opened)


@blueprint.post("/visit")
@access("public")
def enter() -> ResponseReturnValue:
    return _entered("")


@blueprint.get("/visit/<token>")
@access("public")
def show_link(token: str) -> ResponseReturnValue:  # noqa: ARG001 - not looked at
    """The same page for every token, known or not; looking changes nothing (AN-15)."""
    return _door(DoorForm(by_link=True))


@blueprint.post("/visit/<token>")
@access("public")
def enter_by_link(token: str) -> ResponseReturnValue:
    return _entered(token)


@blueprint.get("/visit/calendar.ics")
@access("patient")
def calendar() -> ResponseReturnValue:
    with parts().database.write() as transaction:
        opened = own_submission(transaction)
        if opened is None or opened.stopped_at:
            return redirect("/visit", 303)
        witness_document(
            transaction, opened.record.id, Document.CALENDAR, patient(), parts().clock()
        )
        return calendar_response(opened, "visit")


def _entered(token: str) -> ResponseReturnValue:
    """A right date of birth is exchanged for a session at an address without token."""
    with refusing_forged_forms("own-page"):
        form = read_door(request.form, by_link=bool(token))
    if form.errors:
        return _door(form), 422
    here, attempt = parts(), Attempt(form.reference, token)
    try:
        with here.database.write() as transaction:
            service.admit_attempt(transaction, attempt, request.remote_addr, here.clock())
    except TooManyAttempts as full:
        if full.bucket != ONE_DOOR:
            raise
        return _door(form.refused(Refused.CLOSED)), 429
    with here.database.write() as transaction:
        episode = service.enter(
            transaction, attempt, form.born, here.protocols, patient(), here.clock()
        )
    if episode is None:
        return _door(form.refused(Refused.NOT_FOUND)), 422
    comes_in(episode, service.hashed(token) if token else "")
    return redirect("/visit", 303)


def _door(form: DoorForm) -> str:
    typed = {part: form.typed.get(f"{BORN}-{part}", "") for part in DATE_PARTS}
    return render_template(
        "patient/own_door.html",
        by_link=form.by_link,
        reference=form.typed.get(REFERENCE, ""),
        born=typed,
        form=form,
    )


def _is_unfinished() -> bool:
    """Whether something was said here that can still be sent."""
    with parts().database.read() as transaction:
        running = running_supplement(transaction)
    return running is not None and running.supplement.says_something


def _has_day(opened: OpenedSubmission) -> bool:
    return opened.stopped_at is None and has_visit_ahead(opened)


def _page(opened: OpenedSubmission) -> str:
    clinic, now = current_clinic(), parts().clock()
    page = service.own_page(opened, clinic.day(now))
    title, text = stage_words(page.stage)
    return render_template(
        "patient/own_page.html",
        code=grouped(page.reference, 4),
        visit=long_date(page.visit) if page.visit else None,
        title=title,
        text=text,
        kind="warm" if page.stage is Stage.ASKED else "info",
        message=decision_words(page, clinic, clinic.day(now)),
        calendar=page.stage in _VISIT_STANDS and _has_day(opened),
        rest=days_of_rest(opened),
        question_open=page.question_open,
        unfinished=_is_unfinished(),
        correctable=page.stage is not Stage.CLOSED,
    )
