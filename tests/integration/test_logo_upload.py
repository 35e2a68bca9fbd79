"""The logo: shown in every header, kept by browsers until it changes, taken away again."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.unit.test_logo import file
from tests.uploads import ADDRESS, uploads


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


def logo_on(client: FlaskClient, page: str) -> str | None:
    found = re.search(
        r'<img class="wordmark__logo" src="([^"]+)" alt="([^"]+)"', client.get(page).text
    )
    if found is None:
        return None
    assert found.group(2) == "Juniper Skin Clinic (demo)"
    return found.group(1)


def test_a_logo_stands_in_every_header_until_it_is_removed(
    lead: Colleague, client: FlaskClient, clock: Clock
) -> None:
    assert logo_on(client, "/") is None
    assert client.get("/logo.png").status_code == 404
    assert uploads(lead, file("JPEG")).status_code == 303
    address = logo_on(client, "/")
    assert address == logo_on(lead.client, "/clinic/desk") == logo_on(client, "/nowhere")
    picture = client.get(str(address))
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/logo.png?v=old").headers["Cache-Control"] == "no-cache"
    page = lead.opens("/clinic/settings")
    assert lead.sends(f"{ADDRESS}/remove", page).status_code == 303
    assert logo_on(client, "/") is None


def test_another_logo_has_another_address(
    lead: Colleague, client: FlaskClient, clock: Clock
) -> None:
    uploads(lead, file("PNG"))
    first = logo_on(client, "/")
    clock.advance(timedelta(seconds=1))
    uploads(lead, file("WEBP"))
    assert first != logo_on(client, "/")
