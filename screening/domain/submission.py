"""A submission's status: derived from facts, and the only transitions that are allowed.

received → in review (first viewed) → decided; a decided one may be reopened or decided anew;
until it is withdrawn. One that is not decided waits already: reopening changes nothing there.
Nothing leads out of withdrawn. Nobody stores a status: it follows from what happened, and
replaying what happened gives the same one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce


class Status(StrEnum):
    """Where a submission is."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"

    @property
    def needs_decision(self) -> bool:
        """Is it the clinic's turn."""
        return self in (Status.RECEIVED, Status.IN_REVIEW, Status.REOPENED)


class Happening(StrEnum):
    """What can happen to an episode; received is also each edition that follows the first."""

    RECEIVED = "received"
    VIEWED = "viewed"
    DECIDED = "decided"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


# A decision from "received" is missing on purpose: nobody decides on what nobody has opened.
TRANSITIONS: Mapping[tuple[Status, Happening], Status] = {
    (Status.RECEIVED, Happening.RECEIVED): Status.RECEIVED,
    (Status.IN_REVIEW, Happening.RECEIVED): Status.RECEIVED,
    (Status.DECIDED, Happening.RECEIVED): Status.REOPENED,
    (Status.REOPENED, Happening.RECEIVED): Status.REOPENED,
    (Status.RECEIVED, Happening.VIEWED): Status.IN_REVIEW,
    (Status.RECEIVED, Happening.REOPENED): Status.RECEIVED,
    (Status.RECEIVED, Happening.WITHDRAWN): Status.WITHDRAWN,
    (Status.IN_REVIEW, Happening.VIEWED): Status.IN_REVIEW,
    (Status.IN_REVIEW, Happening.DECIDED): Status.DECIDED,
    (Status.IN_REVIEW, Happening.REOPENED): Status.IN_REVIEW,
    (Status.IN_REVIEW, Happening.WITHDRAWN): Status.WITHDRAWN,
    (Status.DECIDED, Happening.VIEWED): Status.DECIDED,
    (Status.DECIDED, Happening.DECIDED): Status.DECIDED,
    (Status.DECIDED, Happening.REOPENED): Status.REOPENED,
    (Status.DECIDED, Happening.WITHDRAWN): Status.WITHDRAWN,
    (Status.REOPENED, Happening.VIEWED): Status.REOPENED,
    (Status.REOPENED, Happening.DECIDED): Status.DECIDED,
    (Status.REOPENED, Happening.REOPENED): Status.REOPENED,
    (Status.REOPENED, Happening.WITHDRAWN): Status.WITHDRAWN,
    (Status.WITHDRAWN, Happening.VIEWED): Status.WITHDRAWN,
}

# What the audit log calls these happenings; every other event leaves the status alone.
EVENTS: Mapping[str, Happening] = {
    "submission.received": Happening.RECEIVED,
    "submission.viewed": Happening.VIEWED,
    "review.decided": Happening.DECIDED,
    "submission.reopened": Happening.REOPENED,
    "submission.age-stop": Happening.REOPENED,
    "review.agreed": Happening.DECIDED,
    "submission.withdrawn": Happening.WITHDRAWN,
}


class Turn(StrEnum):
    """Whose turn it is; derived on the day it is asked for, never stored."""

    CLINIC = "clinic"
    SECOND = "second"
    PATIENT = "patient"
    LATER = "later"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Standing:
    """What was last decided, as far as it says whose turn it is.

    ``proposed``: a decision is waiting for a second clinician. ``asks`` and ``defer_until`` come
    from the latest decision that has effect. ``withdrawn`` questions count as not asked.
    """

    proposed: bool = False
    asks: bool = False
    defer_until: date | None = None

    def turn(self, status: Status, today: date) -> Turn:
        """A deferral whose day has come is the clinic's turn again, without anybody's doing."""
        if status is Status.WITHDRAWN:
            return Turn.NOBODY
        if self.proposed:
            return Turn.SECOND
        if status.needs_decision:
            return Turn.CLINIC
        if self.asks:
            return Turn.PATIENT
        if self.defer_until is not None:
            return Turn.LATER if today < self.defer_until else Turn.CLINIC
        return Turn.NOBODY


class TransitionForbidden(ValueError):
    """This cannot happen to a submission in this status."""

    def __init__(self, status: Status, happening: Happening) -> None:
        super().__init__(f"a submission that is {status} cannot be {happening}")
        self.status = status
        self.happening = happening


@dataclass(frozen=True, slots=True)
class Facts:
    """The times from which the status follows; None where it never happened."""

    first_viewed_at: datetime | None = None
    last_decided_at: datetime | None = None
    last_reopened_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def status(self) -> Status:
        if self.withdrawn_at is not None:
            return Status.WITHDRAWN
        if self.last_decided_at is None:
            return Status.RECEIVED if self.first_viewed_at is None else Status.IN_REVIEW
        reopened = self.last_reopened_at
        # A tie counts as reopened: looking once more is the safe mistake.
        if reopened is not None and reopened >= self.last_decided_at:
            return Status.REOPENED
        return Status.DECIDED


def after(status: Status, happening: Happening) -> Status:
    """The next status; TransitionForbidden where the table has none."""
    try:
        return TRANSITIONS[status, happening]
    except KeyError:
        raise TransitionForbidden(status, happening) from None


def replay(event_names: Iterable[str]) -> Status:
    """The status to which the audit events of an episode lead, in their order."""
    happenings = (EVENTS[name] for name in event_names if name in EVENTS)
    return reduce(after, happenings, Status.RECEIVED)
