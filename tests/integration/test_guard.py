"""What every request must bring and every response must carry, errors included."""

import json
import logging
import re
from dataclasses import replace

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from screening.app import create_app
from screening.domain.clinic import Clinic
from screening.storage.database import Database
from screening.storage.sealing import CannotUnseal
from screening.web.bodies import MAX_BODY, MAX_FIELDS, MAX_NAME
from screening.web.guard import AccessNotDeclared, access, access_of, check_access_declared
from screening.web.headers import ALWAYS
from screening.web.logs import LogEvent, UndeclaredField, log
from tests.clock import Clock
from tests.web_fixtures import TOKEN, https, token_from

FORM = "application/x-www-form-urlencoded"
SECRET = "canary-isotretinoin"


class OutOfOrder(Exception):
    """Stands for a mistake of ours."""


@pytest.fixture
def app(app: Flask) -> Flask:
    """The app, with an echo and views that fail in different ways."""

    @access("public")
    def echo() -> str:
        from flask import request

        return json.dumps(request.form.to_dict(flat=False))

    @access("public")
    def fail(how: str) -> str:
        if how == "full":
            raise OperationalError(f"INSERT {SECRET}", {}, Exception(SECRET))
        if how == "damaged":
            raise CannotUnseal(SECRET)
        raise OutOfOrder(SECRET)

    app.add_url_rule("/try/echo", "try_echo", echo, methods=["POST"])
    app.add_url_rule("/try/fail/<how>", "try_fail", fail, methods=["GET", "POST"])
    return app


def post(client: FlaskClient, address: str = "/try/echo", **fields: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token_from(client, "/"), **fields})


# --- who may see what ---------------------------------------------------------------------


def test_every_endpoint_says_who_may_see_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert access_of(app, rule.endpoint) in ("public", "patient", "staff"), rule.endpoint


def test_everything_under_clinic_but_signing_in_is_for_staff(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/clinic") and access_of(app, rule.endpoint) != "staff"
    }
    assert public == {
        "auth.sign_in", "auth.sign_in_now", "auth.sign_out", "auth.open_set_up",
        "auth.use_set_up",
    }  # fmt: skip


def test_an_app_with_an_undeclared_view_does_not_start(app: Flask) -> None:
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(AccessNotDeclared, match="open"):
        check_access_declared(app)


def test_even_if_it_did_nobody_would_see_it(app: Flask) -> None:
    app.add_url_rule("/open", "open", lambda: SECRET)
    answer = app.test_client().get("/open")
    assert answer.status_code == 403
    assert SECRET not in answer.text


def addresses(app: Flask, audience: str, method: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "0" * 32, rule.rule)
        for rule in app.url_map.iter_rules()
        if access_of(app, rule.endpoint) == audience and method in (rule.methods or ())
    ]


def test_strangers_are_sent_to_the_door(app: Flask) -> None:
    for address in addresses(app, "staff", "GET"):
        answer = app.test_client().get(address)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].startswith("/clinic/sign-in?next=")
    for address in addresses(app, "patient", "GET"):
        answer = app.test_client().get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), address


def test_what_a_stranger_posts_changes_nothing(app: Flask, database: Database) -> None:
    for audience in ("staff", "patient"):
        for address in addresses(app, audience, "POST"):
            client = app.test_client()
            token = token_from(client, "/clinic/sign-in" if audience == "staff" else "/")
            answer = client.post(address, data={"csrf_token": token, "note": "kept"})
            assert answer.status_code == 403, address
            assert 'value="kept"' in answer.text
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_events")) == 0


# --- forged requests ----------------------------------------------------------------------


def posting(app: Flask) -> list[str]:
    return [a for who in ("public", "patient", "staff") for a in addresses(app, who, "POST")]


def test_no_form_is_taken_without_its_token(app: Flask) -> None:
    client = app.test_client()
    token_from(client, "/")
    assert len(posting(app)) > 8
    for address in posting(app):
        for token in ("", "forged", token_from(app.test_client(), "/")):
            answer = client.post(address, data={"csrf_token": token, "next": "x"})
            assert answer.status_code == 400, address


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Referer": "https://evil.example/localhost"},
    ],
    ids=str,
)
def test_no_form_is_taken_from_elsewhere(headers: dict[str, str], app: Flask) -> None:
    client = app.test_client()
    token = token_from(client, "/")
    for address in posting(app):
        answer = client.post(address, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 403, address


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://localhost/"},
    ],
    ids=str,
)
def test_our_own_forms_are_taken(headers: dict[str, str], client: FlaskClient) -> None:
    data = {"csrf_token": token_from(client, "/"), "note": "so"}
    assert client.post("/try/echo", data=data, headers=headers).status_code == 200


