"""A real server whose clock can be set from outside, while it runs."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CalledProcessError

from bench.faults.other_time import FILE
from screening.web.parts import utc_now
from tests.browser.real_server import RealServer

# Debian's libfaketime; with it SQLite, waitress and Python itself see the other time as well.
LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")


def library() -> str:
    """LIBFAKETIME, or where Debian has it; empty where there is none."""
    found = (str(one) for name in LIBRARIES for one in Path("/").glob(name[1:]))
    return os.environ.get("LIBFAKETIME") or next(found, "")


class MovedServer(RealServer):
    """Starts as ever; `stands(timedelta)` says how far its clock is from ours."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._off, self.ahead = folder / "clock.txt", timedelta()
        self.stands(self.ahead)
        # Without the cache it looks at the file each time; monotonic clocks are left alone.
        faketime = {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._off),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        super().__init__(folder, **settings, **(faketime if library() else {FILE: str(self._off)}))

    def stands(self, ahead: timedelta) -> None:
        self.ahead = ahead
        beside = self._off.with_suffix(".new")
        beside.write_text(f"{ahead.total_seconds():+.0f}")
        beside.replace(self._off)

    @contextmanager
    def moved(self, ahead: timedelta) -> Iterator[None]:
        before = self.ahead
        self.stands(ahead)
        try:
            yield
        finally:
            self.stands(before)

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def refuses(self, *command: str) -> bool:
        """Whether it ends with anything but 0."""
        try:
            self.flask(*command)
        except CalledProcessError:
            return True
        return False

    def _command(self, *arguments: str) -> list[str]:  # type: ignore[override]
        if library():
            return super()._command(*arguments)
        return [sys.executable, "-m", "bench.faults.other_time", *arguments]
