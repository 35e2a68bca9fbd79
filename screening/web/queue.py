"""The words for levels, statuses and decisions, and how a list names a patient."""

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
LONGEST_NAME = 40


def short_name(name: str) -> str:
    """First name and initial: a list shows no more of a person than it must (PR-9)."""
    words = [word for word in name.split() if word[0].isalpha()]
    first, *others = words or [name or "(no name)"]
    shown = f"{first} {others[-1][0]}." if others else first
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def disposition_words(disposition: str, defer_until: date | None) -> str:
    """`Proceed`, `Defer until 14 January 2027`."""
    if defer_until is not None:
        return f"Defer until {long_date(defer_until)}"
    return DISPOSITIONS[Disposition(disposition)]
