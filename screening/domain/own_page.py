"""What a patient is told about where their form stands; never why."""

from enum import StrEnum

from screening.domain.submission import Status, Turn


class Stage(StrEnum):
    """Where a form stands, in a patient's terms."""

    RECEIVED = "received"
    READING = "reading"
    ASKED = "asked"
    DECIDED = "decided"
    AGAIN = "again"
    """Something was decided, and the clinic is looking at it once more."""
    CLOSED = "closed"


_STAGES = {
    Status.RECEIVED: Stage.RECEIVED,
    Status.IN_REVIEW: Stage.READING,
    Status.REOPENED: Stage.AGAIN,
    Status.WITHDRAWN: Stage.CLOSED,
}


def stage_of(status: Status, turn: Turn, question_open: bool) -> Stage:
    """A question goes before everything else: it is the one thing that waits for the patient."""
    if status is Status.WITHDRAWN:
        return Stage.CLOSED
    if question_open or turn is Turn.PATIENT:
        return Stage.ASKED
    if status is Status.DECIDED:
        waits = turn in (Turn.CLINIC, Turn.SECOND)
        return Stage.AGAIN if waits else Stage.DECIDED
    return _STAGES[status]
