"""The one table from exception to status, page and log level.

A page says what to do next and carries an incident number; it never shows a path, a version,
a query or a traceback, and the log never holds an exception's message.
"""

import logging
import traceback
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from screening.services.throttle import TooManyAttempts
from screening.storage.clinic import ClinicNotSet
from screening.storage.failures import is_unavailable, sqlstate
from screening.storage.sealing import CannotUnseal
from screening.web.guard import SessionEnded
from screening.web.logs import LogEvent, log, request_id
from screening.web.sessions import kind_of

PROJECT = Path(__file__).resolve().parents[2]
RETRY_AFTER = "10"  # seconds


@dataclass(frozen=True)
class Problem:
    """What is answered; `level` is how loudly the log speaks of it."""

    kind: str
    status: int
    title: str
    advice: str
    level: int = logging.INFO


BAD_REQUEST = Problem(
    "bad-request", 400, "We could not read that",
    "Something in the request was not as it should be. Go back and try again.", logging.WARNING,
)  # fmt: skip
STALE = Problem(
    "stale", 400, "Please press Continue once more",
    "This page had been open for a long time. Nothing you typed is lost.", logging.WARNING,
)  # fmt: skip
ENDED = Problem(
    "session-ended", 403, "You have been away for a while",
    "To protect your privacy we closed this visit. Nothing you typed on the last page is lost.",
)  # fmt: skip
UNREADABLE = Problem(
    "cannot-read", 500, "This record cannot be read",
    "It is damaged or was moved. Everything else still works. Tell whoever runs this system.",
    logging.ERROR,
)  # fmt: skip
NOT_SET_UP = Problem(
    "clinic-not-set", 503, "Not ready yet", "The clinic has not finished setting this up.",
    logging.ERROR,
)  # fmt: skip
UNAVAILABLE = Problem(
    "unavailable", 503, "Please try again in a moment",
    "We cannot save anything just now.", logging.ERROR,
)  # fmt: skip
UNEXPECTED = Problem(
    "unexpected", 500, "Something went wrong",
    "It is our mistake, not yours. Go back and try again; if it happens again, call the clinic.",
    logging.ERROR,
)  # fmt: skip
TOO_MANY = Problem(
    "too-many", 429, "Too many attempts", "Wait a few minutes, then try again.", logging.WARNING
)
BY_STATUS = {
    problem.status: problem
    for problem in (
        BAD_REQUEST,
        Problem("forbidden", 403, "That is not possible from here",
                "Open the page again and send the form from there.", logging.WARNING),
        Problem("not-found", 404, "Page not found",
                "Check the address, or start again from the first page."),
        Problem("method", 405, "That is not possible here", "Go back and try again."),
        Problem("too-large", 413, "That was too much text",
                "Go back, shorten what you typed, and try again.", logging.WARNING),
        Problem("wrong-type", 415, "We could not read that",
                "Send the form from our own page.", logging.WARNING),
        TOO_MANY,
    )
}  # fmt: skip
BY_TYPE: tuple[tuple[type[Exception], Problem], ...] = (
    (CSRFError, STALE),
    (SessionEnded, ENDED),
    (TooManyAttempts, TOO_MANY),
    (CannotUnseal, UNREADABLE),
    (ClinicNotSet, NOT_SET_UP),
)


def install_errors(app: Flask) -> None:
    app.register_error_handler(Exception, answer_error)
    app.register_error_handler(HTTPException, answer_error)
    app.config["PROPAGATE_EXCEPTIONS"] = False


def problem_of(error: Exception) -> Problem:
    for kind, problem in BY_TYPE:
        if isinstance(error, kind):
            return problem
    if is_unavailable(error):
        return UNAVAILABLE
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return BY_STATUS.get(error.code or 400, BAD_REQUEST)
    return UNEXPECTED


def answer_error(error: Exception) -> AnyResponse:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        error = error.original_exception
    if isinstance(error, SecurityError):
        # Without a trusted host no address can be built, so no page either.
        return Response("This address is not served here.\n", 400, mimetype="text/plain")
    problem = problem_of(error)
    note_problem(problem, error)
    response = page_of(problem)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(max(1, int(error.wait.total_seconds()) + 1))
    if problem.status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def note_problem(problem: Problem, error: Exception) -> None:
    if problem.level >= logging.ERROR:
        log(
            LogEvent.PROBLEM,
            problem.level,
            kind=f"{type(error).__module__}.{type(error).__qualname__}",
            sqlstate=sqlstate(error),
            location=location_of(error),
            request_id=request_id(),
        )
    elif problem.level > logging.INFO:
        rule = request.url_rule
        log(
            LogEvent.REFUSED,
            problem.level,
            kind=problem.kind,
            status=problem.status,
            route=rule.rule if rule else None,
            request_id=request_id(),
        )


def location_of(error: BaseException) -> str | None:
    """The innermost line of our own code on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(PROJECT) and ".venv" not in path.parts:
            return f"{path.relative_to(PROJECT)}:{frame.lineno}"
    return None


def page_of(problem: Problem) -> AnyResponse:
    """The page in the clinic's look; a bare one where even that cannot be had."""
    if problem is not UNAVAILABLE:
        try:
            return make_response(_page(problem), problem.status)
        except Exception as error:
            note_problem(UNEXPECTED, error)
            problem = UNAVAILABLE if is_unavailable(error) else problem
    # Not render_template: that would ask the database for the clinic.
    template = current_app.jinja_env.get_template("errors/bare.html")
    page = template.render(problem=problem, incident=request_id(), **posted())
    return make_response(page, problem.status)


def _page(problem: Problem) -> str:
    staff = kind_of(request.path) == "staff"
    layout = "layout_clinic.html" if staff else "layout_patient.html"
    if problem in (STALE, ENDED):
        page, more = "errors/stale.html", posted()
    else:
        page, more = "errors/problem.html", {}
    return render_template(
        page, layout=layout, problem=problem, incident=request_id(), for_staff=staff, **more
    )


def posted() -> dict[str, object]:
    """What was typed, to be sent once more; neither tokens nor passwords are given back."""
    fields, secret = [], False
    if request.method == "POST":
        try:
            fields = list(request.form.items(multi=True))
        except HTTPException:
            secret = True
    kept = [(name, value) for name, value in fields if not is_secret(name)]
    secret = secret or any("password" in name for name, _ in fields)
    return {"fields": kept, "again": request.method == "POST" and not secret, "path": request.path}


def is_secret(name: str) -> bool:
    return name == "csrf_token" or "password" in name
