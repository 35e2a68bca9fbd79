"""The server is killed under load, again and again: no promise is broken."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

from sqlalchemy import text

from bench.faults.crowd import Promises, crowd, somebody_is_promised
from bench.faults.oracle import Seen, look_through
from bench.faults.results import Found
from config import EXAMPLE_KEY
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.browser.real_server import RealServer
from tests.databases import postgres_server

QUICK, FULL = 1, 200
PATIENTS = 6
CLINIC = (
    "set-clinic", "--name", "Juniper Skin Clinic (demo)", "--phone", "020 7946 0100",
    "--emergency-number", "999", "--urgent-line", "NHS 111", "--jurisdiction", "england",
    "--time-zone", "Europe/London", "--modality", "mechanical", "--public-start",
)  # fmt: skip


def kills_on_sqlite(seed: int, quick: bool) -> Found:
    """kill -9 of the server's process group in the middle of requests, on SQLite."""
    with TemporaryDirectory() as folder:
        return _killed(Found("kill -9, SQLite", seed), Path(folder), None, quick)


def kills_on_postgresql(seed: int, quick: bool) -> Found:
    """The same on PostgreSQL, which itself stays."""
    with TemporaryDirectory() as folder, postgres_server() as server, server.fresh() as url:
        return _killed(Found("kill -9, PostgreSQL", seed), Path(folder), url, quick)


def _killed(found: Found, folder: Path, url: str | None, quick: bool) -> Found:
    random = Random(found.seed)  # noqa: S311 to be run again
    with RealServer(folder, **({"DATABASE_URL": url} if url else {})) as server:
        server.flask(*CLINIC)
        server.starts()
        with crowd([server.port], PATIENTS, found.seed) as promises:
            for _ in range(QUICK if quick else FULL):
                sleep(random.uniform(0.3, 2.0))
                server.is_killed()
                found.faults += 1
                server.starts()
            somebody_is_promised(promises)
        server.is_killed()
        judge(found, promises, server.database_url)
    return found


def judge(found: Found, promises: Promises, url: str) -> None:
    """What was promised against what is there; the control takes one away and adds one."""
    found.tried, found.acknowledged = promises.began, len(promises.kept)
    found.answers = {str(status): count for status, count in sorted(promises.statuses.items())}
    found.errors += len(promises.lacking)
    found.remarks += sorted(set(promises.lacking))[:10]
    found.errors += sum(
        n for status, n in promises.statuses.items() if status >= 500 and status != 503
    )
    database = Database(url, KeyRing(EXAMPLE_KEY))
    seen = look_through(database)
    compare(found, promises, seen)
    found.control = _control(database, promises)
    database.close()


def compare(found: Found, promises: Promises, seen: Seen) -> None:
    """What is wrong is added to what was found before."""
    found.lost += sum(one not in seen.references for one in promises.kept)
    found.duplicated += sum(count > 1 for count in seen.references.values())
    found.corrupt += len(seen.wrong)
    found.remarks += seen.wrong[:10]
    for reference, answers in promises.kept.items():
        if seen.answers.get(reference, answers) != answers:
            found.corrupt += 1
            kept = seen.answers[reference]
            differ = sorted(n for n in {*kept, *answers} if kept.get(n) != answers.get(n))
            found.remarks.append(f"not kept as sent: {', '.join(differ)}")


def _control(database: Database, promises: Promises) -> int:
    """One promise is broken on purpose: the oracle must say so."""
    if not promises.kept:
        return 0
    with database.write() as session:
        session.execute(
            text("UPDATE submissions SET reference = 'GONE' WHERE reference = :one"),
            {"one": next(iter(promises.kept))},
        )
    probe = Found("control", 0)
    compare(probe, promises, look_through(database))
    return probe.lost
