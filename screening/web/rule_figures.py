"""Rule by rule: how often each fires and is decided against, as a page and as a file."""

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from screening.domain.rule_figures import ProtocolFigures
from screening.domain.staff import Right
from screening.exchange.csv_text import csv_text
from screening.services.figures import note_viewed
from screening.services.rule_figures import export_rules, gather_rules
from screening.web.acting import acting_staff, actor, today
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.periods import address, period_parts, read_period
from screening.web.rule_figures_page import Treatment, table, treatments
from screening.web.surroundings import current_clinic

blueprint = Blueprint("rule_figures", __name__, url_prefix="/clinic/figures")
PATH = "/clinic/figures/rules"
FILE = "prelude-rules.csv"


@blueprint.get("/rules")
@access("staff", Right.FIGURES)
def show() -> tuple[str, int]:
    here, asked = parts(), read_period(request.args, today())
    with here.database.write() as session:
        note_viewed(session, "figures.rules-viewed", asked.period, actor(), here.clock())
    with here.database.read() as session:
        found = gather_rules(session, current_clinic(), asked.period)
    period = asked.period
    page = render_template(
        "clinic/rule_figures.html",
        **period_parts(asked, today(), PATH),
        treatments=_treatments(found),
        may_export=acting_staff().may(Right.EXPORT),
        download=url_for("rule_figures.download", first=period.first, last=period.last),
        figures=address("/clinic/figures", period),
    )
    return page, 400 if asked.errors else 200


@blueprint.get("/rules/<first>/<last>.csv")
@access("staff", Right.EXPORT, fresh=True)
def download(first: str, last: str) -> AnyResponse:
    """The period stands in the path, which outlives the way through a fresh sign-in."""
    here, asked = parts(), read_period({"from": first, "to": last}, today())
    if asked.errors:
        return redirect(PATH, 303)
    with here.database.write() as session:
        found = export_rules(session, current_clinic(), asked.period, actor(), here.clock())
    rows = table(_treatments(found), asked.period.first, asked.period.last)
    response = Response(csv_text(rows).encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


def _treatments(found: Sequence[ProtocolFigures]) -> tuple[Treatment, ...]:
    return treatments(found, parts().protocols, reads=acting_staff().may(Right.READ))
