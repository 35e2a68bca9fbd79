"""The check page: every answer, what is put to the patient once more, and the way to send it."""

from functools import partial

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from screening.domain.points import Point, Said
from screening.domain.protocol import Item
from screening.services import intake
from screening.storage.database import Session
from screening.web.about import VISIT
from screening.web.desk import already_sent, no_draft, refusing_forged_forms, running_case
from screening.web.elsewhere import is_elsewhere
from screening.web.guard import access
from screening.web.journey import CHECK, YOU, Journey, address
from screening.web.parts import parts
from screening.web.points import PointForm, item_of, note_left, point_views, read_point
from screening.web.questions import Plain, answer_rows, first_id
from screening.web.section_page import frame
from screening.web.supplement_pages import gone_page
from screening.web.texts import date_text

blueprint = Blueprint("check", __name__)


@blueprint.post("/q/check")
@access("patient")
def settle() -> ResponseReturnValue:
    """Remember what was said to a point; "yes" leads to the question, whose answer stays."""
    with parts().database.write() as transaction:
        journey = running_case(transaction)
        if journey is None:
            left = note_left(request.form)
            return gone_page(left) if left and already_sent(transaction) else no_draft(transaction)
        with refusing_forged_forms(CHECK):
            form = read_point(journey.case.protocol, request.form)
        if is_elsewhere(transaction, journey):
            return check_page(journey, form, elsewhere="moved"), 409
        if form.problem:
            return check_page(journey, form), 422
        onward, gap = _settled(transaction, journey, form), journey.first_gap()
        return redirect(onward if gap == CHECK else address(gap, True), 303)


def check_page(
    journey: Journey, form: PointForm | None = None, hurried: bool = False, elsewhere: str = ""
) -> str:
    case, points = journey.case, _points(journey)
    said = case.draft.answers
    change = partial(_change, journey)
    views = point_views(case.protocol, points, case.draft.settled, said, change, form)
    return render_template(
        "patient/check.html",
        points=views,
        hurried=hurried,
        elsewhere=elsewhere,
        errors=[
            {"href": f"#{one['id']}-note", "text": one["error"]} for one in views if one["error"]
        ],
        cards=[*_answer_cards(journey), _reach_card(journey)],
        draft=case.record.id,
        version=case.record.version,
        **frame(case.protocol, CHECK),
    )


def _change(journey: Journey, item: Item) -> str:
    """The question on its page, and back to the check page from there."""
    return f"{address(journey.pages.of(item.id).id, True)}#{first_id(item)}"


def _points(journey: Journey) -> tuple[Point, ...]:
    case = journey.case
    answers, _ = case.draft.read(case.protocol, case.context)
    return intake.points(case, answers)


def _settled(transaction: Session, journey: Journey, form: PointForm) -> str:
    """Where to go then. A point that is gone, as its answer has changed, is passed over."""
    place = {point.key: (at, point) for at, point in enumerate(_points(journey), 1)}
    if form.key not in place:
        return address(CHECK)
    number, point = place[form.key]
    intake.settle(transaction, journey.case, point, form.settled)
    if form.settled.said is Said.YES:
        return _change(journey, item_of(journey.case.protocol, point))
    return f"{address(CHECK)}#point-{number}"


def _answer_cards(journey: Journey) -> list[Plain]:
    case = journey.case
    answers, _ = case.draft.read(case.protocol, case.context)
    said, shown = answers.to_json(), {item.id for item in answers.shown}
    return [
        {
            "id": page.id,
            "title": page.title,
            "rows": answer_rows(
                case.protocol, [i for i in page.items if i.id in shown], said, f"/q/{page.id}"
            ),
        }
        for page in journey.pages.all
    ]


def _reach_card(journey: Journey) -> Plain:
    about = journey.case.draft.about
    visit = about.get(VISIT)
    reach = [
        ("Your appointment", date_text(visit) if visit else "Not given", f"{VISIT}-day"),
        ("Your name", about.get("name", ""), "name"),
        ("E-mail", about.get("email") or "Not given", "email"),
        ("Telephone", about.get("phone") or "Not given", "phone"),
    ]
    rows = [
        {"key": key, "value": value, "action_href": f"/q/you?back=check#{field}"}
        for key, value, field in reach
    ]
    return {"id": YOU, "title": "How to reach you", "rows": rows}
