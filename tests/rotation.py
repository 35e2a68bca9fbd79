"""A change of keys under load: people write and read while the job runs and is killed."""

import os
import random
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from screening.services.rekeying import standing
from screening.services.search_terms import index
from screening.storage import drafts, submissions
from screening.storage.database import Database
from tests.clinic_cases import PROTOCOL
from tests.clock import MONDAY_MORNING
from tests.many import many_submissions
from tests.stored import a_draft, id_of

ROOT = Path(__file__).resolve().parents[1]
NEWCOMERS = 1_000_000  # the number of the first submission that arrives meanwhile
PATIENCE = 60


def rekey_job(url: str, keys: tuple[bytes, ...], said: Path) -> subprocess.Popen[bytes]:
    """`flask rekey` as a process of its own, as somebody would start it."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "PRELUDE_KEY": " ".join(b64encode(key).decode() for key in keys),
        "PRELUDE_ENVIRONMENT": "test",
    }
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "rekey"]
    with said.open("ab") as file:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)


def remaining(database: Database) -> int:
    with database.read() as session:
        return standing(session).remaining


def killed_half_way(job: subprocess.Popen[bytes], database: Database) -> bool:
    """SIGKILL once it has sealed something; False if it had ended before."""
    before, until = remaining(database), monotonic() + PATIENCE
    while job.poll() is None and monotonic() < until:
        if remaining(database) < before:
            job.send_signal(signal.SIGKILL)
            return job.wait(PATIENCE) == -signal.SIGKILL
        sleep(0.02)
    job.kill()
    job.wait(PATIENCE)
    return False


@dataclass
class Load:
    """Threads that work until they are told to stop; what was acknowledged, what went wrong."""

    database: Database
    count: int
    visit: Callable[[str], int]  # opens a page, gives its status
    seed: int = 5
    received: list[int] = field(default_factory=list)
    saved: int = 0
    reads: int = 0
    pages: list[int] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Load":
        for work in (self._receives, self._saves, self._reads, self._visits):
            thread = threading.Thread(target=self._until_over, args=(work,))
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _until_over(self, work: Callable[[random.Random], None]) -> None:
        chance = random.Random(self.seed)
        try:
            while not self._over.is_set():
                work(chance)
                sleep(0.02)
        except BaseException as failure:
            self.failures.append(failure)

    def _receives(self, _chance: random.Random) -> None:
        number = NEWCOMERS + len(self.received)
        (record,) = many_submissions(1, number)
        with self.database.write() as session:
            assert submissions.add_submission(session, record)
            index(session, PROTOCOL, record)
        self.received.append(number)

    def _saves(self, _chance: random.Random) -> None:
        draft = a_draft()
        with self.database.write() as session:
            kept = drafts.read_draft(session, draft.id, MONDAY_MORNING)
            assert kept is not None
            assert kept.body["count"] == self.saved
            body = {"count": self.saved + 1}
            drafts.save_draft(session, draft.id, body, MONDAY_MORNING, draft.expires_at)
        self.saved += 1

    def _reads(self, chance: random.Random) -> None:
        with self.database.read() as session:
            assert submissions.read_submission(session, id_of(chance.randint(1, self.count)))
        self.reads += 1

    def _visits(self, chance: random.Random) -> None:
        number = id_of(chance.randint(1, self.count))
        self.pages.append(self.visit(f"/clinic/submissions/{number}"))
