"""Documents of one submission: the summary as a page to print and as a PDF, the visit's calendar.

Every one is witnessed before it is made, and none may be kept by a browser or a proxy.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, abort, render_template

from screening.domain.staff import Right
from screening.exchange.calendar import MEDIA_TYPE, Appointment, calendar_file
from screening.exchange.summary import FOR_WHOM, Summary
from screening.exchange.summary_pdf import Paper, summary_pdf
from screening.services.casefile import OpenedSubmission, SubmissionNotFound
from screening.services.documents import Document, appointment_of, hand_out
from screening.web.acting import acting_staff, actor, today
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.summaries import summary_of
from screening.web.surroundings import current_clinic

blueprint = Blueprint("documents", __name__, url_prefix="/clinic/submissions")

OWN_PAGE = "/visit"
CSS = "text/css; charset=utf-8"
_A_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,40}")
_NOT_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9-]")


@blueprint.get("/<submission_id>/summary")
@access("staff", Right.READ)
def summary(submission_id: str) -> str:
    opened = _hand_out(submission_id, Document.SUMMARY_PAGE)
    return render_template(
        "clinic/summary.html",
        summary=_summary(opened),
        for_whom=FOR_WHOM,
        id=submission_id,
        calendar=has_visit_ahead(opened),
        approval_banner="",
    )


@blueprint.get("/summary-foot/<reference>.css")
@access("staff", Right.READ)
def page_foot(reference: str) -> Response:
    """No printed sheet without its reference; a stylesheet, since no page has a style of its own.

    It reads no record: it repeats what the page already shows.
    """
    if not _A_REFERENCE.fullmatch(reference):
        abort(404)
    words = f'content: "{reference} · {FOR_WHOM}"; font: 8pt sans-serif'
    return Response(f"@page {{ @bottom-left {{ {words} }} }}\n", content_type=CSS)


@blueprint.get("/<submission_id>/summary.pdf")
@access("staff", Right.READ)
def summary_as_pdf(submission_id: str) -> Response:
    opened = _hand_out(submission_id, Document.SUMMARY_PDF)
    paper: Paper = "us-letter" if current_clinic().jurisdiction == "us" else "a4"
    pdf = summary_pdf(_summary(opened), parts().clock(), paper)
    return download(pdf.content, "application/pdf", f"{opened.record.reference}-summary", "pdf")


@blueprint.get("/<submission_id>/visit.ics")
@access("staff", Right.READ)
def calendar(submission_id: str) -> Response:
    with _handing_out(submission_id, Document.CALENDAR) as opened:
        return calendar_response(opened, f"{opened.record.reference}-visit")


def calendar_response(opened: OpenedSubmission, name: str) -> Response:
    """The visit and the days of getting ready; 404 where no visit lies ahead.

    The same file for staff and for the patient: a clinic may hand it on, and a second download
    updates the first.
    """
    appointment = _appointment(opened)
    if appointment is None:
        abort(404)
    content = calendar_file(appointment, parts().clock(), today())
    return download(content, MEDIA_TYPE, name, "ics")


def has_visit_ahead(opened: OpenedSubmission) -> bool:
    """Is there a calendar file to offer."""
    return _appointment(opened) is not None


def days_of_rest(opened: OpenedSubmission) -> int | None:
    """How many days before the visit a home device is put away, whoever has one; None where the
    treatment asks for none, or no visit lies ahead."""
    appointment = _appointment(opened)
    return max(appointment.waits.values(), default=None) if appointment else None


def download(content: bytes, media_type: str, name: str, ending: str) -> Response:
    """A file to keep; its name holds what `name` has of letters, digits and hyphens, no more."""
    response = Response(content, content_type=media_type)
    file_name = f"{_NOT_IN_A_FILE_NAME.sub('', name)}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _appointment(opened: OpenedSubmission) -> Appointment | None:
    protocol = parts().protocols.get(opened.record.protocol)
    page = f"{parts().config.base_url}{OWN_PAGE}"
    return appointment_of(opened, protocol, current_clinic(), page, today())


def _summary(opened: OpenedSubmission) -> Summary:
    here = parts()
    return summary_of(opened, here.protocols, current_clinic(), acting_staff().name, here.clock())


def _hand_out(submission_id: str, document: Document) -> OpenedSubmission:
    """Witnessed before it is made: nobody waits for the database while a page is set."""
    with _handing_out(submission_id, document) as opened:
        return opened


@contextmanager
def _handing_out(submission_id: str, document: Document) -> Iterator[OpenedSubmission]:
    """What fails inside was not handed out, and is not witnessed."""
    here = parts()
    with here.database.write() as session:
        try:
            opened = hand_out(session, submission_id, document, actor(), here.clock())
        except SubmissionNotFound:
            abort(404)
        yield opened
