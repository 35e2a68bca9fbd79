"""A backup holds everything, and a machine that was lost comes back from it."""

import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
from flask import Flask
from sqlalchemy import text

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.domain.audit import SYSTEM, AuditEvent
from screening.domain.clinic import Clinic
from screening.services.accounts import LinkGone, account_to_set_up, create_staff, set_up
from screening.services.people import INVITATION_LIFE
from screening.services.safekeeping import put_right
from screening.storage.accounts import list_accounts
from screening.storage.audit import append_event
from screening.storage.audit_check import check_chain
from screening.storage.backup import tried_out
from screening.storage.backup_folder import BackupUnderWay, begun, prune
from screening.storage.database import Database
from screening.storage.migrate import head, upgrade
from screening.storage.sealing import KeyRing
from tests.clinic_actor import PASSWORD_HASH, Clinician
from tests.clinic_cases import CAUTIONED, STOPPED, Received
from tests.clock import Clock
from tests.databases import PostgresServer, SqliteFiles
from tests.kept import backed_up, contents, restored
from tests.stored import id_of

DROPPED = ("sessions", "throttle_hits")
# The last one stands in the clear in the database.
MARKERS = (b"Marker", b"zoe@example.org", b"07700", b"isotretinoin", b"Come in May", b"submissions")
ZOE, ADA = 1, 2
AN_OLD_EVENT = (
    "INSERT INTO audit_events (at, actor_kind, event, facts) "
    "VALUES ('2026-01-01', 'system', 'staff.created', '{}')"
)


@pytest.fixture
def empty_url(databases: SqliteFiles | PostgresServer) -> Iterator[str]:
    with databases.empty() as url:
        yield url


def a_day(app: Flask, clock: Clock) -> Clinician:
    """Two submissions, one of them decided; the clinician stays signed in."""
    parts = app.extensions["prelude"]
    robin = Clinician(app.test_client(), parts.database).joins(clock()).signs_in()
    Received("Zoë Marker", STOPPED, date(2027, 1, 18)).into(parts.database, ZOE)
    Received("Ada Marker", CAUTIONED).into(parts.database, ADA)
    page = robin.reads(id_of(ADA))
    taken = robin.decides(page, "proceed_with_precautions", own_precautions="Come in May")
    assert taken.status_code == 303
    parts.database.check_key()
    with parts.database.write() as session:  # as at every upgrade: search terms
        put_right(session, parts.protocols)
    return robin


@pytest.mark.thorough
def test_a_lost_machine_comes_back(
    app: Flask, config: Config, clock: Clock, tmp_path: Path, empty_url: str
) -> None:
    robin = a_day(app, clock)
    backup = backed_up(app.extensions["prelude"].database, tmp_path, clock)
    before = contents(config.database_url)
    app.extensions["prelude"].database.close()
    with restored(empty_url, backup) as (found, manifest):
        after = contents(empty_url)
        assert manifest.tables == before
        assert before["sessions"].rows > 0
        assert {name: after.pop(name).rows for name in DROPPED} == dict.fromkeys(DROPPED, 0)
        assert after == {name: one for name, one in before.items() if name not in DROPPED}
        app.extensions["prelude"] = parts_for(replace(config, database_url=empty_url), clock=clock)
        assert robin.client.get("/clinic/").status_code == 303  # everybody signs in anew
        robin.client, robin.database = app.test_client(), found
        robin.signs_in()
        assert "Zoë M." in robin.opens().text
        answers = robin.reads(id_of(ZOE)).text
        assert "Zoë Marker" in answers
        assert "isotretinoin" in answers.lower()
        decided = robin.reads(id_of(ADA)).text
        assert "Decided: Proceed with precautions" in decided
        assert "Come in May" in decided


