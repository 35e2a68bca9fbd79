"""A session lives on the server, for as long as it should and no longer."""

from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.app import create_app
from screening.storage.database import Database
from screening.storage.sessions import delete_session, read_session, update_session
from screening.web.browser_session import hashed
from screening.web.guard import access
from screening.web.sessions import forget_session, rotate_session
from tests.clock import Clock
from tests.web_fixtures import https

PATIENT, STAFF = "prelude", "prelude_staff"


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    """The app, with pages that show and change the session."""
    app = app_to_change

    @access("public")
    def remember(word: str) -> str:
        session["word"] = word
        return "kept"

    @access("public")
    def recall() -> str:
        return str(session.get("word"))

    @access("public")
    def rotate() -> str:
        rotate_session()
        return str(session.get("word"))

    @access("public")
    def forget() -> str:
        forget_session()
        return "gone"

    @access("public")
    def fail() -> str:
        session["word"] = "half"
        raise RuntimeError

    for start in ("/try", "/clinic/try"):
        for view, rule in (
            (remember, "/remember/<word>"), (recall, "/recall"), (rotate, "/rotate"),
            (forget, "/forget"), (fail, "/fail"),
        ):  # fmt: skip
            app.add_url_rule(start + rule, f"{start}{rule}", view)
    return app


def cookie(client: FlaskClient, name: str) -> str | None:
    held = client.get_cookie(name)
    return held.value if held else None


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.read() as transaction:
        return [tuple(row) for row in transaction.execute(text("SELECT * FROM sessions"))]


def test_what_is_put_in_comes_out_again(client: FlaskClient) -> None:
    client.get("/try/remember/heron")
    assert client.get("/try/recall").text == "heron"


def test_a_visitor_who_leaves_nothing_gets_no_cookie_and_no_row(
    client: FlaskClient, database: Database
) -> None:
    assert "Set-Cookie" not in client.get("/try/recall").headers
    assert rows(database) == []


def test_the_cookie_holds_an_id_only_and_the_database_holds_neither_id_nor_words(
    client: FlaskClient, database: Database
) -> None:
    answer = client.get("/try/remember/heron")
    held = cookie(client, PATIENT)
    assert held is not None
    assert len(held) == 43
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Path=/" in answer.headers["Set-Cookie"]
    ((first, *rest),) = rows(database)
    assert first == hashed(held)
    stored = b"".join(bytes(v) if isinstance(v, memoryview | bytes) else repr(v).encode()
                      for v in (first, *rest))  # fmt: skip
    assert held.encode() not in stored
    assert b"heron" not in stored


@pytest.mark.thorough
def test_a_hash_stolen_from_the_database_is_no_cookie(
    client: FlaskClient, app: Flask, database: Database
) -> None:
    client.get("/try/remember/heron")
    thief = app.test_client()
    thief.set_cookie(PATIENT, str(rows(database)[0][0]))
    assert thief.get("/try/recall").text == "None"


