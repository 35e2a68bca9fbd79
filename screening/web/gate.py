"""The gate: date of birth and urgent signs, alone, before anything else is asked."""

from dataclasses import replace
from datetime import date, datetime
from typing import cast

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from screening.domain.assessment import Flag
from screening.domain.clinic import Clinic
from screening.domain.draft import Draft
from screening.domain.moving import asks_the_same
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.services import intake
from screening.services.intake import Agreement
from screening.services.invited import InvitationOver
from screening.services.throttle import TooManyAttempts
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.web.desk import (
    INVITATION,
    pages_of,
    patient,
    refusing_forged_forms,
    running_case,
)
from screening.web.elsewhere import hold_draft, is_elsewhere, sent_elsewhere, sent_from_here
from screening.web.fields import DATE_PARTS, field_names
from screening.web.forms import GATE, Page, QuestionForm
from screening.web.guard import access
from screening.web.invited_draft import (
    ANOTHER_DATE,
    about_the_visit,
    invitation_over,
    may_begin,
    note_draft,
)
from screening.web.journey import Journey, address
from screening.web.open_door import admit_start, crowded
from screening.web.page_version import answers_posted, earlier_version
from screening.web.parts import parts
from screening.web.questions import typed_in
from screening.web.section_page import section_page
from screening.web.sessions import forget_session, rotate_session
from screening.web.typed import Problem
from screening.web.urgent import (
    advised_before,
    flags_at_the_gate,
    is_sign,
    is_urgent,
    protocol_at_the_gate,
    to_urgent,
    urgent_page,
)

blueprint = Blueprint("gate", __name__)


@blueprint.get("/q/gate")
@access("patient")
def ask() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        journey = running_case(transaction)
    protocol = protocol_at_the_gate(journey)
    if protocol is None:
        return redirect("/", 303)
    page = pages_of(protocol).all[0]
    draft = journey.case.draft if journey else Draft()
    draft = replace(draft, answers={**draft.answers, **_held(page)})
    return section_page(protocol, page, page.item_ids, typed_in(draft, page.items))


@blueprint.post("/q/gate")
@access("patient")
def answer() -> ResponseReturnValue:
    """Urgent signs and age first; only then is anything kept."""
    with parts().database.read() as transaction:
        journey, clinic = running_case(transaction), read_clinic(transaction)
        protocol = protocol_at_the_gate(journey)
        if protocol is None or (journey is None and _was_sent(transaction)):
            return _without_a_form(transaction, clinic)
        with refusing_forged_forms(GATE):
            draft_id = journey.case.record.id if journey else ""
            earlier = earlier_version(transaction, protocol, draft_id)
    asked = earlier or protocol
    page = pages_of(asked).all[0]
    with refusing_forged_forms(GATE):
        form = page.read(answers_posted(), clinic.day(parts().clock()), {})
    flags = flags_at_the_gate(asked, clinic, form.raw, journey)
    urgent_flags = [flag for flag in flags if is_urgent(page.items, flag)]
    if len(urgent_flags) < len(flags):
        return _too_young(journey, asked, clinic, urgent_flags)
    if urgent_flags:
        return to_urgent(asked, page, form)
    if earlier is not None:
        return _asked_anew(protocol, earlier, form), 409
    problems = form.problems(page.item_ids)
    if problems:
        answered = section_page(protocol, page, page.item_ids, form.typed, problems)
        return answered, 422
    try:
        return _go_on(protocol, page, form)
    except TooManyAttempts as error:
        return crowded(error)
    except InvitationOver:
        return invitation_over()


def _was_sent(transaction: Session) -> bool:
    """Whether the form that is open in this browser was sent from another device."""
    return "draft" in session and sent_from_here(transaction) is not None


