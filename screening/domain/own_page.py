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
    """The clinic is looking at it once more, and what it decided may change."""
    CLOSED = "closed"


_STAGES = {
    Status.RECEIVED: Stage.RECEIVED,
    Status.IN_REVIEW: Stage.READING,
    Status.REOPENED: Stage.AGAIN,
    Status.WITHDRAWN: Stage.CLOSED,
}


def stage_of(status: Status, turn: Turn, question_open: bool, stopped: bool = False) -> Stage:
    """A question goes before everything else: it is the one thing that waits for the patient.

    ``stopped``: the clinic must look again, whether or not anything was decided.
    """
    if status is Status.WITHDRAWN:
        return Stage.CLOSED
    if question_open or turn is Turn.PATIENT:
        return Stage.ASKED
    if stopped:
        return Stage.AGAIN
    if status is Status.DECIDED:
        waits = turn in (Turn.CLINIC, Turn.SECOND)
        return Stage.AGAIN if waits else Stage.DECIDED
    return _STAGES[status]
