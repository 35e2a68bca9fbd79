"""AU-4: whoever owns the database rewrites the audit log, in every way we know of."""

from contextlib import closing
from random import Random

from bench.faults.results import Found
from config import EXAMPLE_KEY
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.databases import postgres_server, sqlite_files
from tests.tamperings import TAMPERINGS, cut_off_with_the_head, tampered, thirty_events

TIMES = {True: 2, False: 75}  # each of sixteen: 1,200


def tampering_on_sqlite(seed: int, quick: bool) -> Found:
    """A thousand changes, cuts, additions and exchanges: each is found, and called by its name."""
    with sqlite_files() as files, files.fresh() as url:
        return _tampered(Found("tampering, SQLite", seed), url, quick)


def tampering_on_postgresql(seed: int, quick: bool) -> Found:
    """The same on PostgreSQL."""
    with postgres_server() as server, server.fresh() as url:
        return _tampered(Found("tampering, PostgreSQL", seed), url, quick)


def _tampered(found: Found, url: str, quick: bool) -> Found:
    random = Random(found.seed)  # noqa: S311 to be run again
    with closing(Database(url, KeyRing(EXAMPLE_KEY))) as database:
        thirty_events(database, Clock())
        with database.read() as session:
            written_down = check_chain(session).head
        for one in TAMPERINGS * TIMES[quick]:
            fault, seen = tampered(database, one, random, written_down)
            found.tried += 1
            found.faults += 1
            found.lost += seen.broken is None
            found.errors += seen.broken is not None and seen.broken.fault != fault
            name = one.__name__
            found.answers[name] = found.answers.get(name, 0) + 1
        with database.read() as session:
            found.corrupt += check_chain(session, [written_down]).broken is not None
        # Without what was written down elsewhere, one of them cannot be seen: a miss is counted.
        _, seen = tampered(database, cut_off_with_the_head, random)
        found.control = int(seen.broken is None)
    return found
