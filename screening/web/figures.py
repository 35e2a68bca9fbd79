"""The lead's figures: drawn on a page, and as a file."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from screening.domain.figures import Figures
from screening.domain.staff import Right
from screening.exchange.csv_text import csv_text
from screening.services.figures import export, gather, note_viewed
from screening.web.acting import acting_staff, actor
from screening.web.charts import Chart
from screening.web.figures_page import charts, head, table, titles
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.periods import Asked, address, period_parts, read_period
from screening.web.protocol_words import overdue_in_use
from screening.web.surroundings import current_clinic

blueprint = Blueprint("figures", __name__, url_prefix="/clinic")
FILE = "prelude-figures.csv"


@blueprint.get("/figures")
@access("staff", Right.FIGURES)
def show() -> tuple[str, int]:
    here, clinic, asked = parts(), current_clinic(), _asked()
    with here.database.write() as session:
        note_viewed(session, "figures.viewed", asked.period, actor(), here.clock())
    with here.database.read() as session:
        found = gather(session, clinic, asked.period, here.clock())
    period, staff = asked.period, acting_staff()
    page = render_template(
        "clinic/figures.html",
        **period_parts(asked, clinic.day(here.clock()), "/clinic/figures"),
        head=head(found),
        charts=_charts(found),
        may_export=staff.may(Right.EXPORT),
        download=url_for("figures.download", first=period.first, last=period.last),
        rules=address("/clinic/figures/rules", period),
        overdue=overdue_in_use(clinic.day(here.clock())),
    )
    return page, 400 if asked.errors else 200


@blueprint.get("/figures.csv")
@access("staff", Right.EXPORT)
def download_period() -> AnyResponse:
    period = _asked().period
    return redirect(url_for("figures.download", first=period.first, last=period.last), 303)


@blueprint.get("/figures/<first>/<last>.csv")
@access("staff", Right.EXPORT, fresh=True)
def download(first: str, last: str) -> AnyResponse:
    """The period stands in the path, which outlives the way through a fresh sign-in."""
    here, clinic = parts(), current_clinic()
    asked = read_period({"from": first, "to": last}, clinic.day(here.clock()))
    if asked.errors:
        return redirect("/clinic/figures", 303)
    with here.database.write() as session:
        found = export(session, clinic, asked.period, actor(), here.clock())
    text = csv_text(table(_charts(found), asked.period.first, asked.period.last))
    response = Response(text.encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


def _charts(found: Figures) -> tuple[Chart, ...]:
    title_of = titles(parts().protocols.every_handling)
    return charts(found, title_of, reads=acting_staff().may(Right.READ))


def _asked() -> Asked:
    return read_period(request.args, current_clinic().day(parts().clock()))
