"""The audit log is a chain: whatever is done to it behind the program's back is found."""

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from config import EXAMPLE_KEY
from screening.app import parts_for
from screening.domain.witness import Break, Checkpoint, Witnessed
from screening.storage.audit import append_event, list_events
from screening.storage.audit_chain import NoChain
from screening.storage.audit_check import check_chain
from screening.storage.bringing_up import bring_up
from screening.storage.database import Database
from screening.storage.migrate import connection_for_migration, upgrade
from screening.storage.sealing import KeyRing
from screening.web.readiness import NotReady, check_readiness
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.stored import id_of
from tests.tamperings import (
    TAMPERINGS,
    Tampering,
    begin_anew,
    begin_with_nothing,
    cut_off_with_the_head,
    tampered,
    thirty_events,
    unguarded,
    viewed,
)


@pytest.fixture
def long_log(database: Database, clock: Clock) -> Database:
    thirty_events(database, clock)
    return database


def checked(database: Database, *written_down: Checkpoint) -> Witnessed:
    with database.read() as session:
        return check_chain(session, written_down)


def test_a_log_that_nobody_touched_holds(long_log: Database) -> None:
    found = checked(long_log)
    assert (found.links, found.early, found.broken) == (30, 0, None)
    assert found.head.link == 30


@pytest.mark.thorough
def test_an_empty_log_holds(database: Database) -> None:
    assert checked(database) == Witnessed(0, 0, None, Checkpoint(0, ""))


@pytest.mark.thorough
def test_events_of_a_transaction_are_seen_in_it_before_they_are_written(
    database: Database, clock: Clock
) -> None:
    with database.write() as session:
        append_event(session, viewed(clock))
        assert [event.seq for event in list_events(session, "submission", id_of(1))] == [None]


@pytest.mark.thorough
def test_a_transaction_that_fails_witnesses_nothing(long_log: Database, clock: Clock) -> None:
    with pytest.raises(KeyError), long_log.write() as session:  # noqa: PT012
        append_event(session, viewed(clock))
        del session.info["nothing of this name"]
    assert checked(long_log).links == 30


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.__name__)
@pytest.mark.thorough
def test_whoever_owns_the_database_cannot_tamper_unseen(
    long_log: Database, tampering: Tampering
) -> None:
    """Another place each time; ``./run torture tampering`` does it a thousand times."""
    random, written_down = Random(20261122), checked(long_log).head
    for _ in range(10):
        fault, found = tampered(long_log, tampering, random, written_down)
        assert found.broken is not None
        assert found.broken.fault == fault
    assert checked(long_log, written_down).broken is None


@pytest.mark.parametrize("forged", [begin_anew, begin_with_nothing], ids=lambda one: one.__name__)
@pytest.mark.thorough
def test_a_chain_that_was_forgotten_is_missed_without_anything_written_down(
    long_log: Database, forged: Tampering
) -> None:
    _, found = tampered(long_log, forged, Random(20261123))
    assert found.broken == Break("head", 0)


@pytest.mark.parametrize(
    "forgotten",
    ["UPDATE audit_heads SET sealed_key = NULL, link = 0, mac = NULL", "DELETE FROM audit_heads"],
)
@pytest.mark.thorough
def test_without_its_chain_nothing_goes_on_and_whoever_runs_it_is_told_why(
    app: Flask, client: FlaskClient, long_log: Database, forgotten: str, clock: Clock
) -> None:
    kim = Colleague(client, long_log, "front_desk").starts(clock())
    with long_log.write() as session:
        session.execute(text(forgotten))
    with pytest.raises(NoChain), long_log.write() as session:
        append_event(session, viewed(clock))
    assert kim.client.get("/clinic/desk").status_code == 503
    assert client.get("/readyz").get_json()["audit"] == "failed: NoChain"
    with pytest.raises(NotReady, match="the audit log has no key"):
        check_readiness(app)
    run = app.test_cli_runner().invoke
    doctor = run(args=["doctor"])
    assert (doctor.exit_code, "wrong audit log       the audit log has no" in doctor.output) == (
        1, True,
    )  # fmt: skip
    looked = run(args=["audit", "verify"])
    assert (looked.exit_code, "the end of the chain was removed" in looked.output) == (1, True)
    again = run(args=["upgrade-database"])
    assert again.exit_code == 1
    assert again.output.startswith("Error: the audit log has no key")
    assert checked(long_log).broken == Break("head", 0)


def before_the_chain(url: str, engine_name: str) -> None:
    """Two events of a revision that knew no chain."""
    upgrade(url, "0005")
    with connection_for_migration(url) as connection:
        for seq in (1, 2):
            connection.execute(
                text(
                    "INSERT INTO audit_events (seq, at, actor_kind, event, facts) "
                    "VALUES (:seq, '2026-01-01 00:00:00', 'system', 'staff.created', '{}')"
                ),
                {"seq": seq},
            )
        if engine_name == "postgresql":
            connection.execute(text("SELECT setval('audit_events_seq_seq', 2)"))


