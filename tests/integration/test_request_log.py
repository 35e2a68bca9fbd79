"""The log names the route and never what was sent."""

import json
import logging

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from screening.web.logs import LogEvent, UndeclaredField, log
from tests.web_fixtures import (
    SECRET,
    token_from,
    with_trials,
)


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    return with_trials(app_to_change)


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