@pytest.mark.thorough
def test_over_https_the_cookie_is_secure_and_bound_to_the_host(app: Flask, clock: Clock) -> None:
    secured = create_app(https(app), clock=clock)
    answer = secured.test_client().get("/", base_url="https://screening.example.org")
    assert answer.headers["Set-Cookie"].startswith("__Host-prelude=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Domain" not in answer.headers["Set-Cookie"]
    secured.extensions["prelude"].database.close()


@pytest.mark.thorough
def test_patients_and_staff_have_sessions_of_their_own(client: FlaskClient) -> None:
    client.get("/try/remember/heron")
    assert client.get("/clinic/try/recall").text == "None"
    client.get("/clinic/try/remember/otter")
    assert client.get("/try/recall").text == "heron"
    assert client.get("/clinic/try/recall").text == "otter"


@pytest.mark.thorough
def test_the_cookie_of_one_side_opens_nothing_on_the_other(client: FlaskClient, app: Flask) -> None:
    client.get("/try/remember/heron")
    crossed = app.test_client()
    crossed.set_cookie(STAFF, str(cookie(client, PATIENT)))
    assert crossed.get("/clinic/try/recall").text == "None"


@pytest.mark.thorough
def test_an_id_that_somebody_made_up_is_never_taken_over(client: FlaskClient) -> None:
    planted = "A" * 43
    client.set_cookie(PATIENT, planted)
    client.get("/try/remember/heron")
    assert cookie(client, PATIENT) not in (None, planted)


@pytest.mark.thorough
def test_a_new_id_keeps_what_is_known_and_kills_the_old_one(
    client: FlaskClient, app: Flask, database: Database
) -> None:
    client.get("/try/remember/heron")
    old = cookie(client, PATIENT)
    assert client.get("/try/rotate").text == "heron"
    assert cookie(client, PATIENT) != old
    assert client.get("/try/recall").text == "heron"
    other = app.test_client()
    other.set_cookie(PATIENT, str(old))
    assert other.get("/try/recall").text == "None"
    assert len(rows(database)) == 1


@pytest.mark.thorough
def test_a_forgotten_session_is_gone_from_browser_and_database(
    client: FlaskClient, app: Flask, database: Database
) -> None:
    client.get("/try/remember/heron")
    copied = app.test_client()
    copied.set_cookie(PATIENT, str(cookie(client, PATIENT)))
    client.get("/try/forget")
    assert cookie(client, PATIENT) is None
    assert rows(database) == []
    assert copied.get("/try/recall").text == "None"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("start", "idle"), [("/try", timedelta(minutes=60)), ("/clinic/try", timedelta(minutes=15))]
)
def test_an_idle_session_ends_on_time(
    start: str, idle: timedelta, client: FlaskClient, clock: Clock
) -> None:
    client.get(f"{start}/remember/heron")
    clock.advance(idle - timedelta(seconds=1))
    assert client.get(f"{start}/recall").text == "heron"
    clock.advance(idle + timedelta(seconds=1))
    assert client.get(f"{start}/recall").text == "None"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("start", "limit", "step"),
    [
        ("/try", timedelta(hours=12), timedelta(minutes=59)),
        ("/clinic/try", timedelta(hours=10), timedelta(minutes=14)),
    ],
)
def test_even_a_busy_session_ends_in_the_end(
    start: str, limit: timedelta, step: timedelta, client: FlaskClient, clock: Clock
) -> None:
    client.get(f"{start}/remember/heron")
    end = clock() + limit
    while clock() + step < end:
        clock.advance(step)
        assert client.get(f"{start}/recall").text == "heron"
    clock.set(end - timedelta(seconds=1))
    assert client.get(f"{start}/recall").text == "heron"
    clock.advance(timedelta(seconds=2))
    assert client.get(f"{start}/recall").text == "None"


@pytest.mark.thorough
def test_a_visit_is_noted_once_a_minute_at_most(
    client: FlaskClient, clock: Clock, database: Database
) -> None:
    client.get("/try/remember/heron")
    before = rows(database)
    clock.advance(timedelta(seconds=59))
    client.get("/try/recall")
    assert rows(database) == before
    clock.advance(timedelta(seconds=2))
    client.get("/try/recall")
    assert rows(database) != before


@pytest.mark.thorough
def test_a_request_under_way_cannot_bring_back_an_ended_session(
    client: FlaskClient, clock: Clock, database: Database
) -> None:
    client.get("/try/remember/heron")
    row_id = hashed(str(cookie(client, PATIENT)))
    with database.read() as transaction:
        under_way = read_session(transaction, row_id, "patient", clock())
    with database.write() as transaction:
        delete_session(transaction, row_id)
    assert under_way is not None
    with database.write() as transaction:
        assert not update_session(transaction, under_way)
    assert rows(database) == []


@pytest.mark.thorough
def test_a_request_that_fails_leaves_the_session_as_it_was(client: FlaskClient) -> None:
    client.get("/try/remember/heron")
    assert client.get("/try/fail").status_code == 500
    assert client.get("/try/recall").text == "heron"


@pytest.mark.thorough
def test_sessions_that_are_over_are_cleared_away(
    client: FlaskClient, app: Flask, clock: Clock, database: Database
) -> None:
    client.get("/try/remember/heron")
    clock.advance(timedelta(hours=2))
    app.test_client().get("/try/remember/otter")
    assert len(rows(database)) == 1


@pytest.mark.thorough
def test_a_session_that_cannot_be_kept_is_a_fault_and_no_half_answer(
    client: FlaskClient, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    with database.write() as transaction:
        transaction.execute(text("ALTER TABLE sessions RENAME TO sessions_away"))
    answer = client.get("/try/remember/heron")
    assert answer.status_code in (500, 503)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" not in capfd.readouterr().err
