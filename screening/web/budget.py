"""A little of something for everybody together, in this process."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

MOST = 60
WITHIN = timedelta(minutes=1)


class Budget:
    """So many in a minute from everybody together, in this process; the rest is not looked at."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: deque[datetime] = deque()

    def take(self, now: datetime) -> bool:
        with self._lock:
            while self._taken and now - self._taken[0] >= WITHIN:
                self._taken.popleft()
            if len(self._taken) >= MOST:
                return False
            self._taken.append(now)
            return True
