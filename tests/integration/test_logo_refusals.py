"""Whatever else is sent where the logo goes is refused, and no other route takes a file."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from screening.web.bodies import MAX_BODY, MAX_UPLOAD
from tests.clinic_actor import Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.unit.test_logo import file
from tests.uploads import ADDRESS, uploads
from tests.web_fixtures import posting

pytestmark = pytest.mark.thorough  # many refusals, one by one


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file first."),
        (b"<svg onload=alert(1)>", "Choose a PNG, JPEG or WebP file"),
        (b"GIF89a", "Choose a PNG, JPEG or WebP file"),
        (b"\0" * (1024 * 1024 + 1), "Choose a smaller file"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(content: bytes, said: str, lead: Colleague) -> None:
    page = Page(uploads(lead, content))
    assert page.status == 400
    assert page.errors()[0].startswith(said)


def test_a_form_without_a_file_is_asked_for_one(lead: Colleague) -> None:
    assert Page(lead.sends(ADDRESS, lead.opens("/clinic/settings"))).errors()


def test_a_megabyte_arrives_and_more_is_not_read(lead: Colleague) -> None:
    just = file("PNG") + b"\0" * (1024 * 1024 - len(file("PNG")))
    assert uploads(lead, just).status_code == 303
    assert uploads(lead, b"\0" * MAX_UPLOAD).status_code == 413
    assert uploads(lead, b"\0" * 20_000_000).status_code == 413


@pytest.mark.parametrize(
    "more",
    [
        {"extra": "1"}, {"other": b"x"}, {"csrf_token": "wrong"},
        {"n" * 101: "1"}, {"note": "\x07"},
    ],
)  # fmt: skip
def test_nothing_else_may_come_with_it(more: dict[str, str | bytes], lead: Colleague) -> None:
    assert uploads(lead, file("PNG"), **more).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"no boundary at all",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
        b"\xff" * 999,
    ],
)
def test_a_broken_upload_is_refused(body: bytes, lead: Colleague) -> None:
    answer = lead.client.post(ADDRESS, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


def test_many_small_parts_and_long_texts_are_refused(lead: Colleague) -> None:
    assert uploads(lead, b"x", **{f"f{n}": "1" for n in range(50)}).status_code in (400, 413)
    assert uploads(lead, b"x", note="x" * MAX_BODY).status_code in (400, 413)


def test_a_cross_site_upload_is_refused(lead: Colleague) -> None:
    answer = lead.client.post(
        ADDRESS, data={"logo": (BytesIO(b"x"), "x")}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_no_other_route_takes_a_file_or_a_larger_body(app: Flask, client: FlaskClient) -> None:
    for address in posting(app):
        if address != ADDRESS:
            sent = client.post(address, data={"logo": (BytesIO(b"x"), "x.png")})
            assert sent.status_code == 415, address
        form = "application/x-www-form-urlencoded"
        large = client.post(address, data=b"a=" + b"x" * MAX_BODY, content_type=form)
        assert large.status_code == 413, address
