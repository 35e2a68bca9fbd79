"""A fault of ours: a kind page, an incident number, and no detail."""

import json
import logging
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.web_fixtures import (
    SECRET,
    post,
    token_from,
    with_trials,
)


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    return with_trials(app_to_change)


@pytest.mark.parametrize(("how", "status"), [("mistake", 500), ("full", 503), ("damaged", 410)])
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
    for leak in (SECRET, "Traceback", "INSERT", "/work", "sqlalchemy"):
        assert leak not in answer.text
    assert not re.search(r"\.py\b", answer.text)
    assert SECRET not in caplog.text


@pytest.mark.thorough
def test_when_nothing_can_be_saved_what_was_typed_is_kept(client: FlaskClient) -> None:
    answer = post(client, "/try/fail/full", note='a "long" story')
    assert answer.status_code == 503
    assert 'name="note" value="a &#34;long&#34; story"' in answer.text
    assert "csrf_token" not in answer.text


@pytest.mark.thorough
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
