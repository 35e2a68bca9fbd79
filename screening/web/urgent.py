"""An urgent sign at the gate stops everything: the advice at once, and the way back."""

from collections.abc import Iterable
from typing import cast

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from screening.domain.assessment import Flag
from screening.domain.clinic import Clinic
from screening.domain.draft import Draft, Raw
from screening.domain.moving import put_aside
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.services import intake
from screening.services.intake import context_for
from screening.storage.clinic import read_clinic
from screening.web.desk import (
    GATE_ASKED,
    pages_of,
    protocol_in_use,
    refusing_forged_forms,
    running_case,
)
from screening.web.forms import GATE, Page, QuestionForm, check_names
from screening.web.guard import access
from screening.web.journey import Journey, address
from screening.web.outcome_words import flag_texts
from screening.web.parts import parts

blueprint = Blueprint("urgent", __name__)


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
    with refusing_forged_forms("urgent"):
        check_names(request.form, frozenset({"reason"}))
    with parts().database.read() as transaction:
        protocol = _answered(protocol_at_the_gate(running_case(transaction)))
    if protocol is None:
        return redirect("/", 303)
    page, held = pages_of(protocol).all[0], session.get("gate", {})
    session["gate"] = {name: raw for name, raw in held.items() if not is_sign(page, name)}
    return redirect(address(GATE), 303)


def urgent_page(
    protocol: ScreeningProtocol, clinic: Clinic, flags: Iterable[Flag], way_back: str = ""
) -> str:
    """``way_back`` is where the two ways back are posted to; none where it is empty."""
    texts = flag_texts(protocol, flags, clinic)
    return render_template("patient/urgent.html", texts=texts, way_back=way_back)


def to_urgent(asked: ScreeningProtocol, page: Page, form: QuestionForm) -> ResponseReturnValue:
    """The way on is closed until the signs have been answered again."""
    signs = {name: raw for name, raw in form.raw.items() if is_sign(page, name)}
    session["gate"], session[GATE_ASKED] = form.raw, asked.key
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is not None:
            intake.take_back(transaction, journey.case, signs, asked.key)
        else:
            session["before_help"] = _both(session.get("before_help", {}), signs)
    return redirect("/urgent", 303)


def helped_before(protocol: ScreeningProtocol) -> Draft:
    """What a form is begun with: the signs that were advised on. The gate is behind it now."""
    asked = session.pop(GATE_ASKED, protocol.key)
    session.pop("gate", None)
    return put_aside(Draft(), asked, protocol, session.pop("before_help", {}))


def _both(before: Raw, signs: Raw) -> dict[str, list[object]]:
    """Whoever ticks another sign after the first advice has had both."""
    every = {name: [*_list(before, name), *_list(signs, name)] for name in {**before, **signs}}
    return {name: [*dict.fromkeys(ticked)] for name, ticked in every.items()}


def _list(raw: Raw, name: str) -> list[object]:
    return cast("list[object]", raw.get(name, []))


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
