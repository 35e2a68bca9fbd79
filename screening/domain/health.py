"""Is the app able to do its work: what was looked at, what was found, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LOW_BYTES, LOW_SHARE = 500_000_000, 0.10
FULL_BYTES = 1_000_000
MAIL_LATE = timedelta(minutes=15)
BACKUP_DUE = timedelta(hours=26)  # nightly, and two hours for a late one


class State(StrEnum):
    """Only what failed makes the app unready; a warning is for whoever watches it."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    state: State
    words: str = ""

    def __str__(self) -> str:
        return f"{self.state}: {self.words}" if self.words else str(self.state)


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes."""

    free: int
    total: int

    @property
    def finding(self) -> Finding:
        words = f"{self.free // 1_000_000} MB of {self.total // 1_000_000} MB free"
        if self.free < FULL_BYTES:
            return Finding(State.FAILED, words)
        low = self.free < LOW_BYTES or self.free < LOW_SHARE * self.total
        return Finding(State.WARNING if low else State.OK, words)


def backup_finding(last: datetime | None, now: datetime) -> Finding:
    if last is None:
        return Finding(State.WARNING, "none known")
    hours = int((now - last).total_seconds() // 3600)
    late = now - last > BACKUP_DUE
    return Finding(State.WARNING if late else State.OK, f"{hours} hours ago")


def outbox_finding(waiting_since: datetime | None, given_up: int, now: datetime) -> Finding:
    """A mail server that is away is not the app's own illness: never worse than a warning."""
    said = [f"{given_up} given up"] if given_up else []
    late = waiting_since is not None and now - waiting_since > MAIL_LATE
    if waiting_since is not None and late:
        minutes = int((now - waiting_since).total_seconds() // 60)
        said.insert(0, f"a message has waited {minutes} minutes")
    return Finding(State.WARNING if said else State.OK, ", ".join(said))


def is_ready(findings: Mapping[str, Finding]) -> bool:
    return all(one.state is not State.FAILED for one in findings.values())
