"""The words for levels, statuses and decisions."""

from datetime import date

from screening.domain.protocol import Level
from screening.domain.review import Disposition
from screening.domain.submission import Status
from screening.web.texts import long_date

LEVELS = {
    Level.STOP: "Stop",
    Level.REVIEW: "Review",
    Level.CAUTION: "Caution",
    Level.INFO: "Info only",
}
STATUSES = {
    Status.RECEIVED: ("New", "new"),
    Status.IN_REVIEW: ("In review", "open"),
    Status.DECIDED: ("Decided", "done"),
    Status.REOPENED: ("Reopened", "new"),
    Status.WITHDRAWN: ("Withdrawn", "neutral"),
}
DISPOSITIONS = {
    Disposition.PROCEED: "Proceed",
    Disposition.PROCEED_WITH_PRECAUTIONS: "Proceed with precautions",
    Disposition.DEFER: "Defer until a date",
    Disposition.DO_NOT_TREAT: "Do not treat",
    Disposition.ASK_PATIENT: "Ask the patient",
}


def disposition_words(disposition: str, defer_until: date | None) -> str:
    """`Proceed`, `Defer until 14 January 2027`."""
    if defer_until is not None:
        return f"Defer until {long_date(defer_until)}"
    return DISPOSITIONS[Disposition(disposition)]
