"""What no browser of ours sends is refused before any view sees it."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.web.bodies import MAX_BODY, MAX_FIELDS, MAX_NAME
from screening.web.headers import ALWAYS
from tests.web_fixtures import (
    FORM,
    post,
    posting,
    with_trials,
)

TAKES_A_FILE = "/clinic/settings/logo"
pytestmark = pytest.mark.thorough  # many malformed requests, one by one


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    return with_trials(app_to_change)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data; boundary=x", "text/plain", "application/xml", "",
     f"{FORM}; charset=utf-16", "application/x-www-form-urlencoded2"],
)  # fmt: skip
def test_only_forms_are_read(content_type: str, app: Flask) -> None:
    client = app.test_client()
    for address in posting(app):
        if (address, content_type.split(";")[0]) == (TAKES_A_FILE, "multipart/form-data"):
            continue
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
