"""The audit log is a chain: whatever is done to it behind the program's back is found."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text

from screening.domain.witness import Checkpoint, Witnessed
from screening.storage.audit import append_event, list_events
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from tests.clock import Clock
from tests.stored import id_of
from tests.tamperings import (
    TAMPERINGS,
    Tampering,
    tampered,
    thirty_events,
    unguarded,
    viewed,
)


@pytest.fixture
def long_log(database: Database, clock: Clock) -> Database:
    thirty_events(database, clock)
    return database


def checked(database: Database, checkpoint: Checkpoint | None = None) -> Witnessed:
    with database.read() as session:
        return check_chain(session, checkpoint)


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


@pytest.mark.thorough
def test_events_from_before_the_chain_are_held_by_its_start(
    database: Database, clock: Clock, engine_name: str
) -> None:
    with database.write() as session:
        for seq in (1, 2):
            session.execute(
                text(
                    "INSERT INTO audit_events (seq, at, actor_kind, event, facts) "
                    "VALUES (:seq, '2026-01-01 00:00:00', 'system', 'staff.created', '{}')"
                ),
                {"seq": seq},
            )
        if engine_name == "postgresql":
            session.execute(text("SELECT setval('audit_events_seq_seq', 2)"))
    with database.write() as session:
        append_event(session, viewed(clock))
    assert (checked(database).links, checked(database).early) == (1, 2)
    assert checked(database).broken is None
    with database.write() as session:
        unguarded(session, engine_name)
        session.execute(text("UPDATE audit_events SET event = 'queue.viewed' WHERE seq = 1"))
    broken = checked(database).broken
    assert broken is not None
    assert broken.fault == "early"


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
        append_event(session, AuditEvent("staff.created", datetime.now(UTC), SYSTEM))
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