def test_a_form_that_comes_too_late_loses_nothing(client: FlaskClient) -> None:
    typed = {"note": 'first line\r\nsecond "line" <b>', "marks": ["one", "two"]}
    answer = client.post("/try/echo", data={**typed, "csrf_token": "old", "password": "velvet"})
    assert answer.status_code == 400
    assert "velvet" not in answer.text
    answer = client.post("/try/echo", data={**typed, "csrf_token": "old"})
    assert "Nothing you typed is lost" in answer.text
    assert 'value="old"' not in answer.text
    fresh = TOKEN.search(answer.text)
    assert fresh is not None
    fields = re.findall(r'<input type="hidden" name="(note|marks)" value="([^"]*)">', answer.text)
    assert [name for name, _ in fields] == ["note", "marks", "marks"]
    again = client.post("/try/echo", data={**typed, "csrf_token": fresh.group(1)})
    assert json.loads(again.text)["note"] == [typed["note"]]


# --- malformed requests -------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data; boundary=x", "text/plain", "application/xml", "",
     f"{FORM}; charset=utf-16", "application/x-www-form-urlencoded2"],
)  # fmt: skip
def test_only_forms_are_read(content_type: str, app: Flask) -> None:
    client = app.test_client()
    for address in posting(app):
        answer = client.post(address, data=b'{"a": 1}', content_type=content_type)
        assert answer.status_code == 415, address


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=" + b"x" * (MAX_BODY - 2), 400),  # read, and refused for want of a token
        (b"a=" + b"x" * (MAX_BODY - 1), 413),
        (b"a=" + b"x" * 5_000_000, 413),
        (b"&".join(b"a=1" for _ in range(MAX_FIELDS + 1)), 400),
        (b"a" * (MAX_NAME + 1) + b"=1", 400),
        (b"a=%zz", 400),
        (b"a=%", 400),
        (b"a=%ff", 400),
        (b"a=%00", 400),
        (b"a=%ed%a0%80", 400),
        (b"a=%c2%85", 400),
        (b"a%07=1", 400),
        ("a=ü".encode(), 400),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_no_browser_sends_is_refused(body: bytes, status: int, client: FlaskClient) -> None:
    answer = client.post("/try/echo", data=body, content_type=FORM)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "written", ["Zoë O’Neill", "🌧️ שלום", "two\r\nlines\tand a tab", "50% + 1 & so", "x" * 2000]
)
def test_what_people_write_arrives_as_written(written: str, client: FlaskClient) -> None:
    assert json.loads(post(client, note=written).text)["note"] == [written]


def test_as_many_fields_as_allowed_are_read(client: FlaskClient) -> None:
    fields = {"n" * MAX_NAME: "1"} | {f"f{n}": "1" for n in range(MAX_FIELDS - 2)}
    assert post(client, **fields).status_code == 200


