"""The questions have changed since a form was begun: said once, calmly, before going on."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from screening.domain.moving import moved
from screening.services import intake
from screening.web.desk import no_draft, pages_of, patient, refusing_forged_forms, running_case
from screening.web.forms import check_names
from screening.web.guard import access
from screening.web.journey import CHANGED, Journey, address
from screening.web.parts import parts

blueprint = Blueprint("changed_questions", __name__)


@blueprint.get("/q/changed")
@access("patient")
def tell() -> ResponseReturnValue:
    with parts().database.read() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return no_draft(transaction)
    case = journey.case
    if case.successor is None:
        return redirect(address(journey.first_gap()), 303)
    new_items = moved(case.draft, case.protocol, case.successor, case.context).new_items
    return render_template("patient/changed.html", questions=[one.wording for one in new_items])


@blueprint.post("/q/changed")
@access("patient")
def go_on() -> ResponseReturnValue:
    with refusing_forged_forms(CHANGED):
        check_names(request.form, frozenset())
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None:
            return no_draft(transaction)
        case = intake.move_on(transaction, journey.case, patient())
    following = Journey(case, pages_of(case.protocol))
    # As after a change on the check page: from one thing that is needed to the next.
    return redirect(address(following.first_gap(), True), 303)
