"""A safety check takes a minute or two: it runs beside the requests, one at a time in a process.

What it finds is kept like any other check. If the process ends meanwhile nothing is kept, and the
version's page offers the check again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread

from flask import Flask, current_app

from screening.domain.audit import Actor
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.verify.proof import verify
from screening.services import publishing
from screening.web.logs import LogEvent, log
from screening.web.parts import parts

SOON = 2.0  # seconds; a small protocol is checked by then, and its page shows what was found
KEY = "prelude-checking"
EVENT = "protocol-check"


@dataclass
class Checking:
    """The check that runs in this process, and the versions of which one broke off."""

    key: str = ""
    since: datetime | None = None
    broken: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def begin(self, key: str, since: datetime) -> bool:
        """Whether it may begin; no while another one runs."""
        with self.lock:
            if self.key:
                return False
            self.key, self.since = key, since
            self.broken.discard(key)
            return True

    def end(self, *, whole: bool) -> None:
        with self.lock:
            self.broken |= set() if whole else {self.key}
            self.key, self.since = "", None


def checking(app: Flask) -> Checking:
    found: Checking = app.extensions.setdefault(KEY, Checking())
    return found


def check_beside(protocol: ScreeningProtocol, actor: Actor) -> bool:
    """Begin to check this version; False while another one is checked."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    here = checking(app)
    if not here.begin(protocol.key, parts().clock()):
        return here.key == protocol.key  # pressed twice: it runs
    thread = Thread(target=_run, args=(app, protocol, actor), name=EVENT, daemon=True)
    thread.start()
    thread.join(SOON)
    return True


def _run(app: Flask, protocol: ScreeningProtocol, actor: Actor) -> None:
    with app.app_context():
        whole = _safely(lambda: _check(protocol, actor), actor)
        checking(app).end(whole=whole)


def _check(protocol: ScreeningProtocol, actor: Actor) -> None:
    """No transaction is open while it takes its time."""
    report, here = verify(protocol), parts()
    with here.database.write() as session:
        publishing.note_check(session, report, actor, here.clock(), here.tokens)


def _safely(check: Callable[[], None], actor: Actor) -> bool:
    """Nobody waits for an error of a thread: it is logged, and said on the version's page."""
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the next check may begin
        kind = type(error).__name__
        log(
            LogEvent.PROBLEM,
            logging.ERROR,
            kind=kind,
            sqlstate=None,
            location=EVENT,
            request_id=actor.request_id,
        )
        return False
    return True