@pytest.mark.parametrize("address", ["/%00", "/resume/%ff", "/?a=%zz", "/?a=%00", "/?a=%ff"])
def test_a_malformed_address_is_refused(address: str, client: FlaskClient) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil@localhost", ""])
def test_an_unknown_host_is_refused(host: str, client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert set(ALWAYS) <= set(answer.headers.keys())


# --- what every response carries ----------------------------------------------------------


def every_status(client: FlaskClient) -> dict[int, TestResponse]:
    token = token_from(client, "/clinic/sign-in")
    wrong = {"csrf_token": token, "email": "nobody@clinic.example", "password": "x"}
    tries = [client.post("/clinic/sign-in", data=wrong) for _ in range(6)]
    return {
        200: client.get("/"),
        303: client.get("/clinic/"),
        400: client.post("/try/echo", data={"a": "1"}),
        403: client.post("/try/echo", data={"a": "1"}, headers={"Origin": "null"}),
        404: client.get("/no-such-page"),
        405: client.put("/"),
        413: client.post("/try/echo", data=b"x" * 200_000, content_type=FORM),
        415: client.post("/try/echo", json={}),
        429: tries[-1],
        500: client.get("/try/fail/mistake"),
        503: client.get("/try/fail/full"),
    }  # fmt: skip


def test_every_response_carries_the_same_protection(client: FlaskClient) -> None:
    for status, answer in every_status(client).items():
        assert answer.status_code == status
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value, (status, name)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers


def test_error_pages_are_pages_of_the_clinic(client: FlaskClient, clinic: Clinic) -> None:
    for status, answer in every_status(client).items():
        if 400 <= status < 503:
            (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)
            assert f"<title>{heading.strip()} – {clinic.name}</title>" in answer.text
            assert "<script" not in answer.text


def test_the_browser_is_told_what_it_may_do_next(client: FlaskClient) -> None:
    answers = every_status(client)
    assert answers[405].headers["Allow"] == "GET, HEAD, POST"
    assert answers[429].headers["Retry-After"].isdigit()
    assert answers[503].headers["Retry-After"].isdigit()
    assert client.post("/no-such-page").status_code == 404
    assert client.open("/", method="OPTIONS").status_code == 405
    assert client.open("/", method="TRACE").status_code == 405


def test_over_https_browsers_are_told_to_stay_there(app: Flask, clock: Clock) -> None:
    secured = create_app(https(app), clock=clock)
    client = secured.test_client()
    for address in ("/", "/no-such-page"):
        answer = client.get(address, base_url="https://screening.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    secured.extensions["prelude"].database.close()


def test_behind_https_our_own_forms_are_taken(app: Flask, clock: Clock) -> None:
    secured = create_app(https(app), clock=clock)
    client, base = secured.test_client(), "https://screening.example.org"
    token = TOKEN.search(client.get("/clinic/sign-in", base_url=base).text)
    assert token is not None
    typed = {"csrf_token": token.group(1), "email": "a@b.example", "password": "x"}
    origin = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/clinic/sign-in", base_url=base, data=typed, headers=origin)
    assert "We do not know this" in answer.text
    plain = {"Origin": base.replace("https", "http")}
    answer = client.post("/clinic/sign-in", base_url=base, data=typed, headers=plain)
    assert answer.status_code == 403
    secured.extensions["prelude"].database.close()


# --- what goes wrong on our side ----------------------------------------------------------


@pytest.mark.parametrize(("how", "status"), [("mistake", 500), ("full", 503), ("damaged", 500)])
def test_a_fault_of_ours_gives_an_incident_and_no_detail(
    how: str, status: int, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get(f"/try/fail/{how}")
    assert answer.status_code == status
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    (problem,) = [line for line in lines if line["event"] == "problem"]
    assert problem["request_id"] in answer.text
    assert problem["kind"].rpartition(".")[2] in ("OutOfOrder", "OperationalError", "CannotUnseal")
    for leak in (SECRET, "Traceback", "INSERT", "/work", ".py", "sqlalchemy"):
        assert leak not in answer.text
    assert SECRET not in caplog.text


def test_when_nothing_can_be_saved_what_was_typed_is_kept(client: FlaskClient) -> None:
    answer = post(client, "/try/fail/full", note='a "long" story')
    assert answer.status_code == 503
    assert 'name="note" value="a &#34;long&#34; story"' in answer.text
    assert "csrf_token" not in answer.text


def test_without_a_database_the_answer_is_to_try_again(app: Flask, database: Database) -> None:
    client, whole = app.test_client(), app.extensions["prelude"]
    token = token_from(client, "/")
    sent = {"csrf_token": token, "note": "kept"}
    away = Database("postgresql://127.0.0.1:1/nowhere", database.keyring)
    app.extensions["prelude"] = replace(whole, database=away)
    try:
        pages = [client.get("/"), client.get("/no-such-page"), client.post("/try/echo", data=sent)]
    finally:
        app.extensions["prelude"] = whole
    assert [page.status_code for page in pages] == [503, 503, 503]
    assert 'name="note" value="kept"' in pages[-1].text
    assert client.post("/try/echo", data=sent).status_code == 200


# --- the log ------------------------------------------------------------------------------


def test_the_log_names_the_route_and_never_what_was_sent(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = token_from(client, f"/clinic/sign-in?next=/clinic/{SECRET}")
        typed = {"csrf_token": token, "email": f"{SECRET}@b.example", "password": SECRET}
        client.post("/clinic/sign-in", data=typed)
        client.get(f"/clinic/set-up/{SECRET}")
        client.get(f"/{SECRET}")
        client.post("/try/echo", data={"note": SECRET}, headers={"Referer": f"http://{SECRET}"})
        client.open("/", method=SECRET)
    assert SECRET not in caplog.text
    assert token not in caplog.text
    cookie = client.get_cookie("prelude_staff")
    assert cookie is not None
    assert cookie.value not in caplog.text
    lines = [json.loads(r.getMessage()) for r in caplog.records if r.name == "prelude"]
    routes = [line["route"] for line in lines if line["event"] == "request"]
    assert "/clinic/set-up/<token>" in routes
    assert all(line.keys() >= {"at", "level", "event"} for line in lines)


def test_a_log_line_has_its_declared_fields_only(app: Flask) -> None:
    with app.app_context():
        g.request_id = "1"
        with pytest.raises(UndeclaredField):
            log(LogEvent.THROTTLED, bucket="a", request_id="1", email="x")
        with pytest.raises(UndeclaredField):
            log(LogEvent.THROTTLED, bucket="a")
