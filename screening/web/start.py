"""The patient's way begins here: what this is, and where there are several, for which visit."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from screening.domain.protocol import ScreeningProtocol
from screening.services.intake import NOTICE_VERSION
from screening.services.treatments import offered
from screening.storage.clinic import read_clinic
from screening.web.desk import GONE_WITH_THE_DRAFT, refusing_forged_forms, running_case
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.journey import Journey, address
from screening.web.open_door import TRAP, is_trapped
from screening.web.parts import parts
from screening.web.sessions import rotate_session

AGREE, TREATMENT = "agree", "treatment"
NO_AGREEMENT = "Tick the box to say that you have read the privacy notice and agree"
PRESS_AGAIN = "Tick the box and press Start once more"
NO_TREATMENT = "Choose what your visit is for"
NOT_OFFERED = "There is no form for this treatment any more. If you have a visit for it, call us"
Offered = Mapping[str, ScreeningProtocol]

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
@access("public")
def start() -> ResponseReturnValue:
    return _start_page()


@blueprint.post("/")
@access("public")
def begin() -> ResponseReturnValue:
    """Take the agreement; a questionnaire that is open here already goes on.

    Where none is, nothing of whoever stood here before goes into the new one.
    """
    with refusing_forged_forms("start"):
        check_names(request.form, frozenset({AGREE, TREATMENT, TRAP}))
    with parts().database.read() as transaction:
        if not read_clinic(transaction).public_start:
            return _start_page()
        journey, choices = running_case(transaction), offered(transaction, parts().protocols)
    chosen = _chosen(choices)
    errors = _errors(chosen, journey)
    if errors:
        return _start_page(errors), 422
    for key in () if journey else GONE_WITH_THE_DRAFT["draft"]:
        session.pop(key, None)
    rotate_session()
    at = parts().clock().isoformat()
    session["agreed"] = {"notice_version": NOTICE_VERSION, "at": at, TREATMENT: chosen}
    return redirect(address(journey.first_gap() if journey else "gate"), 303)


@blueprint.post("/q/anew")
@access("patient")
def begin_anew() -> ResponseReturnValue:
    """Leave a form that cannot be read; it is not deleted, as a backup may mend it."""
    with refusing_forged_forms("anew"):
        check_names(request.form, frozenset())
    session.pop("draft", None)
    if session.pop("supplement", None):
        return redirect("/visit", 303)
    return redirect("/q/gate" if "agreed" in session else "/", 303)


def _chosen(choices: Offered) -> str:
    """What was chosen, or the only one there is; empty where nothing that is offered was."""
    said = request.form.get(TREATMENT, next(iter(choices)) if len(choices) == 1 else "")
    return said if said in choices else ""


def _errors(chosen: str, journey: Journey | None) -> dict[str, str]:
    errors = {}
    if not chosen:
        errors[TREATMENT] = NOT_OFFERED if request.form.get(TREATMENT) else NO_TREATMENT
    if chosen and journey is not None and journey.case.protocol.name != chosen:
        other = journey.case.protocol.treatment_words
        errors[TREATMENT] = (
            f"A form for another visit ({other}) is open on this device. Go on with that one, or "
            "finish it and clear this device first"
        )
    if request.form.get(AGREE) != "yes":
        errors[AGREE] = NO_AGREEMENT
    elif is_trapped(request.form):
        errors[AGREE] = PRESS_AGAIN
    return errors


def _start_page(errors: Mapping[str, str] | None = None) -> str:
    """Where several treatments are offered, it asks which the visit is for; none stands chosen."""
    with parts().database.read() as transaction:
        clinic, journey = read_clinic(transaction), running_case(transaction)
        choices = offered(transaction, parts().protocols)
    if not clinic.public_start:
        return render_template("patient/closed.html")
    only = next(iter(choices.values())) if len(choices) == 1 else None
    return render_template(
        "patient/start.html",
        title=only.title if only else "Before your visit",
        treatments=[] if only else _options(choices),
        agreed=request.form.get(AGREE) == "yes",
        errors=errors or {},
        links=[
            {"href": f"#{_place(name, choices)}", "text": text}
            for name, text in (errors or {}).items()
        ],
        running=journey is not None,
        version=NOTICE_VERSION,
    )


def _place(name: str, choices: Offered) -> str:
    """The id of the control that an error is about: of several buttons the first."""
    if name == TREATMENT and len(choices) > 1:
        return f"{TREATMENT}-{next(iter(choices))}"
    return AGREE


def _options(choices: Offered) -> list[dict[str, object]]:
    said = request.form.get(TREATMENT)
    return [
        {"value": name, "label": one.treatment_words, "checked": name == said}
        for name, one in choices.items()
    ]
