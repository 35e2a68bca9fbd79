"""An urgent sign at the gate stops everything: the advice at once, and the way back."""

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from screening.domain.answer_events import WAYS_BACK, Advised
from screening.domain.assessment import Flag
from screening.domain.clinic import Clinic
from screening.domain.draft import Draft, Raw
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.services import intake
from screening.services.intake import context_for
from screening.storage.clinic import read_clinic
from screening.web.desk import (
    ADVISED,
    GATE_ASKED,
    pages_of,
    protocol_in_use,
    refusing_forged_forms,
    running_case,
)
from screening.web.fields import FieldRefused
from screening.web.forms import GATE, Page, QuestionForm, check_names
from screening.web.guard import access
from screening.web.journey import Journey, address
from screening.web.outcome_words import flag_texts
from screening.web.parts import parts

blueprint = Blueprint("urgent", __name__)
MOST_ADVISED = 20
"""So often nobody is advised before a form is begun; it bounds what a session holds."""


@blueprint.get("/urgent")
@access("patient")
def urgent() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        journey, clinic = running_case(transaction), read_clinic(transaction)
    protocol = _answered(protocol_at_the_gate(journey))
    flags = flags_at_the_gate(protocol, clinic, session.get("gate", {})) if protocol else []
    if protocol is None or not flags:
        return redirect("/q/gate", 303)
    return urgent_page(protocol, clinic, flags, way_back="/urgent")


@blueprint.post("/urgent")
@access("patient")
def back_from_urgent() -> ResponseReturnValue:
    """A mistake, or help was had: the signs are asked again, the date of birth is kept."""
    way = way_back()
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        protocol = _answered(protocol_at_the_gate(journey))
        if protocol is None:
            return redirect("/", 303)
        page, held = pages_of(protocol).all[0], session.get("gate", {})
        signs = {name: raw for name, raw in held.items() if is_sign(page, name)}
        if journey is not None and way and signs:
            intake.come_back(transaction, journey.case, Advised(protocol.key, signs, way))
    session["gate"] = {name: raw for name, raw in held.items() if name not in signs}
    if journey is None and signs:
        session[ADVISED] = [*session.get(ADVISED, [])[:-1], [protocol.key, signs, way]]
    return redirect(address(GATE), 303)


def way_back() -> str:
    """Which of the two was pressed; empty where neither was."""
    with refusing_forged_forms("urgent"):
        check_names(request.form, frozenset({"reason"}))
        pressed = request.form.getlist("reason")
        if len(pressed) > 1 or not WAYS_BACK.keys() >= {*pressed}:
            raise FieldRefused("no such way back")
    return "".join(pressed)


def urgent_page(
    protocol: ScreeningProtocol, clinic: Clinic, flags: Iterable[Flag], way_back: str = ""
) -> str:
    """``way_back`` is where the two ways back are posted to; none where it is empty."""
    texts = flag_texts(protocol, flags, clinic)
    return render_template(
        "patient/urgent.html", texts=texts, way_back=way_back, ways=WAYS_BACK.items()
    )


def to_urgent(asked: ScreeningProtocol, page: Page, form: QuestionForm) -> ResponseReturnValue:
    """The way on is closed until the signs have been answered again."""
    signs = {name: raw for name, raw in form.raw.items() if is_sign(page, name)}
    session["gate"], session[GATE_ASKED] = form.raw, asked.key
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is not None:
            intake.take_back(transaction, journey.case, Advised(asked.key, signs))
        else:
            before = session.get(ADVISED, [])
            session[ADVISED] = [*before, [asked.key, signs, ""]][-MOST_ADVISED:]
    return redirect("/urgent", 303)


def advised_before() -> list[Advised]:
    """What held up the form that is begun now. The gate is behind it, and forgotten."""
    for name in ("gate", GATE_ASKED):
        session.pop(name, None)
    return [Advised(*one) for one in session.pop(ADVISED, [])]


def is_urgent(items: Iterable[Item], flag: Flag) -> bool:
    return any(item.id in flag.evidence and item.kind is ItemKind.MULTI for item in items)


def is_sign(page: Page, name: str) -> bool:
    return any(item.id == name and item.kind is ItemKind.MULTI for item in page.items)


def flags_at_the_gate(
    protocol: ScreeningProtocol,
    clinic: Clinic,
    raw: Raw,
    journey: Journey | None = None,
) -> list[Flag]:
    draft = journey.case.draft if journey else Draft()
    context = context_for(clinic, parts().clock(), draft)
    return list(intake.gate_flags(protocol, context, raw))


def protocol_at_the_gate(journey: Journey | None) -> ScreeningProtocol | None:
    """That of the running form, or what a new one would use; None where none was begun."""
    return journey.case.protocol if journey else protocol_in_use()


def _answered(protocol: ScreeningProtocol | None) -> ScreeningProtocol | None:
    """The version whose gate was answered: an earlier one knows its own urgent signs."""
    return protocol and parts().protocols.get(session.get(GATE_ASKED, protocol.key))
