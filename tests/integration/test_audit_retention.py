"""The oldest part of the audit log goes when its time is over; nobody else can take any away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from screening.domain.audit import Actor, AuditEvent
from screening.domain.witness import Checkpoint, Witnessed
from screening.services.retention import apply, look
from screening.storage import submissions
from screening.storage.audit import append_event, list_events
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from tests.clock import Clock
from tests.databases import PostgresServer, SqliteFiles
from tests.kept import backed_up, restored
from tests.stored import a_submission, id_of

NURSE = Actor("staff", id_of(9), "req-1")
LONG = timedelta(days=11 * 366)
SQLITE_GUARDS = ("no_update", "no_delete", "no_replace")
pytestmark = pytest.mark.usefixtures("clinic")


def witness(database: Database, at: datetime, subject: str = id_of(7)) -> None:
    event = AuditEvent("submission.viewed", at, NURSE, "submission", subject, {"version": 1})
    with database.write() as session:
        append_event(session, event)


def checked(database: Database, *written_down: Checkpoint) -> Witnessed:
    with database.read() as session:
        return check_chain(session, written_down)


def trimmed(database: Database, now: datetime) -> int:
    with database.read() as session:
        due = look(session, now, believed=True)
    return apply(database, due, now).events


@pytest.fixture
def old_log(database: Database, clock: Clock) -> Database:
    """Five events of long ago, five of today."""
    for number in range(5):
        witness(database, clock() - LONG + timedelta(hours=number))
    for _ in range(5):
        witness(database, clock())
    return database


def test_what_is_older_than_the_clinics_years_goes_and_the_rest_still_holds(
    old_log: Database, clock: Clock
) -> None:
    with old_log.read() as session:
        assert look(session, clock(), believed=True).events == 5
    assert trimmed(old_log, clock()) == 5
    found = checked(old_log)
    assert (found.links, found.trimmed, found.broken) == (7, 5, None)
    with old_log.read() as session:
        told = [e.facts for e in list_events(session, "audit", "audit") if "trim" in e.event]
    assert [dict(one) for one in told] == [{"link": 5, "events": 5}]
    assert trimmed(old_log, clock()) == 0
    witness(old_log, clock())
    assert checked(old_log).broken is None


def test_what_was_witnessed_of_a_visit_that_is_kept_stays(database: Database, clock: Clock) -> None:
    with database.write() as session:
        submissions.add_submission(session, a_submission())
    for subject in (id_of(7), a_submission().id, id_of(7)):
        witness(database, clock() - LONG, subject)
    witness(database, clock())
    with database.read() as session:
        kept = look(session, clock(), believed=True)
    assert kept.events == 1


@pytest.mark.thorough
def test_it_goes_on_where_it_stopped_and_year_after_year(old_log: Database, clock: Clock) -> None:
    trimmed(old_log, clock())
    clock.advance(LONG)
    witness(old_log, clock())
    assert trimmed(old_log, clock()) == 7
    found = checked(old_log)
    assert (found.trimmed, found.broken) == (12, None)


@pytest.mark.thorough
def test_events_from_before_the_chain_go_with_its_oldest_part(
    database: Database, clock: Clock, engine_name: str
) -> None:
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO audit_events (seq, at, actor_kind, event, facts) "
                "VALUES (1, '2001-01-01 00:00:00', 'system', 'staff.created', '{}')"
            )
        )
        if engine_name == "postgresql":
            session.execute(text("SELECT setval('audit_events_seq_seq', 1)"))
    witness(database, clock() - LONG)
    witness(database, clock())
    assert trimmed(database, clock()) == 2
    found = checked(database)
    assert (found.early, found.trimmed, found.broken) == (0, 1, None)


@pytest.mark.thorough
def test_no_event_that_is_kept_can_be_deleted(old_log: Database, clock: Clock) -> None:
    for _ in range(2):  # before anything was taken away, and after
        with pytest.raises(DBAPIError), old_log.write() as session:
            session.execute(text("DELETE FROM audit_events WHERE link = 6"))
        trimmed(old_log, clock())


@pytest.mark.thorough
def test_a_backup_brings_a_trimmed_log_back_as_it_was(
    old_log: Database, clock: Clock, tmp_path: Path, databases: SqliteFiles | PostgresServer
) -> None:
    trimmed(old_log, clock())
    backup = backed_up(old_log, tmp_path, clock)
    with databases.empty() as url, restored(url, backup) as (found, _):
        kept = checked(found)
        assert (kept.trimmed, kept.broken) == (5, None)
        with pytest.raises(DBAPIError), found.write() as session:
            session.execute(text("DELETE FROM audit_events WHERE link = 6"))


@pytest.mark.thorough
def test_a_checkpoint_tells_what_it_can(old_log: Database, clock: Clock, app: Flask) -> None:
    early, late = Checkpoint(3, "00"), checked(old_log).head
    trimmed(old_log, clock())
    assert checked(old_log, early).broken is None
    assert checked(old_log, late).broken is None
    for link in (5, 8):  # the last that is gone, and one that is kept
        broken = checked(old_log, Checkpoint(link, "00" * 32)).broken
        assert broken is not None
        assert broken.fault == "checkpoint"
    said = app.test_cli_runner().invoke(args=["audit", "verify"]).output
    assert "The first 5 were taken away when their time was over." in said


def _cut_further(session: Session) -> None:
    """As the program would, but for its key."""
    session.execute(
        text(
            "UPDATE audit_heads SET trimmed_link = 7, trimmed_seq = 7, start_seq = 7, "
            "trimmed_mac = (SELECT mac FROM audit_events WHERE link = 7)"
        )
    )
    session.execute(text("DELETE FROM audit_events WHERE seq <= 7"))


def _cut_and_say_nothing(session: Session) -> None:
    session.execute(text("DELETE FROM audit_events WHERE seq <= 7"))


def _forget_the_mark(session: Session) -> None:
    session.execute(text("UPDATE audit_heads SET trimmed_link = 0, trimmed_seq = 0, start_seq = 0"))


def _bring_one_back(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO audit_events (seq, at, actor_kind, event, facts, link, mac) "
            "SELECT 2, at, actor_kind, event, facts, 2, mac FROM audit_events WHERE link = 8"
        )
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (_cut_further, "trimmed"),
        (_cut_and_say_nothing, "missing"),
        (_forget_the_mark, "early"),
        (_bring_one_back, "trimmed"),
    ],
)
def test_whoever_has_not_the_key_can_take_nothing_away(
    old_log: Database,
    clock: Clock,
    engine_name: str,
    tampering: Callable[[Session], None],
    fault: str,
) -> None:
    trimmed(old_log, clock())
    with old_log.write() as session:
        if engine_name == "sqlite":
            for guard in SQLITE_GUARDS:
                session.execute(text(f"DROP TRIGGER audit_events_{guard}"))
        else:
            session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        tampering(session)
    broken = checked(old_log).broken
    assert broken is not None
    assert broken.fault == fault