def _without_a_form(transaction: Session, clinic: Clinic) -> ResponseReturnValue:
    """Sent meanwhile, or never begun: nothing is kept, but an urgent sign gets its advice."""
    protocol = parts().protocols.current
    with refusing_forged_forms(GATE):
        asked = earlier_version(transaction, protocol) or protocol
        page = pages_of(asked).all[0]
        form = page.read(answers_posted(), clinic.day(parts().clock()), {})
    flags = flags_at_the_gate(asked, clinic, form.raw)
    urgent_flags = [flag for flag in flags if is_urgent(page.items, flag)]
    if urgent_flags:
        return urgent_page(asked, clinic, urgent_flags)
    typed = sent_elsewhere(transaction, GATE)
    return (typed, 409) if typed else redirect("/", 303)


def _asked_anew(protocol: ScreeningProtocol, earlier: ScreeningProtocol, form: QuestionForm) -> str:
    """The gate as it is asked now, with what was entered where the question is the same."""
    page = pages_of(protocol).all[0]
    same = [item for item in page.items if asks_the_same(earlier, protocol, item.id)]
    names = {name for item in same for name in field_names(item)}
    typed = {name: one for name, one in form.typed.items() if name in names}
    return section_page(protocol, page, page.item_ids, typed, earlier=True)


def _go_on(protocol: ScreeningProtocol, page: Page, form: QuestionForm) -> ResponseReturnValue:
    back = request.args.get("back") == "check"
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None and not may_begin(transaction, _born(page, form)):
            wrong = {_born_item(page).id: Problem(ANOTHER_DATE, DATE_PARTS)}
            return section_page(protocol, page, page.item_ids, form.typed, wrong), 422
        journey = journey or running_case(transaction)
        if journey is not None and is_elsewhere(transaction, journey):
            asked = page.item_ids
            return section_page(protocol, page, asked, form.typed, elsewhere="moved"), 409
        journey = _kept(transaction, journey, protocol, form)
        following = journey.after(GATE, back)
    return redirect(address(following, back), 303)


@blueprint.get("/not-yet")
@access("public")
def not_yet() -> ResponseReturnValue:
    return render_template("patient/not_yet.html", sent=request.args.get("sent") == "before")


def _too_young(
    journey: Journey | None,
    protocol: ScreeningProtocol,
    clinic: Clinic,
    urgent_flags: list[Flag],
) -> ResponseReturnValue:
    """Keep nothing. Urgent advice is still given, in this one answer."""
    if journey is not None:
        with parts().database.write() as transaction:
            intake.discard(transaction, journey.case)
    forget_session()
    if urgent_flags:
        return urgent_page(protocol, clinic, urgent_flags)
    return redirect("/not-yet", 303)


def _kept(
    transaction: Session, journey: Journey | None, protocol: ScreeningProtocol, form: QuestionForm
) -> Journey:
    """The running draft with these answers; a new one where there was none."""
    if journey is None and INVITATION not in session:
        admit_start(transaction)
    advised = advised_before()
    if journey is not None:
        case = journey.case
        if advised:
            case = intake.advised_already(transaction, case, advised)
        case = intake.save_page(transaction, case, form.page.item_ids, form.raw, {})
        return Journey(case, journey.pages)
    now, agreed = parts().clock(), session["agreed"]
    agreement = Agreement(agreed["notice_version"], datetime.fromisoformat(agreed["at"]))
    draft = Draft(answers=form.raw, about=about_the_visit(transaction))
    session["draft"] = intake.start(
        transaction, protocol, draft, agreement, patient(), now, parts().tokens, advised
    )
    note_draft(transaction, session["draft"])
    hold_draft(transaction, session["draft"])
    rotate_session()
    return cast("Journey", running_case(transaction))


def _born(page: Page, form: QuestionForm) -> date:
    """The gate was answered in full, so it is there."""
    return date.fromisoformat(str(form.raw[_born_item(page).id]))


def _born_item(page: Page) -> Item:
    return next(one for one in page.items if one.kind is ItemKind.BIRTH_DATE)


def _held(page: Page) -> dict[str, object]:
    """What the gate was told before; never the signs, which have to be looked at again."""
    told = session.get("gate", {})
    return {name: raw for name, raw in told.items() if not is_sign(page, name)}
