"""Invitation: the clinic's request to one patient for one visit, and how far it has come."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from screening.domain.clinic import Clinic

LINK_LIFE = timedelta(days=30)


class State(StrEnum):
    """Derived from facts; nothing is stored."""

    MADE = "made"
    BEGUN = "begun"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened to an invitation so far."""

    expires_at: datetime
    opened: bool = False
    answered: bool = False
    revoked: bool = False

    def state(self, now: datetime) -> State:
        """What was answered stays answered, whatever came of its link."""
        if self.answered:
            return State.ANSWERED
        if self.revoked:
            return State.REVOKED
        if self.expires_at <= now:
            return State.EXPIRED
        return State.BEGUN if self.opened else State.MADE


def link_end(clinic: Clinic, visit: date, now: datetime) -> datetime:
    """A link opens for 30 days and never beyond the day of the visit, which is the clinic's day."""
    after = datetime.combine(visit + timedelta(days=1), time.min, clinic.zone)
    return min(now + LINK_LIFE, after.astimezone(now.tzinfo))
