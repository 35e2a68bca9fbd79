"""The log: JSON lines of declared events with declared scalar fields, and nothing else.

No path (it may hold a token), no query, no body, no cookie, no exception message (it may hold
an answer).
"""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from enum import Enum

from flask import Flask, g, request
from werkzeug.wrappers import Response

from screening.web.parts import parts

logger = logging.getLogger("prelude")

METHODS = ("GET", "HEAD", "POST")
Scalar = str | int | float | bool | None


class LogEvent(Enum):
    """Event name and the exact fields it has."""

    REQUEST = ("request", "method route status ms request_id")
    PROBLEM = ("problem", "kind sqlstate location request_id")
    DAMAGED = ("damaged", "place request_id")
    REFUSED = ("refused", "kind status route request_id")
    VIOLATION = ("violation", "directive route request_id")
    THROTTLED = ("throttled", "bucket request_id")
    MAIL = ("mail", "kind outcome failure")
    FIELD_DROPPED = ("field-dropped", "event")

    def __init__(self, label: str, fields: str) -> None:
        self.label = label
        self.fields = frozenset(fields.split())


class UndeclaredField(Exception):
    """A log call with other fields than its event declares."""


def log(event: LogEvent, level: int = logging.INFO, **fields: Scalar) -> None:
    """In tests a wrong call fails; in production it is noted without its fields."""
    if fields.keys() != event.fields:
        if parts().config.environment == "test":
            raise UndeclaredField(f"{event.label}: {sorted(fields.keys() ^ event.fields)}")
        event, fields = LogEvent.FIELD_DROPPED, {"event": event.label}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"at": at, "level": logging.getLevelName(level), "event": event.label, **fields}
    logger.log(level, "%s", json.dumps(line))


def install_request_log(app: Flask) -> None:
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    # Flask's own logger prints tracebacks, and their last line is the exception's message.
    app.logger.handlers[:] = [logging.NullHandler()]
    app.logger.propagate = False
    app.before_request(begin)
    app.after_request(note_request)


def begin() -> None:
    g.request_id = parts().tokens(8).hex()
    g.begun = time.perf_counter()


def request_id() -> str | None:
    """Also the incident number on error pages; none if the request failed at the very door."""
    known: str | None = g.get("request_id")
    return known


def note_request(response: Response) -> Response:
    begun = g.pop("begun", None)
    if begun is not None:
        seconds = time.perf_counter() - begun
        route = request.url_rule.rule if request.url_rule else None
        log(
            LogEvent.REQUEST,
            method=request.method if request.method.isalpha() else "?",
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            request_id=request_id(),
        )
        method = request.method if request.method in METHODS else "other"
        parts().metrics.note_request(method, route or "none", response.status_code, seconds)
    return response
