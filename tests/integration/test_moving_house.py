"""`flask migrate-to`: a clinic moves to another database, whole, or not at all."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.domain.audit import SYSTEM, AuditEvent
from screening.storage.audit import append_event
from screening.storage.database import Database
from screening.storage.engine import engine_for
from screening.storage.metadata import METADATA
from screening.storage.migrate import upgrade
from screening.storage.sealing import KeyRing
from screening.storage.serving import announce
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.databases import PostgresServer, SqliteFiles
from tests.elsewhere import held_open
from tests.everything_sealed import fill_every_sealed_column
from tests.many import add_many
from tests.stored import id_of

PATIENTS = 10_000
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def filled(app: Flask, database: Database, clock: Clock) -> Flask:
    database.check_key()
    fill_every_sealed_column(database, clock())
    with database.write() as session:
        for _ in range(3):
            append_event(session, AuditEvent("staff.set-up", clock(), SYSTEM))
    database.close()
    return app


@pytest.fixture
def target_url(sqlite_files: SqliteFiles) -> Iterator[str]:
    """An empty database."""
    with sqlite_files.empty() as url:
        yield url


def moves(app: Flask, url: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["migrate-to", url], catch_exceptions=False)
    return done.exit_code, done.output


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = Database(url, KeyRing(EXAMPLE_KEY))
    with database.read() as session:
        found = {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }
    database.close()
    return found


def arrives(app: Flask, database_url: str, target_url: str) -> None:
    before = rows_of(database_url)
    code, said = moves(app, target_url)
    assert code == 0, said
    assert "counts and digests agree" in said
    after = rows_of(target_url)
    *old, (number, *_, facts, _link, _mac) = after.pop("audit_events")
    assert old == before.pop("audit_events")
    # The chain went on by the event of the move; its key and its start came along.
    (_, links, _, *rest), (_, were, _, *came) = (
        after.pop("audit_heads")[0],
        before.pop("audit_heads")[0],
    )
    assert (links, rest) == (were + 1, came)
    assert after == before
    assert (number, "rows" in str(facts)) == (len(old) + 1, True)  # the numbers go on
    there = Database(target_url, KeyRing(EXAMPLE_KEY))
    for table in ("audit_events", "protocol_approvals"):
        with pytest.raises(DBAPIError, match="append-only"), there.write() as session:
            session.execute(METADATA.tables[table].delete())
    there.close()


@pytest.mark.thorough
def test_every_row_arrives_as_it_was(filled: Flask, database_url: str, target_url: str) -> None:
    arrives(filled, database_url, target_url)


@pytest.mark.thorough
@pytest.mark.postgresql
@ON_SQLITE
def test_and_so_it_does_on_postgresql(
    filled: Flask, database_url: str, postgres: PostgresServer
) -> None:
    with postgres.empty() as url:
        arrives(filled, database_url, url)


@pytest.mark.thorough
@ON_SQLITE
def test_a_target_that_holds_rows_is_refused_and_left_alone(filled: Flask, target_url: str) -> None:
    upgrade(target_url)  # an empty one, brought up to date before, is as good as none
    assert moves(filled, target_url)[0] == 0
    before = rows_of(target_url)
    code, said = moves(filled, target_url)
    assert code == 1
    assert "the target is not empty: there are rows in" in said
    assert rows_of(target_url) == before


@pytest.mark.thorough
@ON_SQLITE
def test_a_target_that_is_somebody_elses_is_refused(filled: Flask, target_url: str) -> None:
    engine = engine_for(target_url)
    with engine.execution_options(prelude_writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE songs (title TEXT)"))
    code, said = moves(filled, target_url)
    assert (code, "a table that is not Prelude's: songs" in said) == (1, True)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["songs"]
    engine.dispose()


@pytest.mark.thorough
@pytest.mark.postgresql
@ON_SQLITE
def test_what_the_target_refuses_leaves_it_empty(
    filled: Flask, database: Database, postgres: PostgresServer
) -> None:
    with database.write() as session:
        session.execute(text("UPDATE submissions SET reference = :long"), {"long": "R" * 33})
    database.close()
    with postgres.empty() as url:
        code, said = moves(filled, url)
        assert code == 1
        assert "refuses a row of submissions (StringDataRightTruncation)" in said
        engine = engine_for(url)
        with engine.connect() as connection:
            assert inspect(connection).get_table_names() == []
        engine.dispose()


@pytest.mark.thorough
def test_nothing_moves_while_the_app_serves(
    filled: Flask, database_url: str, target_url: str
) -> None:
    with held_open(database_url):
        code, said = moves(filled, target_url)
    assert code == 1
    assert "the database is in use (1 open elsewhere)" in said
    assert moves(filled, target_url)[0] == 0


@pytest.mark.thorough
@ON_SQLITE
def test_a_service_whose_open_files_nobody_may_see_is_noticed(
    filled: Flask, database_url: str, target_url: str
) -> None:
    engine = engine_for(database_url)
    end = announce(engine)  # held by this process, whose own files are not looked at
    code, said = moves(filled, target_url)
    assert (code, "in use (an app serves it)" in said) == (1, True), said
    end()
    assert moves(filled, target_url)[0] == 0


@pytest.mark.thorough
@ON_SQLITE
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://db/prelude", "must start with sqlite: or postgresql:"),
        ("postgresql://127.0.0.1:1/nowhere", "A database cannot be reached: OperationalError"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(filled: Flask, url: str, reason: str) -> None:
    code, said = moves(filled, url)
    assert (code, reason in said) == (1, True), said


@pytest.mark.thorough
@pytest.mark.postgresql
@ON_SQLITE
def test_ten_thousand_submissions_move_and_the_clinic_works_on(
    app: Flask, database: Database, config: Config, clock: Clock, postgres: PostgresServer
) -> None:
    add_many(database, PATIENTS)
    Clinician(app.test_client(), database).joins(clock())
    database.close()
    with postgres.empty() as url:
        code, said = moves(app, url)
        assert code == 0, said
        app.extensions["prelude"] = parts_for(replace(config, database_url=url), clock=clock)
        there = app.extensions["prelude"].database
        clinician = Clinician(app.test_client(), there).signs_in()
        page = clinician.reads(id_of(PATIENTS))
        assert f"Number{PATIENTS}" in page.text
        assert (
            clinician.decides(page, "proceed", reason_code="other", reason="Seen.").status_code
            == 303
        )
        there.close()
