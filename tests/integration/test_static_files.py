"""The few files every page asks for: light, packed, kept for good, and nobody else's face."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.web.static_files import FOLDER, static_url


@pytest.fixture
def engine_name() -> str:
    """No file comes from the database: one engine will do."""
    return "sqlite"


@pytest.fixture
def style_sheet(app: Flask) -> str:
    with app.test_request_context():
        return static_url("prelude.css")


def test_a_file_travels_packed_and_may_be_kept_for_good(
    client: FlaskClient, style_sheet: str
) -> None:
    response = client.get(style_sheet, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
    assert gzip.decompress(response.data) == Path(FOLDER, "prelude.css").read_bytes()


def test_whoever_takes_no_gzip_gets_the_plain_file(client: FlaskClient, style_sheet: str) -> None:
    for accepted in ("identity", "gzip;q=0"):
        response = client.get(style_sheet, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in response.headers
        assert response.data == Path(FOLDER, "prelude.css").read_bytes()


def test_a_browser_that_has_the_file_gets_no_second_copy(
    client: FlaskClient, style_sheet: str
) -> None:
    tag = client.get(style_sheet).headers["ETag"]
    again = client.get(style_sheet, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_address_of_another_version_is_not_found(client: FlaskClient, style_sheet: str) -> None:
    assert client.get("/static/0123456789abcdef/prelude.css").status_code == 404
    assert client.get(style_sheet.replace("prelude.css", "..%2fconfig.py")).status_code == 404


def test_a_name_we_do_not_have_is_our_own_fault(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        static_url("missing.css")


@pytest.mark.parametrize("name", ["prelude.css", "staff.css"])
def test_a_style_sheet_holds_neither_the_typeface_nor_the_marks_of_gov_uk(name: str) -> None:
    css = Path(FOLDER, name).read_text("utf-8").lower()
    assert not [word for word in ("transport", "crest", "font-face", "@import") if word in css]


def test_what_a_patients_first_page_needs_is_light() -> None:
    packed = [
        len(gzip.compress(Path(FOLDER, name).read_bytes()))
        for name in ("prelude.css", "icon.svg", "guard.js")
    ]
    assert sum(packed) < 14_000
    assert Path(FOLDER, "guard.js").stat().st_size < 1_000
