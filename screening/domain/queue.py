"""The order in which submissions wait for a clinician.

First those that need a decision and carry a stop or review flag, then the other undecided ones;
within each by the day of the visit (none named: last), then by how long they have waited. What
is decided follows, the latest decision first: it stays in sight but asks for nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from screening.domain.protocol import Level
from screening.domain.submission import Status


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that decides where one submission stands."""

    status: Status
    level: Level
    treatment_date: date | None
    received_at: datetime
    decided_at: datetime | None = None

    @property
    def flagged(self) -> bool:
        return self.level >= Level.REVIEW

    @property
    def key(self) -> tuple[bool, bool, date, float]:
        """Sorts first what is needed first."""
        if not self.status.needs_decision:
            latest = self.decided_at or self.received_at
            return (True, False, date.max, -latest.timestamp())
        visit = self.treatment_date or date.max
        return (False, not self.flagged, visit, self.received_at.timestamp())
