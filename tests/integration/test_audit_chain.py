"""The audit log is a chain: whatever is done to it behind the program's back is found."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from screening.domain.audit import Actor, AuditEvent
from screening.domain.witness import Checkpoint, Witnessed
from screening.storage.audit import append_event, list_events
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.stored import id_of

NURSE = Actor("staff", id_of(9), "req-1")
SQLITE_GUARDS = ("no_update", "no_delete", "no_replace")


def viewed(clock: Clock, version: int = 1) -> AuditEvent:
    clock.advance(timedelta(seconds=1))
    facts = {"version": version}
    return AuditEvent("submission.viewed", clock(), NURSE, "submission", id_of(1), facts)


@pytest.fixture
def long_log(database: Database, clock: Clock) -> Database:
    """Thirty events in ten transactions."""
    for turn in range(10):
        with database.write() as session:
            for one in range(3):
                append_event(session, viewed(clock, 3 * turn + one))
    return database


def checked(database: Database, checkpoint: Checkpoint | None = None) -> Witnessed:
    with database.read() as session:
        return check_chain(session, checkpoint)


def unguarded(session: Session, engine_name: str) -> None:
    """What the owner of the database can do, and the program cannot."""
    if engine_name == "sqlite":
        for guard in SQLITE_GUARDS:
            session.execute(text(f"DROP TRIGGER audit_events_{guard}"))
    else:
        session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))


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


Tampering = Callable[[Session, Random], str]


def change(session: Session, random: Random) -> str:
    column, value = random.choice(
        [
            ("event", "queue.viewed"), ("actor_id", id_of(8)), ("facts", "{}"),
            ("subject_id", id_of(2)), ("request_id", "req-2"), ("actor_kind", "system"),
            ("at", "2020-01-01 00:00:00.000000"),
        ]
    )  # fmt: skip
    statement = text(f"UPDATE audit_events SET {column} = :value WHERE link = :link")
    session.execute(statement, {"value": value, "link": random.randint(1, 30)})
    return "changed"


def remove(session: Session, random: Random) -> str:
    link = random.randint(1, 29)
    session.execute(text("DELETE FROM audit_events WHERE link = :link"), {"link": link})
    return "missing"


def remove_and_close_the_gap(session: Session, random: Random) -> str:
    link = random.randint(1, 29)
    session.execute(text("DELETE FROM audit_events WHERE link = :link"), {"link": link})
    # Through negative numbers: no two may be equal on the way.
    session.execute(text("UPDATE audit_events SET link = 1 - link WHERE link > :l"), {"l": link})
    session.execute(text("UPDATE audit_events SET link = -link WHERE link < 0"))
    session.execute(text("UPDATE audit_heads SET link = 29"))
    return "changed"


def exchange(session: Session, random: Random) -> str:
    one, other = random.sample(range(1, 31), 2)
    move = text("UPDATE audit_events SET link = :to WHERE link = :link")
    for link, to in ((one, 99), (other, one), (99, other)):
        session.execute(move, {"link": link, "to": to})
    return "changed"


def renumber(session: Session, random: Random) -> str:
    one = random.randint(1, 29)
    move = text("UPDATE audit_events SET seq = :to WHERE seq = :seq")
    for seq, to in ((one, 99), (one + 1, one), (99, one + 1)):
        session.execute(move, {"seq": seq, "to": to})
    return "out of order"


def cut_off(session: Session, random: Random) -> str:
    last = random.randint(0, 29)
    session.execute(text("DELETE FROM audit_events WHERE link > :last"), {"last": last})
    return "cut off"


def cut_off_with_the_head(session: Session, random: Random) -> str:
    """As whoever kept an old head would: only what was written down outside tells."""
    last = random.randint(1, 29)
    session.execute(text("DELETE FROM audit_events WHERE link > :last"), {"last": last})
    session.execute(
        text(
            "UPDATE audit_heads SET link = :last, "
            "mac = (SELECT mac FROM audit_events WHERE link = :last)"
        ),
        {"last": last},
    )
    return "cut off"


COPY = (
    "INSERT INTO audit_events (seq, at, actor_kind, event, facts, link, mac) "
    "SELECT :seq, at, actor_kind, event, facts, :link, mac FROM audit_events WHERE link = :of"
)


def add_outside(session: Session, random: Random) -> str:
    session.execute(text(COPY), {"seq": 40, "link": None, "of": random.randint(1, 30)})
    return "added"


def add_at_the_end(session: Session, random: Random) -> str:
    session.execute(text(COPY), {"seq": 40, "link": 31, "of": random.randint(1, 30)})
    session.execute(text("UPDATE audit_heads SET link = 31"))
    return "changed"


def put_back_the_head(session: Session, random: Random) -> str:
    session.execute(text("UPDATE audit_heads SET link = :link"), {"link": random.randint(0, 29)})
    return "head"


def forget_the_key(session: Session, _random: Random) -> str:
    session.execute(text("UPDATE audit_heads SET sealed_key = NULL, link = 0"))
    return "head"


def another_key(session: Session, random: Random) -> str:
    strange = KeyRing(bytes(32)).seal(random.randbytes(32), "audit_heads", "sealed_key", "1")
    session.execute(text("UPDATE audit_heads SET sealed_key = :key"), {"key": strange})
    return "key"


TAMPERINGS: tuple[Tampering, ...] = (
    change, remove, remove_and_close_the_gap, exchange, renumber, cut_off,
    cut_off_with_the_head, add_outside, add_at_the_end, put_back_the_head, forget_the_key,
    another_key,
)  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.__name__)
@pytest.mark.thorough
def test_whoever_owns_the_database_cannot_tamper_unseen(
    long_log: Database, tampering: Tampering, engine_name: str
) -> None:
    """1,008 times in all, another place each time; between them everything is put back."""
    random, written_down = Random(20261122), checked(long_log).head
    for _ in range(84):
        session = Session(long_log.engine, info={"keyring": long_log.keyring, "writes": False})
        session.connection(execution_options={"prelude_writes": True})
        unguarded(session, engine_name)
        fault = tampering(session, random)
        found = check_chain(session, written_down)
        session.rollback()
        session.close()
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
from screening.storage.sealing import KeyRing
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