@pytest.mark.thorough
def test_an_old_database_gets_its_chain_when_it_is_upgraded_and_verify_says_from_where(
    app: Flask, empty_database_url: str, clock: Clock, engine_name: str
) -> None:
    before_the_chain(empty_database_url, engine_name)
    config = replace(app.extensions["prelude"].config, database_url=empty_database_url)
    app.extensions["prelude"].database.close()
    app.extensions["prelude"] = parts_for(config, clock=clock)
    database = app.extensions["prelude"].database
    run = app.test_cli_runner().invoke
    said = run(args=["upgrade-database"]).output
    assert "The audit log is a chain from now on; 2 events stand before it." in said
    assert run(args=["upgrade-database"]).output == ""
    found = checked(database)
    assert (found.links, found.early, found.broken) == (1, 2, None)
    said = run(args=["audit", "verify"]).output
    assert f"The chain begins at event 3, on {clock():%d %B %Y}: what stands before it is" in said
    with database.write() as session:
        unguarded(session, engine_name)
        session.execute(text("UPDATE audit_events SET event = 'queue.viewed' WHERE seq = 1"))
    broken = checked(database).broken
    assert broken is not None
    assert broken.fault == "early"


@pytest.mark.thorough
def test_a_new_database_has_its_chain_before_its_first_event(
    empty_database_url: str, clock: Clock
) -> None:
    keys = KeyRing(EXAMPLE_KEY)
    assert bring_up(empty_database_url, keys, clock()) == 0
    with closing(Database(empty_database_url, keys)) as database:
        assert checked(database) == Witnessed(0, 0, None, Checkpoint(0, ""))
        thirty_events(database, clock)
        assert bring_up(empty_database_url, keys, clock()) == 0
        assert (checked(database).links, checked(database).broken) == (30, None)


@pytest.mark.thorough
def test_every_end_that_was_written_down_is_compared(
    app: Flask, database: Database, clock: Clock, tmp_path: Path, engine_name: str
) -> None:
    run, lines = app.test_cli_runner().invoke, tmp_path / "checkpoints.txt"
    kept = run(args=["audit", "checkpoint"]).output  # of an empty log
    for _ in range(2):
        thirty_events(database, clock)
        kept += run(args=["audit", "checkpoint"]).output
    lines.write_text(kept)
    told = run(args=["audit", "verify", "--checkpoint", str(lines)])
    assert told.exit_code == 0, told.output
    with database.write() as session:  # cut off with the head, and then life goes on
        unguarded(session, engine_name)
        cut_off_with_the_head(session, Random(20261123))
    thirty_events(database, clock)
    thirty_events(database, clock)
    lines.write_text(run(args=["audit", "checkpoint"]).output)
    assert run(args=["audit", "verify", "--checkpoint", str(lines)]).exit_code == 0
    lines.write_text(kept + lines.read_text())
    told = run(args=["audit", "verify", "--checkpoint", str(lines)])
    assert (told.exit_code, "not the one that the checkpoint was" in told.output) == (1, True)


@pytest.mark.thorough
def test_many_who_write_at_once_make_one_chain_without_a_gap(
    database: Database, clock: Clock
) -> None:
    def work() -> None:
        for _ in range(10):
            with database.write() as session:
                append_event(session, viewed(clock))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = checked(database)
    assert (found.links, found.broken) == (80, None)


@pytest.mark.thorough
def test_the_commands_say_what_holds_and_what_does_not(
    app: Flask, long_log: Database, tmp_path: Path, engine_name: str
) -> None:
    run = app.test_cli_runner().invoke
    line = run(args=["audit", "checkpoint"]).output
    assert line.startswith("30 ")
    known = tmp_path / "checkpoints.txt"
    known.write_text(line)
    found = run(args=["audit", "verify", "--checkpoint", str(known)])
    assert (found.exit_code, "30 events hold" in found.output) == (0, True)
    copy = tmp_path / "audit.jsonl"
    assert run(args=["audit", "export", str(copy)]).exit_code == 0
    events = [json.loads(line)["event"] for line in copy.read_text().splitlines()]
    assert (len(events), events[-1]) == (31, "audit.checked")
    with long_log.write() as session:
        unguarded(session, engine_name)
        session.execute(text("UPDATE audit_events SET facts = '{}' WHERE link = 7"))
    found = run(args=["audit", "verify"])
    assert found.exit_code == 1
    assert "at link 7, event 7: its content" in found.output
    known.write_text("nothing like one")
    assert run(args=["audit", "verify", "--checkpoint", str(known)]).exit_code == 2


KILLED = """
import sys
from datetime import UTC, datetime
from screening.domain.audit import SYSTEM, AuditEvent
from screening.storage.audit import append_event
from screening.storage.database import Database
database = Database(sys.argv[1], KeyRing(bytes(range(32))))
while True:
    with database.write() as session:
        append_event(session, AuditEvent("staff.set-up", datetime.now(UTC), SYSTEM))
    print("kept", flush=True)
"""


@pytest.mark.thorough
def test_a_killed_writer_leaves_a_whole_chain_with_all_it_had_acknowledged(
    database: Database, database_url: str
) -> None:
    kept = 0
    for turn in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", KILLED, database_url], stdout=subprocess.PIPE, env=os.environ
        )
        assert writer.stdout is not None
        for _ in range(3 + turn):
            kept += writer.stdout.readline() == b"kept\n"
        writer.kill()
        kept += writer.stdout.read().count(b"kept\n")
        writer.wait()
        writer.stdout.close()
    found = checked(database)
    assert found.broken is None
    assert kept <= found.links <= kept + 5
