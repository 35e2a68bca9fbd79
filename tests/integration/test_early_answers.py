"""What the server says by itself: as protected as every page, and nothing of what was asked."""

import logging
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from io import StringIO
from socket import create_connection
from typing import Any

import pytest
from flask import Flask

from screening.domain.clinic import Clinic
from screening.web.headers import ALWAYS
from screening.web.serving import MOST, listening
from tests.serving import served_by

pytestmark = [
    pytest.mark.thorough,  # serves
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]
FORM = "Content-Type: application/x-www-form-urlencoded"
WORDS = "isotretinoin-canary"
LONG = 3_000_000


def long_copy(_environ: object, start: Callable[..., object]) -> list[bytes]:
    """A record of many editions, on its way to the browser."""
    start("200 OK", [("Content-Length", str(LONG))])
    return [b"a" * (LONG // 2)] * 2


@pytest.fixture
def server(app_to_change: Flask, clinic: Clinic) -> Iterator[Any]:
    server = listening(app_to_change, 0)
    with served_by(server):
        yield server


@pytest.fixture
def log_of_the_machine() -> Iterator[StringIO]:
    """What reaches the root: pytest's own handlers also hear loggers that pass nothing on."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def said_to(server: Any, request: str) -> tuple[int, dict[str, str]]:
    """Status and headers of the answer to these very bytes."""
    with create_connection(("127.0.0.1", server.effective_port), timeout=10) as wire:
        wire.sendall(request.encode())
        head, _, _ = wire.makefile("rb").read().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param("GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", 400, id="no request"),
        pytest.param(
            f"POST / HTTP/1.1\r\n{FORM}\r\nContent-Length: {MOST + 1}\r\n\r\n",
            413,
            id="too large a form, before it is taken",
        ),
    ],
)
def test_what_is_refused_at_the_wire_is_protected_too(
    server: Any, request_: str, status: int
) -> None:
    found, headers = said_to(server, request_)
    assert found == status
    assert {**headers, **ALWAYS, "Cache-Control": "no-store"} == headers
    assert "Server" not in headers


def test_where_everything_breaks_the_log_has_neither_address_nor_words(
    app_to_change: Flask, server: Any, log_of_the_machine: StringIO
) -> None:
    def broken(_environ: object, _start: object) -> None:
        raise RuntimeError(WORDS)

    server.application.wsgi_app = broken
    status, headers = said_to(server, f"GET /invited/{WORDS} HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert status == 500
    assert {**headers, **ALWAYS} == headers
    told = log_of_the_machine.getvalue()
    assert WORDS not in told
    assert '"kind": "server"' in told
    assert "RuntimeError" in told


def test_no_form_and_no_page_is_written_into_a_file_on_its_way(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waitress puts what is long into one, unless it is told how much memory it may use."""

    def to_disk(*_: object, **__: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr("waitress.buffers.TempfileBasedBuffer.__init__", to_disk)
    wire = HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    wire.request("POST", "/clinic/sign-in", b"x=" + b"a" * (MOST // 2), headers)
    assert wire.getresponse().status == 413
    wire.close()
    server.application.wsgi_app = long_copy
    wire.request("GET", "/")
    assert len(wire.getresponse().read()) == LONG
    wire.close()
