"""5.19: the keys change under load, and the job is killed again and again: nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.storage import drafts, submissions
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.storage.search import find_episodes
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.many import add_many, many_submissions
from tests.rotation import Load, killed_half_way, rekey_job, remaining
from tests.stored import a_draft

NEW = bytes(range(60, 92))
COUNT, KILLS = 250, 3


@pytest.fixture
def served(app: Flask, database: Database, config: Config, clock: Clock) -> Flask:
    """A clinic with submissions under the old key, started again with a new one above it."""
    database.check_key()
    add_many(database, COUNT)
    with database.write() as session:
        drafts.add_draft(session, a_draft(body={"count": 0}))
    app.extensions["prelude"].database.close()
    config = replace(config, master_key=NEW, older_keys=(EXAMPLE_KEY,))
    app.extensions["prelude"] = parts_for(config, clock=clock)
    app.extensions["prelude"].database.check_key()
    return app


@pytest.mark.thorough
def test_nothing_is_lost_nor_unreadable_while_the_keys_change(
    served: Flask, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    database: Database = served.extensions["prelude"].database
    client = served.test_client()
    Clinician(client, database).joins(clock()).signs_in()
    said, keys = tmp_path / "said.txt", (NEW, EXAMPLE_KEY)
    with Load(database, COUNT, lambda address: client.get(address).status_code) as load:
        for _ in range(KILLS):
            assert killed_half_way(rekey_job(database_url, keys, said), database)
        assert remaining(database) > 0
        assert rekey_job(database_url, keys, said).wait(60) == 0, said.read_text()
    assert load.failures == []
    assert set(load.pages) == {200}
    assert min(len(load.received), load.saved, load.reads) > 10
    alone = Database(database_url, KeyRing(NEW))
    alone.check_key()
    assert remaining(alone) == 0
    with alone.read() as session:
        for number in (*range(1, COUNT + 1), *load.received):
            (sent,) = many_submissions(1, number)
            kept = submissions.read_submission(session, sent.id)
            assert kept is not None
            assert (kept.answers, kept.identity) == (sent.answers, sent.identity)
            assert find_episodes(session, "word", f"number{number}") == {sent.id}
        draft = drafts.read_draft(session, a_draft().id, clock())
    assert draft is not None
    assert draft.body == {"count": load.saved}
    alone.close()
