"""The one table from exception to status, page and log level."""

import logging
from dataclasses import dataclass

from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from screening.services.keeping import TooManyPages
from screening.services.protocol_life import ProtocolAltered
from screening.services.throttle import TooManyAttempts
from screening.storage.audit_chain import NoChain
from screening.storage.clinic import ClinicNotSet
from screening.storage.failures import is_unavailable
from screening.storage.sealing import CannotUnseal
from screening.storage.sealings import KeyUsedUp
from screening.web.guard import SessionEnded, is_admitted


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
    # No fault of this moment: it is as damaged at the next attempt, until a backup is restored.
    "cannot-read", 410, "This record cannot be read",
    "It is damaged or was moved. Everything else still works. Tell whoever runs this system.",
    logging.ERROR,
)  # fmt: skip
KEY_USED_UP = Problem(
    "key-used-up", 503, "Nothing can be saved just now",
    "Call the clinic. Staff: the key is used up; whoever runs this system makes a new one with "
    "flask new-key.",
    logging.ERROR,
)  # fmt: skip
NO_WITNESS = Problem(
    "no-witness", 503, "Nothing can be saved or opened just now",
    "What is done here cannot be witnessed. Tell whoever runs this system; flask doctor says more.",
    logging.ERROR,
)  # fmt: skip
NOT_SET_UP = Problem(
    "clinic-not-set", 503, "Not ready yet", "The clinic has not finished setting this up.",
    logging.ERROR,
)  # fmt: skip
PROTOCOL_ALTERED = Problem(
    "protocol-altered", 503, "This form is closed for now",
    "Call the clinic. Staff: a protocol is not the version that was approved here.",
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
TOO_MANY_PAGES = Problem(
    "too-many-pages", 429, "This form has been saved too often",
    "What you answered before is kept, and you can still send it. Or call the clinic.",
    logging.WARNING,
)  # fmt: skip
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
    (TooManyPages, TOO_MANY_PAGES),
    (NoChain, NO_WITNESS),
    (KeyUsedUp, KEY_USED_UP),
    (CannotUnseal, UNREADABLE),
    (ClinicNotSet, NOT_SET_UP),
    (ProtocolAltered, PROTOCOL_ALTERED),
)


def problem_of(error: Exception) -> Problem:
    if isinstance(error, CSRFError) and not is_admitted():
        return ENDED
    for kind, problem in BY_TYPE:
        if isinstance(error, kind):
            return problem
    if is_unavailable(error):
        return UNAVAILABLE
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return BY_STATUS.get(error.code or 400, BAD_REQUEST)
    return UNEXPECTED
