"""Migrations: the models are head, and every revision goes up and down with data in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import HeadMaintainer, MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect, text

from screening.domain.audit import SYSTEM, AuditEvent
from screening.storage import audit, drafts, reviews, submissions
from screening.storage.answer_events import add_answer_events
from screening.storage.bringing_up import bring_up
from screening.storage.database import Database
from screening.storage.engine import engine_for
from screening.storage.metadata import METADATA
from screening.storage.migrate import MIGRATIONS, current, downgrade, head, upgrade
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.stored import a_draft, a_review, a_submission, add_clinician, an_answer_event

KEYS = KeyRing(bytes(range(32)))
MARKERS = ("herpes", "not_sure", "botox", "Marker", "zoe@example.org", "Seen in person")


@contextmanager
def looking_at(url: str) -> Iterator[Connection]:
    engine = engine_for(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url, KEYS)
    yield database
    database.close()


def fill(url: str, clock: Clock) -> None:
    with opened(url) as database:
        database.check_key()
        with database.write() as session:
            add_clinician(session)
            drafts.add_draft(session, a_draft())
            events = (an_answer_event(old="no", new="herpes", aside=["botox", "Marker"]),)
            add_answer_events(session, a_draft().id, 1, clock(), events)
            submissions.add_submission(session, a_submission())
            reviews.add_review(session, a_review(against_level=True, reason="Seen in person."))
            audit.append_event(session, AuditEvent("staff.set-up", clock(), SYSTEM))


def shape(url: str) -> dict[str, list[str]]:
    """Every table with its columns."""
    with looking_at(url) as connection:
        found = inspect(connection)
        return {
            table: [column["name"] for column in found.get_columns(table)]
            for table in found.get_table_names()
        }


def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    with looking_at(database_url) as connection:
        migrations = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(migrations, METADATA) == []
        assert current(connection) == head()


def test_every_check_of_the_models_is_in_the_database(database_url: str) -> None:
    with looking_at(database_url) as connection:
        found = inspect(connection)
        for table in METADATA.sorted_tables:
            made = {check["name"] for check in found.get_check_constraints(table.name)}
            meant = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
            assert made == meant


@pytest.mark.thorough
def test_every_revision_goes_up_down_and_up_again_with_data(
    empty_database_url: str, clock: Clock
) -> None:
    url = empty_database_url
    revisions = [s.revision for s in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
    for revision in revisions:
        upgrade(url, revision)
    bring_up(url, KEYS, clock())
    fill(url, clock)
    for revision in [*revisions[-2::-1], "base"]:
        downgrade(url, revision)
    with looking_at(url) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    bring_up(url, KEYS, clock())
    fill(url, clock)


def test_upgrading_twice_changes_nothing(database_url: str, clock: Clock) -> None:
    fill(database_url, clock)
    upgrade(database_url)
    with opened(database_url) as database, database.read() as session:
        assert submissions.read_submission(session, a_submission().id) == a_submission()


@pytest.mark.thorough
def test_whatever_revision_dies_at_its_last_step_has_not_happened(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that it changed is there, but for the note that it is."""
    url, before = empty_database_url, shape(empty_database_url)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    for script in [*ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]:
        with monkeypatch.context() as patch:
            patch.setattr(HeadMaintainer, "update_to_step", power_cut)
            with pytest.raises(KeyboardInterrupt):
                upgrade(url, script.revision)
        assert shape(url) == before, script.revision
        upgrade(url, script.revision)
        before = shape(url)


@pytest.mark.thorough
def test_a_migration_that_dies_half_way_has_not_happened(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    create_index = Operations.create_index

    def power_cut(self: Operations, name: str, table: str, columns: list[str]) -> None:
        if table == "audit_events":
            raise KeyboardInterrupt
        create_index(self, name, table, columns)

    with monkeypatch.context() as patch:
        patch.setattr(Operations, "create_index", power_cut)
        with pytest.raises(KeyboardInterrupt):
            upgrade(empty_database_url)
    with looking_at(empty_database_url) as connection:
        assert inspect(connection).get_table_names() == []
    upgrade(empty_database_url)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_stolen_file_shows_no_answer_name_or_note(database_url: str, clock: Clock) -> None:
    fill(database_url, clock)
    folder = Path(database_url.removeprefix("sqlite:///")).parent
    left = b"".join(p.read_bytes() for p in folder.iterdir() if p.is_file())
    assert b"microneedling/2026-1" in left  # the search does find what is not sealed
    assert [marker for marker in MARKERS if marker.encode() in left] == []


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_stolen_dump_shows_no_answer_name_or_note(database_url: str, clock: Clock) -> None:
    fill(database_url, clock)
    dump = b""
    with looking_at(database_url) as connection:
        cursor = connection.connection.cursor()
        for table in METADATA.sorted_tables:  # what pg_dump writes of a table
            with cursor.copy(f"COPY {table.name} TO STDOUT") as lines:
                dump += b"".join(bytes(line) for line in lines)
    assert b"microneedling/2026-1" in dump  # the search does find what is not sealed
    # Bytes stand in a dump as hexadecimal figures.
    assert [m for m in MARKERS if m.encode() in dump or m.encode().hex().encode() in dump] == []


def test_no_row_shows_an_answer_name_or_note(database_url: str, clock: Clock) -> None:
    fill(database_url, clock)
    with looking_at(database_url) as connection:
        rows = [
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for table in METADATA.sorted_tables
            for row in connection.execute(text(f"SELECT * FROM {table.name}"))
            for value in row
        ]
    assert b"microneedling/2026-1" in rows
    assert [m for m in MARKERS for row in rows if m.encode() in row] == []
