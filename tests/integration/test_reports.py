"""Browsers may report what our policy forbade: counted and noted, believed in nothing (OU-13)."""

import json
import logging
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.storage.database import Database
from screening.web.bodies import MAX_REPORT
from screening.web.budget import MOST
from tests.clock import Clock
from tests.questionnaires import business_rows
from tests.web_fixtures import SECRET

CSP, API = "application/csp-report", "application/reports+json"
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def old_way(**fields: str) -> bytes:
    return json.dumps({"csp-report": fields}).encode()


def sends(client: FlaskClient, body: bytes, kind: str = CSP, **headers: str) -> TestResponse:
    return client.post("/reports", data=body, content_type=kind, headers=headers)


def noted(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str | None]]:
    lines = map(json.loads, caplog.messages)
    return [(one["directive"], one["route"]) for one in lines if one["event"] == "violation"]


def test_a_report_is_noted_by_directive_and_route_and_by_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    before = business_rows(database)
    told = {
        "document-uri": f"http://localhost/visit/{SECRET}?q={SECRET}",
        "effective-directive": "script-src-elem",
        "blocked-uri": f"https://evil.example/{SECRET}",
        "script-sample": SECRET,
        "referrer": SECRET,
    }
    new = [
        {"type": "csp-violation", "url": f"http://localhost/q/gate?{SECRET}",
         "body": {"effectiveDirective": "img-src", "sample": SECRET}},
        {"type": "coop", "url": "http://localhost/clinic/", "body": {"disposition": SECRET}},
    ]  # fmt: skip
    with caplog.at_level(logging.INFO):
        assert sends(client, old_way(**told)).status_code == 204
        assert sends(client, json.dumps(new).encode(), API).status_code == 204
    assert noted(caplog) == [
        ("script-src-elem", "/visit/<token>"), ("img-src", "/q/gate"), ("coop", "/clinic/"),
    ]  # fmt: skip
    assert SECRET not in caplog.text
    figures = client.get("/metrics").text
    assert 'prelude_violations_total{directive="img-src"} 1' in figures
    assert SECRET not in figures
    assert business_rows(database) == before


@pytest.mark.thorough
def test_what_nobody_knows_is_other_and_nowhere(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    bodies = [
        old_way(**{"effective-directive": SECRET, "document-uri": f"http://localhost/{SECRET}"}),
        old_way(**{"violated-directive": "style-src 'self'", "document-uri": "about"}),
        old_way(**{"effective-directive": "img-src", "document-uri": "http://[broken"}),
    ]
    with caplog.at_level(logging.INFO):
        assert {sends(client, one).status_code for one in bodies} == {204}
    assert noted(caplog) == [("other", None), ("style-src", None), ("img-src", None)]


@pytest.mark.thorough
def test_a_flood_is_counted_and_not_looked_at(
    client: FlaskClient, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    many = json.dumps([{"body": {"effectiveDirective": "img-src"}}] * 20).encode()
    with caplog.at_level(logging.WARNING):
        for _ in range(MOST):
            assert sends(client, many, API).status_code == 204
        assert len(noted(caplog)) == MOST
        clock.advance(timedelta(minutes=1))
        sends(client, many, API)
        assert len(noted(caplog)) == MOST + 10, "ten of one body"
    assert 'directive="dropped"' in client.get("/metrics").text


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"x" * (MAX_REPORT + 1), CSP, 413), (b"not json", CSP, 400), (b"[" * 9_000, API, 400),
     (b"\xff", CSP, 400), (b"1", CSP, 204), (b"[[1]]", API, 204), (b'{"csp-report": 1}', CSP, 204),
     (b"a=1", "application/x-www-form-urlencoded", 415), (b"{}", "application/json", 415)],
)  # fmt: skip
def test_whatever_else_is_sent_is_refused_or_passed_over(
    body: bytes, kind: str, status: int, client: FlaskClient
) -> None:
    assert sends(client, body, kind).status_code == status


@pytest.mark.thorough
def test_a_report_from_another_site_is_refused(client: FlaskClient) -> None:
    told = old_way(**{"effective-directive": "img-src"})
    assert sends(client, told, Origin="https://evil.example").status_code == 403


@pytest.mark.thorough
def test_browsers_are_told_where_to_report_and_no_session_begins(client: FlaskClient) -> None:
    answer = sends(client, old_way(**{"effective-directive": "img-src"}))
    assert "Set-Cookie" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("report-uri /reports; report-to prelude")
    assert answer.headers["Reporting-Endpoints"] == 'prelude="/reports"'
    assert answer.headers["Cross-Origin-Opener-Policy"] == 'same-origin; report-to="prelude"'


@pytest.mark.thorough
def test_no_other_form_is_sent_without_its_token(app: Flask) -> None:
    csrf = app.extensions["csrf"]
    assert csrf._exempt_views == {"screening.web.reports.take_reports"}
    assert not csrf._exempt_blueprints
