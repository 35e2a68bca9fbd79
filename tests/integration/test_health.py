"""What watches the app is told the truth, in time, and nothing about a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from socket import create_server
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.clinic import Clinic
from screening.domain.health import Disk, State
from screening.services.safekeeping import note_made
from screening.storage.archive import Manifest, Origin
from screening.storage.backup import Written
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.web.watch import BETWEEN, Watch
from tests.clinic_cases import CAUTIONED, STOPPED, Received
from tests.clock import Clock
from tests.questionnaires import business_rows, count

MARKERS = ("Marker", "zoe@example.org", "07700", "REF-1", "isotretinoin", "Juniper")


@contextmanager
def with_parts(app: Flask, **changed: Any) -> Iterator[FlaskClient]:
    """The same app with something exchanged; nobody has looked yet."""
    before = app.extensions["prelude"]
    app.extensions["prelude"] = replace(before, watch=Watch(), **changed)
    try:
        yield app.test_client()
    finally:
        app.extensions["prelude"] = before


def details(client: FlaskClient) -> dict[str, object]:
    answer = client.get("/readyz")
    found: dict[str, object] = answer.get_json()
    assert found["ready"] == (answer.status_code == 200)
    return found


def sql(database: Database, statement: str) -> None:
    with database.write() as session:
        session.execute(text(statement))


def test_an_app_that_can_work_is_ready_and_looking_leaves_nothing(
    client: FlaskClient, database: Database
) -> None:
    database.check_key()
    before = business_rows(database)
    found = details(client)
    assert [found[name] for name in ("ready", "migrations", "key")] == [True, "ok", "ok"]
    assert found["backup"] == "warning: none known"
    assert business_rows(database) == before
    assert count(database, "throttle_hits") == 0
    assert client.get("/healthz").text == "alive\n"


@pytest.mark.thorough
def test_without_its_database_it_is_alive_and_not_ready(app: Flask, database: Database) -> None:
    away = Database("postgresql://127.0.0.1:1/nowhere", database.keyring)
    with with_parts(app, database=away) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert client.get("/metrics").status_code == 200
        assert "\nprelude_ready 0\n" in client.get("/metrics").text


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_database_that_says_nothing_is_told_within_two_seconds(
    app: Flask, database: Database
) -> None:
    with create_server(("127.0.0.1", 0)) as mute:  # it takes connections and never speaks
        away = Database(f"postgresql://127.0.0.1:{mute.getsockname()[1]}/x", database.keyring)
        with with_parts(app, database=away) as client:
            for _ in range(2):
                began = monotonic()
                assert client.get("/readyz").status_code == 503
                assert monotonic() - began < 2
            assert client.get("/healthz").status_code == 200


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_database_that_somebody_holds_is_told_within_two_seconds_and_heals(
    app: Flask, database: Database
) -> None:
    with with_parts(app) as client:
        with database.write() as session:
            session.execute(text("SELECT 1"))  # takes the lock
            began = monotonic()
            assert client.get("/readyz").status_code == 503
            assert monotonic() - began < 2
        sleep(BETWEEN)
        assert client.get("/readyz").status_code == 200


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "migrations"),
        ("DROP TABLE throttle_hits", "database"),
        ("UPDATE key_checks SET sealed = 'x'", "key"),
    ],
)
def test_each_thing_that_is_broken_is_named(
    statement: str, check: str, app: Flask, database: Database
) -> None:
    database.check_key()
    sql(database, statement)
    with with_parts(app) as client:
        found = details(client)
        assert found["ready"] is False
        assert str(found[check]).startswith("failed: ")


@pytest.mark.thorough
def test_another_key_is_noticed(app: Flask, database: Database, config: Any) -> None:
    database.check_key()
    other = Database(config.database_url, KeyRing(bytes(range(1, 33))))
    with with_parts(app, database=other) as client:
        assert details(client)["key"] == "failed: WrongKey"
    other.close()


@pytest.mark.thorough
def test_room_that_runs_out_is_a_warning_first() -> None:
    states = [
        Disk(free, total).finding.state
        for free, total in (
            (50 * 10**9, 100 * 10**9), (9 * 10**9, 100 * 10**9), (499 * 10**6, 10**9), (0, 10**9),
        )
    ]  # fmt: skip
    assert states == [State.OK, State.WARNING, State.WARNING, State.FAILED]


@pytest.mark.thorough
def test_the_last_backup_is_known_and_grows_old(
    app: Flask, database: Database, clock: Clock, clinic: Clinic
) -> None:
    manifest = Manifest(Origin("0004", "0.1.0", "sqlite", clock().isoformat()), {}, 0)
    with database.write() as session:
        note_made(session, Written(manifest, "a" * 64), clock())
    clock.advance(timedelta(hours=25))
    with with_parts(app) as client:
        assert details(client)["backup"] == "ok: 25 hours ago"
    clock.advance(timedelta(hours=2))
    with with_parts(app) as client:
        found = details(client)
        assert (found["ready"], found["backup"]) == (True, "warning: 27 hours ago")


@pytest.mark.thorough
def test_many_who_ask_cause_one_look_a_second() -> None:
    looks = []
    watch = Watch()
    for _ in range(50):
        watch.findings(lambda: looks.append(1) or {})  # type: ignore[func-returns-value]
    assert len(looks) == 1
    sleep(BETWEEN)
    watch.findings(lambda: looks.append(1) or {})  # type: ignore[func-returns-value]
    assert len(looks) == 2


@pytest.mark.thorough
@pytest.mark.parametrize(
    "elsewhere",
    [
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}},
        {"headers": {"X-Forwarded-For": "203.0.113.7"}},
        {"headers": {"Via": "1.1 proxy"}},
    ],
)
def test_elsewhere_nothing_but_ready_is_said(
    elsewhere: dict[str, Any], client: FlaskClient
) -> None:
    assert client.get("/readyz", **elsewhere).text == "ready\n"
    assert client.get("/metrics", **elsewhere).status_code == 404


@pytest.mark.thorough
def test_figures_count_what_happened_and_name_nobody(
    client: FlaskClient, database: Database, clinic: Clinic
) -> None:
    Received("Zoë Marker", STOPPED).into(database, 1)
    Received("Ada Marker", CAUTIONED).into(database, 2)
    client.get("/visit/zoe@example.org?name=Marker")
    client.get("/clinic/submissions/" + "0" * 31 + "1")
    client.get("/nowhere/Marker")
    client.open("/", method="MARKER")
    for _ in range(6):
        page = client.get("/clinic/sign-in").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        typed = {"csrf_token": token, "email": "zoe@example.org", "password": "Marker"}
        client.post("/clinic/sign-in", data=typed)
    said = client.get("/metrics").text
    lines = said.splitlines()
    assert 'prelude_requests_total{method="GET",route="none",status="404"} 1' in lines
    assert any(
        line.startswith("prelude_requests_total{") and "/clinic/submissions/<submission_id>" in line
        for line in lines
    )
    assert any(line.startswith("prelude_throttled_total{") for line in lines)
    assert 'prelude_request_seconds_count{method="POST",route="/clinic/sign-in"} 6' in lines
    assert 'prelude_submissions{level="stop"} 1' in lines
    assert 'prelude_queue{turn="clinic"} 2' in lines
    assert [marker for marker in MARKERS if marker.lower() in said.lower()] == []
