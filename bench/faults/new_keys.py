"""DR-4: the keys change while people write and read, and the job is killed again and again."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from bench.faults.results import Found
from bench.faults.workshop import a_clinic
from config import EXAMPLE_KEY, Config
from screening.app import create_app
from screening.storage import drafts, submissions
from screening.storage.clinic import write_clinic
from screening.storage.database import Database
from screening.storage.sealing import CannotUnseal, KeyRing
from screening.storage.search import find_episodes
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.databases import postgres_server, sqlite_files
from tests.many import add_many, many_submissions
from tests.rotation import Load, killed_half_way, rekey_job, remaining
from tests.stored import a_draft

NEW = bytes(range(60, 92))
ROWS = {True: 100, False: 10_000}
KILLS = {True: 1, False: 20}
AN_HOUR = 3600


def new_keys_on_sqlite(seed: int, quick: bool) -> Found:
    """Ten thousand submissions sealed anew, the job killed twenty times: all can be read."""
    with sqlite_files() as files, files.fresh() as url:
        return _changed(Found("new keys, SQLite", seed), url, quick)


def new_keys_on_postgresql(seed: int, quick: bool) -> Found:
    """The same on PostgreSQL."""
    with postgres_server() as server, server.fresh() as url:
        return _changed(Found("new keys, PostgreSQL", seed), url, quick)


def _changed(found: Found, url: str, quick: bool) -> Found:
    config, clock = Config(url, EXAMPLE_KEY, environment="test", second_factor=False), Clock()
    with closing(Database(url, KeyRing(EXAMPLE_KEY))) as before:
        _fill(before, ROWS[quick], clock)
    app = create_app(replace(config, master_key=NEW, older_keys=(EXAMPLE_KEY,)), clock=clock)
    with closing(app.extensions["prelude"].database) as database:
        database.check_key()
        load = _rekeyed_under_load(found, app, url, ROWS[quick], KILLS[quick])
        found.remarks.append(
            f"meanwhile {len(load.received)} received, {load.saved} saved, {load.reads} read, "
            f"{len(load.pages)} pages opened"
        )
    with closing(Database(url, KeyRing(NEW))) as alone:
        alone.check_key()
        found.lost += remaining(alone)
        found.corrupt += _unlike(alone, [*range(1, ROWS[quick] + 1), *load.received])
        found.lost += _draft_is_lost(alone, load.saved, clock)
    found.control = _with_neither_key(url)
    return found


def _fill(database: Database, rows: int, clock: Clock) -> None:
    database.check_key()
    with database.write() as session:
        write_clinic(session, a_clinic(), clock())
        drafts.add_draft(session, a_draft(body={"count": 0}))
    add_many(database, rows)


def _rekeyed_under_load(found: Found, app: Flask, url: str, rows: int, kills: int) -> Load:
    client, database = app.test_client(), app.extensions["prelude"].database
    Clinician(client, database).joins(app.extensions["prelude"].clock()).signs_in()
    keys = (NEW, EXAMPLE_KEY)
    with (
        TemporaryDirectory() as folder,
        Load(database, rows, lambda address: client.get(address).status_code) as load,
    ):
        said = Path(folder) / "said.txt"
        for _ in range(kills):
            found.faults += killed_half_way(rekey_job(url, keys, said), database)
        found.errors += rekey_job(url, keys, said).wait(AN_HOUR) != 0
    found.tried, found.acknowledged = rows, len(load.received) + load.saved
    found.errors += len(load.failures) + sum(status != 200 for status in load.pages)
    found.remarks += [type(one).__name__ for one in load.failures]
    return load


def _unlike(database: Database, numbers: list[int]) -> int:
    """How many cannot be read, found by name, or are not what was sent."""
    wrong = 0
    with database.read() as session:
        for number in numbers:
            (sent,) = many_submissions(1, number)
            try:
                kept = submissions.read_submission(session, sent.id)
            except CannotUnseal:
                kept = None
            same = kept and (kept.answers, kept.identity) == (sent.answers, sent.identity)
            wrong += not same or find_episodes(session, "word", f"number{number}") != {sent.id}
    return wrong


def _draft_is_lost(database: Database, saved: int, clock: Clock) -> bool:
    with database.read() as session:
        draft = drafts.read_draft(session, a_draft().id, clock())
    return draft is None or draft.body != {"count": saved}


def _with_neither_key(url: str) -> int:
    """Under a key that sealed nothing the same look finds every row wrong."""
    with closing(Database(url, KeyRing(bytes(32)))) as stranger:
        return _unlike(stranger, [1, 2, 3])
