"""The headers that every response carries, errors included."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.app import create_app
from screening.domain.clinic import Clinic
from screening.web.headers import ALWAYS
from tests.clock import Clock
from tests.web_fixtures import FORM, TOKEN, https, token_from, with_trials

pytestmark = pytest.mark.thorough  # asks for every page


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    return with_trials(app_to_change)


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
