"""A safety check takes a minute or two: it runs beside the requests, one at a time in a process.

What it finds is kept like any other check. If the process ends meanwhile nothing is kept, and the
version's page offers the check again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread

from flask import Flask, current_app

from screening.domain.audit import Actor
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.verify.proof import verify
from screening.services import publishing
from screening.web.errors import note_problem
from screening.web.parts import parts
from screening.web.problems import UNEXPECTED
from screening.web.surroundings import current_clinic
from screening.web.texts import long_time

SOON = 2.0  # seconds; a small protocol is checked by then, and its page shows what was found
KEY = "prelude-checking"
BEGUN = "Its check began on {} and is running. You may leave this page and come back."
BROKEN = "The last check broke off before its end: nothing was found out. Check it again."


@dataclass
class Checking:
    """The check that runs in this process, and the versions of which one broke off.

    `thread` is that of the latest one.
    """

    key: str = ""
    since: datetime | None = None
    broken: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)
    thread: Thread | None = None

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


@dataclass(frozen=True, slots=True)
class Told:
    """For the page of a version; no words where there is nothing to say."""

    running: bool
    words: str


def checking(app: Flask) -> Checking:
    found: Checking = app.extensions.setdefault(KEY, Checking())
    return found


def check_beside(protocol: ScreeningProtocol, actor: Actor) -> bool:
    """Begin to check this version; False while another one is checked."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    here = checking(app)
    if not here.begin(protocol.key, parts().clock()):
        return here.key == protocol.key  # pressed twice: it runs
    here.thread = Thread(target=_run, args=(app, protocol, actor), daemon=True)
    here.thread.start()
    here.thread.join(SOON)
    return True


def _run(app: Flask, protocol: ScreeningProtocol, actor: Actor) -> None:
    """Nobody waits for its error: that is logged, and the version's page says it broke off."""
    whole = False
    with app.app_context():
        try:
            _check(protocol, actor)
            whole = True
        except Exception as error:  # whatever it is, the next check may begin
            note_problem(UNEXPECTED, error)
        finally:
            checking(app).end(whole=whole)


def _check(protocol: ScreeningProtocol, actor: Actor) -> None:
    """No transaction is open while it takes its time."""
    report, here = verify(protocol), parts()
    with here.database.write() as session:
        publishing.note_check(session, report, actor, here.clock(), here.tokens)


def checking_of(protocol: ScreeningProtocol) -> Told:
    """Whether this version is being checked just now, or its check broke off."""
    here = checking(current_app)
    if here.key == protocol.key and here.since:
        since = long_time(here.since, current_clinic().time_zone)
        return Told(running=True, words=BEGUN.format(since))
    return Told(running=False, words=BROKEN if protocol.key in here.broken else "")
