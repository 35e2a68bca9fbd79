"""Every exception becomes one of our problems (see problems.py): a page and a line in the log.

A page says what to do next and carries an incident number; it never shows a path, a version,
a query or a traceback, and the log never holds an exception's message.
"""

import logging
import traceback
from pathlib import Path

from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    render_template,
    request,
)
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from screening.services.throttle import TooManyAttempts
from screening.storage.failures import is_unavailable, sqlstate
from screening.storage.sealing import CannotUnseal
from screening.web.kept_forms import sent_to_prove
from screening.web.logs import LogEvent, log, request_id
from screening.web.parts import parts
from screening.web.problems import (
    ENDED,
    STALE,
    UNAVAILABLE,
    UNEXPECTED,
    UNREADABLE,
    Problem,
    problem_of,
)
from screening.web.sessions import kind_of
from screening.web.signed_in import current_staff
from screening.web.unreadable import unreadable_page

PROJECT = Path(__file__).resolve().parents[2]
RETRY_AFTER = "10"  # seconds


def install_errors(app: Flask) -> None:
    app.register_error_handler(Exception, answer_error)
    app.register_error_handler(HTTPException, answer_error)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.before_request(listen_for_damage)


def answer_error(error: Exception) -> AnyResponse:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        error = error.original_exception
    if isinstance(error, SecurityError):
        # Without a trusted host no address can be built, so no page either.
        return Response("This address is not served here.\n", 400, mimetype="text/plain")
    try:
        sent = sent_to_prove(error)
    except Exception as failure:  # then nothing could be kept, and that is what to say
        sent, error = None, failure
    if sent is not None:
        return sent
    problem = problem_of(error)
    note_problem(problem, error)
    response = page_of(problem, error)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(max(1, int(error.wait.total_seconds()) + 1))
    if problem.status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def note_problem(problem: Problem, error: Exception) -> None:
    if isinstance(error, TooManyAttempts):
        parts().metrics.note_throttled(error.bucket)
        log(LogEvent.THROTTLED, problem.level, bucket=error.bucket, request_id=request_id())
    elif problem.level >= logging.ERROR:
        log(
            LogEvent.PROBLEM,
            problem.level,
            kind=f"{type(error).__module__}.{type(error).__qualname__}",
            sqlstate=sqlstate(error),
            location=getattr(error, "place", None) or location_of(error),
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


def listen_for_damage() -> None:
    parts().database.keyring.notice = note_damage


def note_damage(place: str) -> None:
    """Once in a request, wherever it was noticed; a page may be shown around it."""
    if has_request_context() and place not in g.setdefault("damaged", set()):
        g.damaged.add(place)
        log(LogEvent.DAMAGED, logging.ERROR, place=place, request_id=request_id())


def location_of(error: BaseException) -> str | None:
    """The innermost line of our own code on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(PROJECT) and ".venv" not in path.parts:
            return f"{path.relative_to(PROJECT)}:{frame.lineno}"
    return None


def page_of(problem: Problem, error: Exception) -> AnyResponse:
    """The page in the clinic's look; a bare one where even that cannot be had."""
    if problem is not UNAVAILABLE:
        try:
            return make_response(_page(problem, error), problem.status)
        except Exception as failure:
            note_problem(UNEXPECTED, failure)
            problem = UNAVAILABLE if is_unavailable(failure) else problem
    # Not render_template: that would ask the database for the clinic.
    template = current_app.jinja_env.get_template("errors/bare.html")
    page = template.render(problem=problem, incident=request_id(), **posted())
    return make_response(page, problem.status)


def _page(problem: Problem, error: Exception) -> str:
    if isinstance(error, CannotUnseal) and problem is UNREADABLE:
        return unreadable_page(error, problem)
    staff = kind_of(request.path) == "staff"
    layout = "layout_clinic.html" if staff else "layout_patient.html"
    if problem in (STALE, ENDED):
        page, more = "errors/stale.html", posted()
    elif staff and problem.kind == "forbidden" and current_staff() is not None:
        page, more = "errors/no_right.html", posted()
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
