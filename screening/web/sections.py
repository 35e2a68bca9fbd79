"""The sections, the last page about the person, the check page, and sending once."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from screening.domain.protocol import ScreeningProtocol
from screening.services import intake
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.web.about import VISIT, AboutForm, read_about, typed_about
from screening.web.check import check_page
from screening.web.coming_back import offer_way_back, way_back_page
from screening.web.desk import (
    INVITATION,
    no_draft,
    note_failed_assessment,
    pages_of,
    patient,
    refusing_forged_forms,
    remember_submission,
    running_case,
)
from screening.web.elsewhere import Elsewhere, is_elsewhere, sent_elsewhere, sent_from_here
from screening.web.fields import DATE_PARTS, FieldRefused
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.journey import CHECK, YOU, Journey, address
from screening.web.open_door import is_in_a_hurry
from screening.web.page_version import earlier_version, read_page, words_left
from screening.web.parts import parts
from screening.web.questions import Plain, typed_in
from screening.web.section_page import frame, section_page
from screening.web.typed import Problem

SUBMIT_NAMES = frozenset({"draft", "version"})
blueprint = Blueprint("sections", __name__)


@blueprint.get("/q/<step>")
@access("patient")
def ask(step: str) -> ResponseReturnValue:
    with parts().database.read() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return no_draft(transaction)
    if step not in journey.steps:
        abort(404)
    if not journey.may_open(step):
        return redirect(address(journey.first_gap(), _changing()), 303)
    page, case = journey.pages.get(step), journey.case
    if page is None:
        return check_page(journey) if step == CHECK else _you_page(journey)
    return section_page(case.protocol, page, case.shown(), typed_in(case.draft, page.items))


@blueprint.post("/q/<step>")
@access("patient")
def answer(step: str) -> ResponseReturnValue:
    """Keep what was said, finished or not; then on, or the same page with what to see to."""
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None:
            typed = sent_elsewhere(transaction, step)
            return (typed, 409) if typed else no_draft(transaction)
        page, case = journey.pages.get(step), journey.case
        with refusing_forged_forms(step):
            asked = earlier_version(transaction, case.protocol, case.record.id)
            left = words_left(step, page, asked)
            if page is None:
                return _page_gone(journey, step, asked, left), 409
            form = read_page(page, case.protocol, asked, case.today, case.draft.answers)
        tentative = case.draft.saying(case.protocol, case.context, page.item_ids, form.raw)
        shown = replace(case, draft=tentative).shown()
        if asked:
            return section_page(
                case.protocol, page, shown, form.typed, earlier=True, left=left
            ), 409
        if is_elsewhere(transaction, journey):
            return section_page(case.protocol, page, shown, form.typed, elsewhere="moved"), 409
        problems = form.problems(shown)
        case = intake.save_page(transaction, case, page.item_ids, form.raw, form.unfinished)
        way = offer_way_back(transaction, case) if _saving() else None
    if way is not None:
        return way_back_page(case, way)
    if problems:
        return section_page(case.protocol, page, shown, form.typed, problems), 422
    following = Journey(case, journey.pages).after(step, _changing())
    return redirect(address(following, _changing()), 303)


@blueprint.post("/q/you")
@access("patient")
def answer_about() -> ResponseReturnValue:
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return _you_after_sending(transaction) or no_draft(transaction)
        with refusing_forged_forms(YOU):
            form = read_about(request.form, journey.case.today)
        if is_elsewhere(transaction, journey):
            return _you_page(journey, form, elsewhere="moved"), 409
        case = intake.save_about(transaction, journey.case, form.usable, form.unfinished)
        way = offer_way_back(transaction, case) if _saving() else None
    if way is not None:
        return way_back_page(case, way)
    following = Journey(case, journey.pages)
    if form.problems:
        return _you_page(following, form), 422
    return redirect(address(following.after(YOU, _changing()), _changing()), 303)


@blueprint.post("/q/submit")
@access("patient")
def submit() -> ResponseReturnValue:
    """Once: the draft's id is the key, and a repeated click finds what the first one left.

    The session keeps its id: whoever never got this answer asks for it again with the old one.
    """
    with refusing_forged_forms("submit"):
        check_names(request.form, SUBMIT_NAMES)
        draft_id = _own_draft_id()
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None or journey.case.record.id != draft_id:
            sent = intake.receipt(transaction, draft_id)
            if sent is None:
                return no_draft(transaction)
        else:
            case = journey.case
            seen = request.form.get("version") == str(case.record.version)
            if is_elsewhere(transaction, journey):
                return check_page(journey, elsewhere="moved"), 409
            if journey.first_gap() != CHECK or not seen:
                return redirect(address(journey.first_gap(), True), 303)
            if INVITATION not in session and is_in_a_hurry(case.record.created_at):
                return check_page(journey, hurried=True), 422
            answers, _ = case.draft.read(case.protocol, case.context)
            sent = intake.submit(transaction, case, answers, patient(), parts().tokens)
    if sent.assessment.get("failed"):
        note_failed_assessment()
    remember_submission(sent.id, sent.received_at.isoformat(), sent.draft_id)
    return redirect("/outcome", 303)


def _page_gone(
    journey: Journey, step: str, asked: ScreeningProtocol | None, left: list[Plain]
) -> str:
    """The version that the form moved to has no such page; nor has any, where none asked."""
    if asked is None or pages_of(asked).get(step) is None:
        abort(404)
    onward = address(journey.first_gap(), _changing())
    return render_template("patient/page_gone.html", left=left, onward=onward, sent=False)


def _own_draft_id() -> str:
    """The posted key, which must be the draft of this session, open or just sent."""
    posted = request.form.getlist("draft")
    if len(posted) != 1 or posted[0] not in (session.get("draft"), session.get("submitted_draft")):
        raise FieldRefused("not the draft of this session")
    return posted[0]


def _saving() -> bool:
    return request.form.get("then") == "save"


def _changing() -> bool:
    return request.args.get("back") == "check"


def _you_after_sending(transaction: Session) -> ResponseReturnValue | None:
    """As it was typed, where the form was sent meanwhile, here or on another device."""
    sent = sent_from_here(transaction)
    if sent is None:
        return None
    with refusing_forged_forms(YOU):
        form = read_about(request.form, read_clinic(transaction).day(parts().clock()))
    protocol = parts().protocols.get(sent.protocol)
    return _you_html(protocol, form.typed, elsewhere="sent"), 409


def _you_page(journey: Journey, form: AboutForm | None = None, elsewhere: Elsewhere = "") -> str:
    draft = journey.case.draft
    typed = form.typed if form else typed_about(draft.about, draft.about_typed)
    problems = form.problems if form and not elsewhere else {}
    return _you_html(journey.case.protocol, typed, problems, elsewhere)


def _you_html(
    protocol: ScreeningProtocol,
    typed: Mapping[str, str],
    problems: Mapping[str, Problem] | None = None,
    elsewhere: Elsewhere = "",
) -> str:
    problems = problems or {}
    errors = [
        {"href": f"#{VISIT}-day" if name == VISIT else f"#{name}", "text": problem.message}
        for name, problem in problems.items()
    ]
    return render_template(
        "patient/you.html",
        typed=typed,
        problems={name: problem.message for name, problem in problems.items()},
        visit_parts=problems[VISIT].parts or DATE_PARTS if VISIT in problems else (),
        errors=errors,
        elsewhere=elsewhere,
        **frame(protocol, YOU),
    )
