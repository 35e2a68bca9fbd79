"""Answering the clinic's question and correcting answers, from the patient's own page."""

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from screening.domain.supplement import Names
from screening.services import supplements
from screening.services.supplements import Running
from screening.storage.database import Session
from screening.web.answer_form import (
    AnswerForm,
    all_written,
    answer_page,
    as_sent,
    left_over,
    read_form,
    worded,
)
from screening.web.desk import patient, refusing_forged_forms
from screening.web.guard import access
from screening.web.own_session import (
    kept_supplement,
    own_for_post,
    own_submission,
    own_supplement,
    running_supplement,
)
from screening.web.parts import parts
from screening.web.sessions import forget_session
from screening.web.supplement_pages import AGAIN, ANSWERS, gone_page, pick_page, read_picks
from screening.web.urgent import is_urgent, urgent_page, way_back

QUESTION = "/visit/question"
blueprint = Blueprint("supplement", __name__)


@blueprint.get(QUESTION)
@access("patient")
def ask_question() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        opened = own_submission(transaction)
        waiting = supplements.open_questions(opened) if opened else ()
        if opened is None or not waiting:
            return redirect("/visit", 303)
        running = (own_supplement(transaction, opened)).answering(waiting)
    return answer_page(running, worded(opened, running), QUESTION)


@blueprint.post(QUESTION)
@access("patient")
def answer_question() -> ResponseReturnValue:
    """The first thing that is said begins the supplement."""
    with parts().database.write() as transaction:
        opened = own_for_post(transaction)
        waiting = supplements.open_questions(opened)
        if not waiting:
            return gone_page(all_written(opened, request.form))
        running = (own_supplement(transaction, opened)).answering(waiting)
        standing, running = running.supplement.page, as_sent(running, request.form)
        questions, left = worded(opened, running), left_over(opened, running, request.form)
        with refusing_forged_forms("question"):
            form = read_form(running, questions, request.form, left)
        if left.names:
            return answer_page(running, questions, QUESTION, form, left), 409
        running = kept_supplement(transaction, running)
        running, onward = _heard(transaction, running, form, standing)
    return onward or (answer_page(running, questions, QUESTION, form), 422)


@blueprint.get("/visit/correct")
@access("patient")
def ask_what_to_correct() -> ResponseReturnValue:
    opened = own_submission()
    if opened is None:
        return redirect("/visit", 303)
    return pick_page(parts().protocols.get(opened.record.protocol))


@blueprint.post("/visit/correct")
@access("patient")
def begin_correction() -> ResponseReturnValue:
    with parts().database.write() as transaction:
        opened = own_for_post(transaction)
        running = own_supplement(transaction, opened)
        with refusing_forged_forms("correct"):
            picks = read_picks(running.protocol, request.form)
        if picks:
            running = kept_supplement(transaction, running)
            supplements.keep(transaction, running.asking(picks))
    return redirect(ANSWERS, 303) if picks else (pick_page(running.protocol, missing=True), 422)


@blueprint.get(ANSWERS)
@access("patient")
def ask() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        opened, running = own_submission(transaction), running_supplement(transaction)
    if opened is None or running is None:
        return redirect("/visit", 303)
    running = _on_page(running)
    questions = worded(opened, running) if _again() else ()
    if not running.supplement.page and not questions:
        return redirect("/visit/check", 303)
    return answer_page(running, questions, _own_address())


@blueprint.post(ANSWERS)
@access("patient")
def answer() -> ResponseReturnValue:
    """Keep what was said, finished or not; then on, or the same page with what to see to."""
    with parts().database.write() as transaction:
        opened, running = own_for_post(transaction), running_supplement(transaction)
        if running is None:
            return gone_page(all_written(opened, request.form))
        standing, running = running.supplement.page, as_sent(_on_page(running), request.form)
        questions = worded(opened, running) if _again() else ()
        left = left_over(opened, running, request.form)
        with refusing_forged_forms("answers"):
            form = read_form(running, questions, request.form, left)
        if left.names:
            return answer_page(running, questions, _own_address(), form, left), 409
        running, onward = _heard(transaction, running, form, standing)
    return onward or (answer_page(running, questions, _own_address(), form), 422)


@blueprint.get("/visit/urgent")
@access("patient")
def urgent() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        running = running_supplement(transaction)
    flags = running and supplements.urgent_flags(running, session.get("signs", {}))
    if not running or not flags:
        return redirect(ANSWERS, 303)
    return urgent_page(running.protocol, running.clinic, flags, way_back="/visit/urgent")


@blueprint.post("/visit/urgent")
@access("patient")
def back_from_urgent() -> ResponseReturnValue:
    """A mistake, or help was had: the signs are asked again."""
    way = way_back()
    with parts().database.write() as transaction:
        running, signs = running_supplement(transaction), session.get("signs", {})
        if running is not None and way and signs:
            supplements.come_back(transaction, running, signs, way)
    session.pop("signs", None)
    return redirect(ANSWERS, 303)


def _heard(
    transaction: Session, running: Running, form: AnswerForm, standing: Names
) -> tuple[Running, ResponseReturnValue | None]:
    """Keep what one page said, and where to go then; None where something is to be seen to.

    What stood on another page meanwhile, and was not sent with this one, comes next.
    """
    page, flags = running.supplement.page, form.flags(running)
    urgent_flags = [one for one in flags if is_urgent(running.protocol.items.values(), one)]
    if len(urgent_flags) < len(flags):
        supplements.stop(transaction, running, patient())
        forget_session()
        onward: ResponseReturnValue = redirect("/not-yet?sent=before", 303)
        if urgent_flags:
            onward = urgent_page(running.protocol, running.clinic, urgent_flags)
        return running, onward
    questions, signs = form.questions, form.signs(running) if urgent_flags else {}
    running = supplements.save_page(
        transaction, running, page, questions.raw, questions.unfinished, form.replies, signs
    )
    left = set(standing).difference(page)
    if urgent_flags:
        session["signs"] = signs
        supplements.go_on(transaction, running, left)
        return running, redirect("/visit/urgent", 303)
    if form.problems(running):
        return running, None
    running = supplements.go_on(transaction, running, left)
    return running, redirect(ANSWERS if running.supplement.page else "/visit/check", 303)


def _on_page(running: Running) -> Running:
    """The page that stands, or everything once more for a change from the check page."""
    if not _again():
        return running
    return running.with_(running.supplement.everything(running.protocol, running.context))


def _again() -> bool:
    return request.args.get("again") == "yes"


def _own_address() -> str:
    return AGAIN if _again() else ANSWERS
