"""The database keeps its promises: settings read back, one key, reads that change nothing."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from screening.domain.clinic import Clinic, ClinicRefused
from screening.storage.clinic import ClinicNotSet, read_clinic, write_clinic
from screening.storage.database import Database, NestedTransaction, turns_at_file
from screening.storage.drafts import add_draft, read_draft, save_draft
from screening.storage.engine import (
    WRITES,
    DatabaseMisconfigured,
    durable_pragmas,
    engine_for,
)
from screening.storage.failures import is_unavailable
from screening.storage.key_checks import WrongKey
from screening.storage.sealing import KeyRing
from screening.storage.turns import TurnsAtFile, TurnsToWrite
from tests.clock import Clock
from tests.stored import a_draft

OTHER_KEY = KeyRing(b"\x07" * 32)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_sqlite_is_opened_durably_and_says_so_when_asked(database: Database) -> None:
    with database.engine.connect() as connection:
        for pragma, (_, expected) in durable_pragmas(sqlite3.sqlite_version_info).items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == expected


@pytest.mark.parametrize(
    ("version", "journal", "synchronous"),
    [((3, 40, 1), "delete", 3), ((3, 51, 2), "delete", 3), ((3, 51, 3), "wal", 2)],
)
def test_wal_is_used_only_where_it_cannot_corrupt_the_file(
    version: tuple[int, ...], journal: str, synchronous: int
) -> None:
    pragmas = durable_pragmas(version)
    assert (pragmas["journal_mode"][1], pragmas["synchronous"][1]) == (journal, synchronous)


@pytest.mark.parametrize(
    ("version", "turns"), [((3, 51, 2), TurnsAtFile), ((3, 51, 3), TurnsToWrite)]
)
def test_with_a_write_ahead_log_readers_and_commits_take_no_turns(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], turns: type
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    assert type(turns_at_file()) is turns


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_whoever_waited_for_a_turn_waits_for_another_process_that_much_less(
    database: Database,
) -> None:
    left: list[int] = []
    first_is_in = threading.Event()

    def writes(until: threading.Event) -> None:
        with database.write() as session:
            left.append(session.scalar(text("PRAGMA busy_timeout")))
            first_is_in.set()
            until.wait(5)

    over, done = threading.Event(), threading.Event()
    done.set()
    first = threading.Thread(target=writes, args=(over,))
    second = threading.Thread(target=writes, args=(done,))
    first.start()
    assert first_is_in.wait(5)
    second.start()
    second.join(0.3)
    over.set()
    first.join()
    second.join()
    assert left[1] < left[0] - 200
    with database.read() as session:  # on a connection that was used before
        assert session.scalar(text("PRAGMA busy_timeout")) > left[1]


def test_a_file_left_in_the_other_journal_mode_is_put_right(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    other = (
        "DELETE" if durable_pragmas(sqlite3.sqlite_version_info)["synchronous"][1] == 2 else "WAL"
    )
    with sqlite3.connect(path) as old:
        old.execute(f"PRAGMA journal_mode={other}")
        old.execute("CREATE TABLE kept (id)")
    old.close()
    engine = engine_for(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() != other.lower()
    engine.dispose()


def test_a_file_that_could_not_be_written_for_a_moment_can_be_written_again(tmp_path: Path) -> None:
    """SQLite opens such a file for reading and says nothing."""
    path = tmp_path / "kept.sqlite3"
    engine = engine_for(f"sqlite:///{path}").execution_options(**{WRITES: True})
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id)")
    engine.dispose()
    moments = iter(["ro"])

    @event.listens_for(engine, "do_connect")
    def opens(*_: object) -> sqlite3.Connection:
        mode = next(moments, "rw")
        return sqlite3.connect(f"file:{path}?mode={mode}", uri=True, check_same_thread=False)

    def is_written() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO kept VALUES (1)")

    with pytest.raises(OperationalError) as failed:
        is_written()
    assert is_unavailable(failed.value)
    is_written()
    engine.dispose()


def test_a_new_database_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "new.sqlite3"
    engine_for(f"sqlite:///{path}").dispose()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_keeps_nothing_is_refused(url: str) -> None:
    with pytest.raises(DatabaseMisconfigured):
        engine_for(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_opened_by_psycopg(scheme: str) -> None:
    assert engine_for(f"{scheme}://u@127.0.0.1/x").driver == "psycopg"


def test_the_first_key_is_remembered_and_any_other_refused(
    database: Database, database_url: str
) -> None:
    database.check_key()
    database.check_key()
    stranger = Database(database_url, OTHER_KEY)
    with pytest.raises(WrongKey, match="PRELUDE_KEY"):
        stranger.check_key()
    stranger.close()


def test_a_migrated_database_is_ready_and_an_empty_one_is_not(
    database: Database, empty_database_url: str
) -> None:
    database.check_ready()
    empty = Database(empty_database_url, OTHER_KEY)
    with pytest.raises(DatabaseMisconfigured, match="migrations"):
        empty.check_ready()
    with empty.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    empty.close()


def test_a_newer_schema_is_refused(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseMisconfigured, match="9999"):
        database.check_ready()


def test_reading_cannot_change_anything(database: Database, clock: Clock) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as session:
        add_draft(session, a_draft())
    with database.write() as session:
        add_draft(session, a_draft())


def test_a_write_inside_another_transaction_is_refused_at_once(database: Database) -> None:
    for outer in (database.read, database.write):
        with outer(), pytest.raises(NestedTransaction), database.write():
            pass
    with database.write(), database.read():
        pass


def test_an_exception_undoes_the_whole_transaction(database: Database, clock: Clock) -> None:
    def save_then_fail() -> None:
        with database.write() as session:
            add_draft(session, a_draft())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_then_fail()
    with database.read() as session:
        assert read_draft(session, a_draft().id, clock()) is None


def test_times_keep_their_meaning_and_naive_ones_are_refused(
    database: Database, clock: Clock
) -> None:
    in_madrid = datetime(2027, 7, 1, 12, 30, 15, 250, tzinfo=timezone(timedelta(hours=2)))
    with database.write() as session:
        add_draft(session, a_draft(agreed_at=in_madrid))
        kept = read_draft(session, a_draft().id, clock())
    assert kept is not None
    assert kept.agreed_at == in_madrid
    assert kept.agreed_at.tzinfo is UTC
    with pytest.raises(StatementError, match="time zone"), database.write() as session:
        add_draft(session, a_draft(2, agreed_at=datetime(2027, 1, 1)))


def test_an_error_never_prints_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused, database.write() as session:
        add_draft(session, a_draft(notice_version="HIV positive", version=0))
    assert "HIV positive" not in str(refused.value).replace(str(refused.value.orig), "")


def test_eight_tabs_that_read_then_write_lose_nothing(database: Database, clock: Clock) -> None:
    with database.write() as session:
        add_draft(session, a_draft(body={"count": 0}))
    failures: list[BaseException] = []

    def press_continue() -> None:
        try:
            for _ in range(5):
                with database.write() as session:
                    draft = read_draft(session, a_draft().id, clock())
                    assert draft is not None
                    body = {"count": draft.body["count"] + 1}
                    save_draft(session, draft.id, body, clock(), draft.expires_at)
        except BaseException as failure:
            failures.append(failure)

    tabs = [threading.Thread(target=press_continue) for _ in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    with database.read() as session:
        kept = read_draft(session, a_draft().id, clock())
    assert failures == []
    assert kept is not None
    assert (kept.body["count"], kept.version) == (40, 41)


def test_the_clinic_is_written_once_and_changed_in_place(database: Database, clock: Clock) -> None:
    with database.read() as session, pytest.raises(ClinicNotSet):
        read_clinic(session)
    first = Clinic("Juniper", "020 7946 0100", "999", "NHS 111", time_zone="Europe/London")
    second = Clinic("Rowan", "1", "911", "988", jurisdiction="us", public_start=False)
    with database.write() as session:
        for clinic in (first, second):
            write_clinic(session, clinic, clock())
            assert read_clinic(session) == clinic


def test_a_day_is_the_clinics_day() -> None:
    clinic = Clinic("Juniper", "1", "911", "988", time_zone="America/Los_Angeles")
    assert clinic.day(datetime(2027, 1, 4, 2, tzinfo=UTC)).isoformat() == "2027-01-03"


def test_impossible_settings_are_refused_each_by_name() -> None:
    with pytest.raises(ClinicRefused) as refused:
        Clinic(" ", "1", "999", "111", "mars", "Mars/Olympus", "laser", True, "red")
    assert set(refused.value.errors) == {"name", "jurisdiction", "time_zone", "modality", "accent"}
