"""What browsers report of themselves: that a page of ours tried what our policy forbids.

Anybody may send such a report, so it is believed in nothing: kept are a directive that we know
and the template of a route that we have, both as counts and as one line of the log. No address,
no query and no piece of a page is kept or shown.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app
from flask import request as current_request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import RequestRedirect

from screening.web.guard import access
from screening.web.headers import CONTENT_SECURITY_POLICY
from screening.web.logs import LogEvent, log, request_id
from screening.web.parts import parts

AT_ONCE = 10
OTHER = "other"
KNOWN = frozenset(
    {part.split()[0] for part in CONTENT_SECURITY_POLICY.split("; ")}
    | {"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "trusted-types"}
    | {"frame-src", "worker-src", "object-src", "media-src", "manifest-src", "coop"}
)

blueprint = Blueprint("reports", __name__)


@blueprint.post("/reports")
@access("public", report=True)
def take_reports() -> Response:
    """Answered alike whatever becomes of them."""
    here = parts()
    for report in _reports(current_request.get_data()):
        if not here.reports.take(here.clock()):
            here.metrics.note_report("dropped")
            break
        directive, route = _directive(report), _route(report)
        here.metrics.note_report(directive)
        log(
            LogEvent.VIOLATION,
            logging.WARNING,
            directive=directive,
            route=route,
            request_id=request_id(),
        )
    return Response(status=204)


def _reports(body: bytes) -> Iterator[dict[str, Any]]:
    """Of both formats: one in an envelope (report-uri), or a list (the Reporting API)."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest from None
    for one in (said if isinstance(said, list) else [said])[:AT_ONCE]:
        if isinstance(one, dict):
            inner = one.get("csp-report", one.get("body"))
            if isinstance(inner, dict):
                yield {"document-uri": one.get("url"), "type": one.get("type"), **inner}


def _directive(report: dict[str, Any]) -> str:
    if report.get("type") == "coop":
        return "coop"
    for name in ("effectiveDirective", "effective-directive", "violated-directive"):
        said = str(report.get(name) or "").split(" ")[0]
        if said:
            return said if said in KNOWN else OTHER
    return OTHER


def _route(report: dict[str, Any]) -> str | None:
    """The template only: the address itself may hold a token."""
    said = str(report.get("documentURL") or report.get("document-uri") or "")
    try:
        path = urlsplit(said).path
        rule, _ = current_app.url_map.bind("").match(path, return_rule=True)
    except (ValueError, HTTPException, RequestRedirect):
        return None
    return str(rule.rule)
