"""`flask rekey`: every sealed value passes to the current key, and nothing else changes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select, text, update
from sqlalchemy.exc import DBAPIError

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.protocols.library import load_library
from screening.services.rekeying import keep
from screening.storage import drafts, submissions
from screening.storage.accounts import find_account
from screening.storage.database import Database
from screening.storage.inventory import MADE_WITH_A_KEY, NOT_SEALED, SEALED, row_id, table_of
from screening.storage.invitations import find_invited
from screening.storage.metadata import METADATA
from screening.storage.rekeying import keep_renewed, read_older
from screening.storage.sealing import KeyRing
from screening.storage.search import find_episodes
from tests.clock import Clock
from tests.everything_sealed import CODE, fill_every_sealed_column
from tests.stored import a_draft, id_of

NEW = bytes(range(60, 92))
RING = KeyRing(NEW, EXAMPLE_KEY)
APPEND_ONLY = {
    "protocol_approvals": "sealed_name",
    "adjusted_versions": "sealed_reason",
    "answer_events": "sealed",
}


def test_every_column_of_bytes_is_in_the_inventory() -> None:
    sealed = {f"{table}.{one.column}" for table, columns in SEALED.items() for one in columns}
    listed = [*sealed, *MADE_WITH_A_KEY, *NOT_SEALED]
    columns = [column for table in METADATA.sorted_tables for column in table.columns]
    bytes_ = {str(column) for column in columns if isinstance(column.type, LargeBinary)}
    assert len(listed) == len(set(listed))
    assert bytes_ == set(listed)


@pytest.fixture
def filled(database: Database, clock: Clock) -> Database:
    database.check_key()
    fill_every_sealed_column(database, clock())
    return database


@pytest.fixture
def rotated(app: Flask, filled: Database, config: Config, clock: Clock) -> Flask:
    """The app, started again with a new key above the old one."""
    config = replace(config, master_key=NEW, older_keys=(EXAMPLE_KEY,))
    app.extensions["prelude"].database.close()
    app.extensions["prelude"] = parts_for(config, clock=clock)
    return app


def rekey(app: Flask, *options: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["rekey", *options], catch_exceptions=False)
    return done.exit_code, done.output


def all_opened(database: Database, keyring: KeyRing) -> dict[str, bytes]:
    """Every sealed value of the database as it reads under these keys, by where it stands."""
    found = {}
    with database.read() as session:
        for name, columns in SEALED.items():
            table = table_of(name)
            for row in session.execute(select(table)).mappings():
                for one in columns:
                    place = (name, one.column, row_id(table, row))
                    if row[one.column] is not None:
                        found["/".join(place)] = keyring.unseal(
                            row[one.column], *place, purpose=one.purpose, form=one.form
                        )
    return found


@pytest.mark.thorough
def test_all_is_under_the_new_key_and_reads_as_before(rotated: Flask, filled: Database) -> None:
    before = all_opened(filled, RING)
    assert {where.rsplit("/", 1)[0].split("/")[0] for where in before} == set(SEALED)
    assert rekey(rotated, "--check")[0] == 1
    code, said = rekey(rotated)
    assert code == 0, said
    assert re.search(
        rf"^{len(before)} values sealed anew(, \d+ a second)?; 0 remain\.$", said, re.M
    )
    assert "Take the older key (" in said
    assert "after 05 January 2027, 09:00 UTC, not before" in said
    assert all_opened(filled, KeyRing(NEW)) == before
    code, said = rekey(rotated, "--check")
    assert (code, said.splitlines()[0]) == (
        0, f"{RING.key_id.hex()} (current): {len(before)} values",
    )  # fmt: skip


@pytest.mark.thorough
def test_what_is_searched_for_is_found_with_the_new_key_alone(
    rotated: Flask, filled: Database, config: Config, clock: Clock
) -> None:
    rekey(rotated)
    alone = Database(config.database_url, KeyRing(NEW))
    alone.check_key()
    with alone.read() as session:
        assert find_account(session, "clinician@example.org") is not None
        assert find_episodes(session, "word", "marker") == {id_of(1)}
        assert find_invited(session, "marker") == {id_of(35)}
        assert drafts.find_by_resume_code(session, CODE, clock()) is not None
        macs = [one.body_mac for one in submissions.list_editions(session, id_of(1))]
    with filled.read() as session:
        assert find_episodes(session, "word", "marker") == frozenset()  # the old key finds nothing
    assert macs[0] != b"m" * 32
    alone.close()


@pytest.mark.thorough
def test_both_are_witnessed(rotated: Flask, filled: Database) -> None:
    rekey(rotated)
    rekey(rotated)
    with filled.read() as session:
        query = text("SELECT event FROM audit_events WHERE subject_kind = 'key' ORDER BY seq")
        events = session.scalars(query).all()
    assert events == ["keys.rekeyed", "keys.retired"]


@pytest.mark.thorough
def test_a_row_that_was_changed_meanwhile_is_not_overwritten(
    rotated: Flask, filled: Database, clock: Clock
) -> None:
    database: Database = rotated.extensions["prelude"].database
    with database.read() as session:
        rows = read_older(session, "drafts", None)
    body = {"answers": {"herpes": "never"}}
    with filled.write() as session:  # a process that still seals with the older key
        drafts.save_draft(session, a_draft().id, body, clock(), a_draft().expires_at)
    with database.write() as session:
        assert keep_renewed(session, "drafts", rows) == []
    assert rekey(rotated)[0] == 0
    with database.read() as session:
        kept = drafts.read_draft(session, a_draft().id, clock())
    assert kept is not None
    assert kept.body == body


@pytest.mark.thorough
def test_a_damaged_value_holds_nobody_up_and_is_told(rotated: Flask, filled: Database) -> None:
    with filled.write() as session:
        session.execute(
            text("UPDATE submissions SET sealed_answers = sealed_identity WHERE edition = 1")
        )
    code, said = rekey(rotated)
    assert code == 0, said
    assert "0 remain" in said
    assert "1 more open with none of the keys given" in said


@pytest.mark.thorough
def test_a_key_that_is_not_given_is_named(rotated: Flask, filled: Database) -> None:
    stranger = KeyRing(b"s" * 16 + bytes(range(16)))
    sealed = stranger.seal_text("Dr Marker", "staff", "sealed_name", id_of(9))
    with filled.write() as session:
        session.execute(text("UPDATE staff SET sealed_name = :sealed"), {"sealed": sealed})
    said = rekey(rotated, "--check")[1]
    assert f"{stranger.key_id.hex()} (not given): 1 values\n  staff.sealed_name: 1" in said


@pytest.mark.thorough
def test_the_wrong_key_is_refused_in_one_line(app: Flask, filled: Database, config: Config) -> None:
    app.extensions["prelude"].database.close()
    app.extensions["prelude"] = parts_for(replace(config, master_key=NEW))
    for command in ("rekey", "upgrade-database"):
        done = app.test_cli_runner().invoke(args=[command])
        assert done.exit_code == 1
        assert done.output.startswith("Error: this database was sealed with key")


def another(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    return value + timedelta(days=1) if isinstance(value, date) else f"{value}x"[1:]


@pytest.mark.thorough
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_append_only_can_be_sealed_anew_and_nothing_else(
    filled: Database, table: str
) -> None:
    sealed = table_of(table).c[APPEND_ONLY[table]]
    with filled.read() as session:
        row = session.execute(select(table_of(table))).mappings().one()
    kept = row[sealed.name]
    other = {
        column.name: another(row[column.name])
        for column in table_of(table).columns
        if column is not sealed
    }
    anew = kept[:1] + RING.key_id + kept[5:]
    refused: list[Mapping[str, Any]] = [
        *({name: value} for name, value in other.items()),
        *({name: value, sealed.name: anew} for name, value in other.items()),
        {sealed.name: kept[:-1] + b"\0"},  # the same key
        {sealed.name: anew + b"\0"},  # longer
        {sealed.name: b""},
    ]
    for values in refused:
        with (
            pytest.raises(DBAPIError, match="append-only"),
            filled.write() as session,
        ):
            session.execute(update(table_of(table)).values(**values))
    with filled.write() as session:
        session.execute(update(table_of(table)).values({sealed.name: anew}))
    with pytest.raises(DBAPIError, match="append-only"), filled.write() as session:
        session.execute(table_of(table).delete())


@pytest.mark.thorough
def test_what_was_sealed_anew_by_one_who_was_killed_is_witnessed_by_the_next(
    rotated: Flask,
) -> None:
    database: Database = rotated.extensions["prelude"].database
    database.check_key()
    for name in SEALED:  # and then the process was killed
        with database.write() as session:
            keep(session, name, read_older(session, name, None), load_library())
    for _ in range(2):
        assert rekey(rotated)[0] == 0
    with database.read() as session:
        events = session.scalars(text("SELECT event FROM audit_events WHERE event LIKE 'keys.%'"))
        assert sorted(events) == ["keys.rekeyed", "keys.retired"]
