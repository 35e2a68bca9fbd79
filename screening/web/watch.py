"""One look at a time, at most one a second, and an answer in time even if a look hangs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic

from screening.domain.health import Finding, State
from screening.services.health import Findings

# Seconds.
BETWEEN = 1.0
PATIENCE = 1.5
GIVEN_UP = 15.0  # a look that hangs for good must not keep the app unready for good
HUNG: Findings = {"database": Finding(State.FAILED, "no answer in time")}


@dataclass(eq=False)
class _Look:
    began: float
    done: Event = field(default_factory=Event)
    findings: Findings = field(default_factory=lambda: HUNG)

    def take(self, look: Callable[[], Findings]) -> None:
        try:
            self.findings = look()
        finally:
            self.done.set()

    def serves(self, now: float) -> bool:
        """Still going on, or still fresh."""
        return now - self.began < (BETWEEN if self.done.is_set() else GIVEN_UP)


class Watch:
    """Shared by the threads of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest: _Look | None = None

    def findings(self, look: Callable[[], Findings]) -> Findings:
        latest = self._begun(look)
        left = latest.began + PATIENCE - monotonic()
        return latest.findings if latest.done.wait(max(0.0, left)) else HUNG

    def _begun(self, look: Callable[[], Findings]) -> _Look:
        """In a thread of its own, which may hang as long as the database does."""
        with self._lock:
            latest, now = self._latest, monotonic()
            if latest is None or not latest.serves(now):
                self._latest = latest = _Look(now)
                Thread(target=latest.take, args=(look,), daemon=True).start()
            return latest