@pytest.mark.thorough
def test_a_set_up_link_that_was_used_since_does_not_work_again(
    database: Database, clinic: Clinic, clock: Clock, tmp_path: Path, empty_url: str
) -> None:
    """It lies in a letterbox for days: whoever finds it there would choose the password."""
    with database.write() as session:
        token = create_staff(
            session, "Dr Robin", "robin@clinic.example", clock(), token_bytes, life=INVITATION_LIFE
        )
    backup = backed_up(database, tmp_path, clock)
    with database.write() as session:
        set_up(session, token, PASSWORD_HASH, clock(), token_bytes)
    with restored(empty_url, backup) as (found, _), found.read() as session:
        assert [one.staff.name for one in list_accounts(session)] == ["Dr Robin"]
        with pytest.raises(LinkGone):
            account_to_set_up(session, token, clock())


@pytest.mark.thorough
def test_what_is_appended_afterwards_follows_what_was_kept(
    database: Database, clinic: Clinic, clock: Clock, tmp_path: Path, empty_url: str
) -> None:
    for _ in range(3):
        with database.write() as session:
            append_event(session, AuditEvent("staff.set-up", clock(), SYSTEM))
    backup = backed_up(database, tmp_path, clock)
    with restored(empty_url, backup) as (found, manifest):
        with found.write() as session:
            append_event(session, AuditEvent("staff.set-up", clock(), SYSTEM))
        with found.read() as session:
            last = session.scalar(text("SELECT max(seq) FROM audit_events"))
        assert last == manifest.audit_head + 1


@pytest.mark.postgresql
@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_clinic_moves_to_the_other_engine_and_back(
    app: Flask,
    database: Database,
    clock: Clock,
    tmp_path: Path,
    postgres: PostgresServer,
    empty_url: str,
) -> None:
    a_day(app, clock)
    with postgres.empty() as there, restored(there, backed_up(database, tmp_path, clock)) as moved:
        clock.advance(timedelta(seconds=1))
        back = backed_up(moved[0], tmp_path, clock)
        with restored(empty_url, back):
            assert contents(empty_url) == contents(there)


@pytest.mark.thorough
@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_an_older_backup_is_brought_to_this_revision(
    databases: SqliteFiles | PostgresServer,
    revision: str,
    clock: Clock,
    tmp_path: Path,
    empty_url: str,
) -> None:
    with databases.empty() as older_url:
        upgrade(older_url, revision)
        with closing(Database(older_url, KeyRing(EXAMPLE_KEY))) as older:
            with older.write() as session:
                session.execute(text(AN_OLD_EVENT))
            backup = backed_up(older, tmp_path, clock)
    with restored(empty_url, backup) as (found, manifest):
        assert manifest.origin.revision == revision
        found.check_ready()
        with found.read() as session:
            log = check_chain(session)
            assert (log.early, log.links, log.broken) == (1, 1, None)
            assert session.scalar(text("SELECT version_num FROM alembic_version")) == head()


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_stolen_backup_shows_nothing_and_is_for_its_owner_alone(
    app: Flask, config: Config, database: Database, clock: Clock, tmp_path: Path
) -> None:
    a_day(app, clock)
    folder = tmp_path / "backups"
    backup = backed_up(database, folder, clock)
    stolen = backup.read_bytes()
    assert [one for one in (*MARKERS, config.master_key) if one in stolen] == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_only_the_newest_are_kept_and_a_killed_one_is_written_over(
    database: Database, clinic: Clinic, clock: Clock, tmp_path: Path
) -> None:
    made = []
    (tmp_path / ".prelude.begun").write_bytes(b"x" * 1_000_000)
    for _ in range(4):
        clock.advance(timedelta(days=1))
        made.append(backed_up(database, tmp_path, clock))
    assert all(path.stat().st_size < 1_000_000 for path in made)
    prune(tmp_path, keep=2)
    names = {path.name for path in made[2:]}
    assert {path.name for path in tmp_path.iterdir()} == names | {f"{n}.sha256" for n in names}
    with tried_out(made[-1], database.keyring):
        pass


@pytest.mark.thorough
def test_two_are_not_written_into_one_folder_at_once(tmp_path: Path) -> None:
    with begun(tmp_path), pytest.raises(BackupUnderWay), begun(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".prelude.begun"]
