"""DU-6: backups under load; each holds what had been promised, and a damaged one is refused."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.faults.crowd import Promises, crowd, somebody_is_promised
from bench.faults.kills import CLINIC, PATIENTS, compare, judge
from bench.faults.oracle import look_through
from bench.faults.results import Found
from bench.faults.timings import Timings
from config import EXAMPLE_KEY
from screening.storage.archive import ArchiveRefused
from screening.storage.backup import restore, tried_out
from screening.storage.sealed_stream import StreamRefused
from screening.storage.sealing import KeyRing
from tests.browser.real_server import RealServer
from tests.databases import postgres_server
from tests.kept import of_a_newer_program, one_byte_changed

TIMES = {True: 1, False: 50}
BYTES = {True: 3, False: 200}
REST = 3.0  # without it the last backups would hold so much that an hour would not do
KEYS = KeyRing(EXAMPLE_KEY)


def backups_on_sqlite(seed: int, quick: bool) -> Found:
    """Fifty by the command, each restored into an empty place and looked through."""
    with TemporaryDirectory() as folder:
        return _backed_up(Found("backups, SQLite", seed), Path(folder), None, quick)


def backups_on_postgresql(seed: int, quick: bool) -> Found:
    """The same on PostgreSQL."""
    with TemporaryDirectory() as folder, postgres_server() as server, server.fresh() as url:
        return _backed_up(Found("backups, PostgreSQL", seed), Path(folder), url, quick)


def _backed_up(found: Found, folder: Path, url: str | None, quick: bool) -> Found:
    kept, timings = folder / "kept", Timings()
    with RealServer(folder, **({"DATABASE_URL": url} if url else {})) as server:
        server.flask(*CLINIC)
        server.starts()
        server.flask("backup", str(kept))  # before anybody came
        with crowd([server.port], PATIENTS, found.seed, REST) as promises:
            for _ in range(TIMES[quick]):
                somebody_is_promised(promises)
                _one(found, server, kept, promises, timings)
        server.is_killed()
        judged = Found("", found.seed)
        judge(judged, promises, server.database_url)
    found.acknowledged, found.answers = judged.acknowledged, judged.answers
    found.lost += judged.lost
    found.errors += judged.errors + judged.answers.get("503", 0)
    oldest, early, *_ = sorted(kept.glob("*.backup"))
    found.control = _missing(Found("control", 0), oldest, promises)
    _refused(found, early, folder, BYTES[quick])
    found.remarks += timings.lines()
    return found


def _one(
    found: Found, server: RealServer, folder: Path, promises: Promises, timings: Timings
) -> None:
    with promises.lock:
        before = Promises(kept=dict(promises.kept))
    with timings.of("backup, with its trial restore"):
        server.flask("backup", str(folder))
    newest = max(folder.glob("*.backup"))
    found.tried += 1
    _missing(found, newest, before)


def _missing(found: Found, backup: Path, promises: Promises) -> int:
    """How much of what was promised before it began is not in it, or not whole."""
    with tried_out(backup, KEYS) as (copy, _):
        already = found.lost
        compare(found, promises, look_through(copy))
    return found.lost - already


def _refused(found: Found, backup: Path, folder: Path, times: int) -> None:
    """Whatever is wrong with it, nothing of it is restored."""
    random = Random(found.seed)  # noqa: S311 to be run again
    began = perf_counter()
    for damaged in one_byte_changed(backup, times, random):
        found.corrupt += _taken(damaged, KEYS, folder)
    found.corrupt += _taken(of_a_newer_program(backup, KEYS), KEYS, folder)
    found.corrupt += _taken(backup, KeyRing(bytes(range(1, 33))), folder)
    found.faults += times + 2
    found.remarks.append(f"{times + 2} refused in {perf_counter() - began:.0f} s")


def _taken(backup: Path, keys: KeyRing, folder: Path) -> bool:
    target = folder / "target.sqlite3"
    target.unlink(missing_ok=True)
    try:
        restore(f"sqlite:///{target}", keys, backup)
    except (StreamRefused, ArchiveRefused):
        return False
    return True
