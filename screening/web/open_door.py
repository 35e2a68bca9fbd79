"""The public start: what slows a program down and no person (AN-17), without a CAPTCHA.

Nothing here ever touches a form that was begun: a person loses nothing, at worst they wait.
Urgent advice comes before all of it.
"""

import logging
from datetime import datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from screening.services.throttle import Bucket, TooManyAttempts, address_block, admit
from screening.storage.database import Session
from screening.web.logs import LogEvent, log, request_id
from screening.web.parts import parts

TRAP = "topic"
"""A box that no person sees; a program that fills in whatever it finds fills it in."""
HOUR = timedelta(hours=1)
# A waiting room shares one address; a clinic that writes to all its patients has a busy hour.
FROM_ONE_ADDRESS = 30
FROM_EVERYBODY = 500
SHORTEST = timedelta(seconds=20)
"""Nobody reads and answers a whole questionnaire faster; people take minutes."""


def is_trapped(form: MultiDict[str, str]) -> bool:
    if not any(form.getlist(TRAP)):
        return False
    route = request.url_rule.rule if request.url_rule else None
    level, kind = logging.WARNING, "trapped"
    log(LogEvent.REFUSED, level, kind=kind, status=422, route=route, request_id=request_id())
    return True


def admit_start(transaction: Session) -> None:
    """Count one form that is begun. Raises TooManyAttempts."""
    if parts().config.guards_public_start:
        block = address_block(request.remote_addr)
        buckets = [
            Bucket("forms from one address", block, FROM_ONE_ADDRESS, HOUR),
            Bucket("forms from everybody", "", FROM_EVERYBODY, HOUR),
        ]
        admit(transaction, buckets, parts().clock())


def is_in_a_hurry(begun: datetime) -> bool:
    """Whether a form that was begun then is sent sooner than anybody could have read it."""
    return parts().config.guards_public_start and parts().clock() - begun < SHORTEST


def crowded(error: TooManyAttempts) -> ResponseReturnValue:
    """Later, please; what was typed stays on the page, and goes along with the button."""
    log(LogEvent.THROTTLED, logging.WARNING, bucket=error.bucket, request_id=request_id())
    seconds = max(1, int(error.wait.total_seconds()) + 1)
    fields = [(name, one) for name, one in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template(
        "patient/crowded.html", minutes=-(-seconds // 60), fields=fields, path=request.path
    )
    return page, 429, {"Retry-After": str(seconds)}
