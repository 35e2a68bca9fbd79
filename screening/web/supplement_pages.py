"""Pages around a supplement: what to correct, what is about to be sent, what is gone."""

from collections.abc import Iterable

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from screening.domain.points import Point
from screening.domain.protocol import Item, ScreeningProtocol
from screening.domain.supplement import pickable
from screening.services import supplements
from screening.services.casefile import OpenedSubmission
from screening.services.supplements import Running
from screening.web.fields import FieldRefused
from screening.web.forms import check_names
from screening.web.points import PointForm, point_views
from screening.web.questions import Plain, answer_rows, first_id

ANSWERS = "/visit/answers"
AGAIN = f"{ANSWERS}?again=yes"


def pick_page(protocol: ScreeningProtocol, *, missing: bool = False) -> str:
    """Every question by its wording alone, whatever was answered."""
    sections = [
        {
            "id": section.id,
            "title": section.title,
            "options": [
                {"value": item.id, "label": item.wording}
                for item in pickable(protocol, section.items)
            ],
        }
        for section in protocol.sections
        if pickable(protocol, section.items)
    ]
    error = "Choose at least one question to answer again" if missing else None
    return render_template("patient/correct.html", sections=sections, error=error)


def read_picks(protocol: ScreeningProtocol, posted: MultiDict[str, str]) -> tuple[str, ...]:
    """The questions that were ticked; raises FieldRefused for any that stands not there."""
    check_names(posted, frozenset(section.id for section in protocol.sections))
    picks: list[str] = []
    for section in protocol.sections:
        offered = {item.id for item in pickable(protocol, section.items)}
        ticked = posted.getlist(section.id)
        if not offered.issuperset(ticked):
            raise FieldRefused(f"{section.id}: not a question to pick")
        picks += ticked
    return tuple(picks)


def check_page(
    opened: OpenedSubmission,
    running: Running,
    form: PointForm | None = None,
    *,
    overtaken: bool = False,
) -> str:
    """What was said in this very supplement, and nothing that was answered before."""
    supplement, shown = running.supplement, set(running.case.shown())
    views = _point_views(running, form)
    items = [running.protocol.items[name] for name in supplement.asked if name in shown]
    rows = answer_rows(running.protocol, items, supplement.draft.answers)
    replies = [
        {"key": one.text, "value": supplement.replies[one.id]}
        for one in opened.questions
        if supplement.replies.get(one.id)
    ]
    return render_template(
        "patient/supplement_check.html",
        points=views,
        errors=[
            {"href": f"#{one['id']}-note", "text": one["error"]} for one in views if one["error"]
        ],
        rows=replies + rows,
        draft=running.record.id,
        version=running.record.version,
        overtaken=overtaken,
    )


def points_of(running: Running) -> tuple[Point, ...]:
    answers, _ = running.supplement.draft.read(running.protocol, running.context)
    return supplements.points(running, answers)


def change_address(item: Item) -> str:
    """The question among those that were asked anew."""
    return f"{AGAIN}#{first_id(item)}"


def _point_views(running: Running, form: PointForm | None) -> list[Plain]:
    draft, asked = running.supplement.draft, running.supplement.asked
    told = {name: raw for name, raw in draft.answers.items() if name in asked}
    points = points_of(running)
    return point_views(running.protocol, points, draft.settled, told, change_address, form)


def gone_page(words: Iterable[Plain] = ()) -> ResponseReturnValue:
    """With what was just written there, so that it can be copied."""
    return render_template("patient/supplement_gone.html", words=list(words)), 409
