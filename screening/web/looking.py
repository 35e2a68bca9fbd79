"""The report on who looked at what: a page for whoever answers for the staff."""

from flask import Blueprint, render_template, request

from screening.domain.staff import Right
from screening.services.looking import looks_report, note_report
from screening.web.acting import actor, today
from screening.web.guard import access
from screening.web.looking_page import HOURS, asked_lines, onlooker_lines
from screening.web.parts import parts
from screening.web.periods import period_parts, read_period
from screening.web.surroundings import current_clinic

blueprint = Blueprint("looking", __name__, url_prefix="/clinic/looks")
PATH = "/clinic/looks"


@blueprint.get("")
@access("staff", Right.STAFF)
def show() -> tuple[str, int]:
    here, asked = parts(), read_period(request.args, today())
    with here.database.read() as session:
        found = looks_report(session, current_clinic(), asked.period, here.clock())
    # After it was read and before it is shown: see services/listing.py.
    with here.database.write() as session:
        note_report(session, asked.period, actor(), here.clock())
    page = render_template(
        "clinic/looks.html",
        **period_parts(asked, today(), PATH),
        people=onlooker_lines(found),
        lines=asked_lines(found),
        total=found.total,
        hours=HOURS,
    )
    return page, 400 if asked.errors else 200
