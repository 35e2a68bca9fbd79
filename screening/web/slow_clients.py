"""Who is too slow loses the connection: slots are for those who have something to say (DU-9).

Waitress lets go of whoever is silent for two minutes, by a clock that can be set; a byte now and
then holds a slot for ever. Here every request has to arrive within a time, and every answer has
to be taken.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Any

from waitress.channel import HTTPChannel

from screening.web.early_answers import EarlyAnswer

# Seconds.
WHOLE_REQUEST = 20.0  # from its first byte to its last
SILENT = 20.0  # before the first request, or with an answer that is not taken
KEPT_OPEN = 75.0  # after an answer; longer than proxies keep theirs, or both would meet


class Channel(HTTPChannel):
    """Knows, by a clock that nobody can set, when it was heard last and since when it asks."""

    error_task_class = EarlyAnswer

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.heard = self.begun = monotonic()
        self.asked = 0
        super().__init__(*arguments, **named)

    def received(self, data: bytes) -> Any:
        self.heard = monotonic()
        if self.request is None:
            self.begun, self.asked = self.heard, self.asked + 1
        return super().received(data)

    def service(self) -> None:
        """Of requests sent at once, without waiting for answers, the first is answered.

        It says that the connection ends with it (RFC 9112, section 9.3.2), as no browser and no
        proxy needs more; else a kilobyte would ask for twenty pages that nobody takes.
        """
        with self.requests_lock:
            if len(self.requests) > 1:
                self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def handle_write(self) -> None:
        before = self.total_outbufs_len
        super().handle_write()
        if self.total_outbufs_len < before:
            self.heard = monotonic()

    def is_too_slow(self, now: float, *, crowded: bool = False) -> bool:
        """Never while the answer is being made: then it is we who are slow."""
        if self.requests:
            return False
        if self.request is not None:
            return now - self.begun > WHOLE_REQUEST
        idle = self.asked and not self.total_outbufs_len and not crowded
        return now - self.heard > (KEPT_OPEN if idle else SILENT)


def cut_off_the_slow(channels: Iterable[Channel], now: float, slots: int) -> None:
    """With more than half of the slots taken, nobody keeps one for later."""
    all_of_them = list(channels)
    crowded = len(all_of_them) > slots // 2
    for one in all_of_them:
        if one.is_too_slow(now, crowded=crowded):
            # Not will_close: that waits until more can be sent, which is never.
            one.handle_close()
