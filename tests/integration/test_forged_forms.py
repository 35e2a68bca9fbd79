"""A form is taken from our own pages only."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web_fixtures import (
    TOKEN,
    posting,
    token_from,
    with_trials,
)

pytestmark = pytest.mark.thorough  # every form, forged


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    return with_trials(app_to_change)


def test_no_form_is_taken_without_its_token(app: Flask) -> None:
    client = app.test_client()
    token_from(client, "/")
    assert len(posting(app)) > 8
    for address in posting(app):
        for token in ("", "forged", token_from(app.test_client(), "/")):
            answer = client.post(address, data={"csrf_token": token, "next": "x"})
            assert answer.status_code in (400, 403), address
            assert "Continue" in answer.text


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
