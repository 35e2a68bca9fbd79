"""The server as a process of its own: it ends without cutting anybody off, and a full disk is
no reason to lose what somebody typed.
"""

import re
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import escape
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection
from threading import Thread
from time import sleep
from urllib.parse import urlencode, urlsplit

import pytest

from tests.browser.real_server import RealServer

pytestmark = pytest.mark.thorough  # each starts a process

GATE = {
    "date_of_birth-day": "27",
    "date_of_birth-month": "3",
    "date_of_birth-year": "1985",
    "urgent_signs": "none",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    with RealServer(tmp_path) as server:
        server.flask(
            "set-clinic", "--name", "Real Clinic", "--phone", "020 7946 0100",
            "--emergency-number", "999", "--urgent-line", "NHS 111", "--jurisdiction", "england",
            "--time-zone", "Europe/London", "--modality", "mechanical", "--public-start",
        )  # fmt: skip
        yield server.starts()


class Visitor:
    """A patient with a cookie; ``token`` is that of the page opened last."""

    def __init__(self, server: RealServer) -> None:
        self.origin, self.host = server.address, urlsplit(server.address).netloc
        self.cookie = self.token = ""

    def opens(self, path: str) -> int:
        status, page = self.asks("GET", path)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        self.token = found.group(1) if found else self.token
        return status

    def posts(self, path: str, **typed: str) -> tuple[int, str]:
        return self.asks("POST", path, csrf_token=self.token, **typed)

    def asks(self, method: str, path: str, **typed: str) -> tuple[int, str]:
        with closing(HTTPConnection(self.host, timeout=30)) as connection:
            connection.request(method, path, urlencode(typed) or None, self.headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                self.cookie = line.partition(";")[0]
            return answer.status, answer.read().decode()

    @property
    def headers(self) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded"
        return {"Cookie": self.cookie, "Origin": self.origin, "Content-Type": kind}


@contextmanager
def somebody_writes(folder: Path) -> Iterator[None]:
    """Nobody else can, meanwhile."""
    path = folder / "prelude.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def test_requests_in_flight_are_answered_before_it_ends(server: RealServer, tmp_path: Path) -> None:
    waiting, slow = Visitor(server), Visitor(server)
    assert [one.opens("/") for one in (waiting, slow)] == [200, 200]
    body = urlencode({"csrf_token": slow.token, "agree": "yes"}).encode()
    lines = {"Host": slow.host, **slow.headers, "Content-Length": len(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    host, _, port = slow.host.partition(":")
    address = (host, int(port))
    answers: list[int] = []
    posting = Thread(target=lambda: answers.append(waiting.posts("/", agree="yes")[0]))
    with create_connection(address) as idle, create_connection(address) as sending:
        sending.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body[:5])
        with somebody_writes(tmp_path):
            posting.start()
            sleep(0.5)  # one has sent half, one waits for the database, one says nothing
            server.is_asked_to_stop()
            sleep(0.5)
            with pytest.raises(ConnectionRefusedError):
                create_connection(address)
        sending.sendall(body[5:])
        assert sending.recv(12) == b"HTTP/1.1 303"
        posting.join()
        assert server.has_stopped() == 0
        assert idle.recv(1) == b""
    assert answers == [303]


def test_a_full_disk_keeps_what_was_typed_and_heals_by_itself(
    server: RealServer, tmp_path: Path
) -> None:
    visitor, stranger = Visitor(server), Visitor(server)
    visitor.opens("/")
    assert visitor.posts("/", agree="yes")[0] == 303
    visitor.opens("/q/gate")
    _, limit = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, limit))  # no file can be written
    try:
        status, page = visitor.posts("/q/gate", **GATE)
        assert status == 503
        for name, typed in GATE.items():
            assert f'name="{escape(name)}" value="{typed}"' in page
        assert visitor.posts("/", agree="yes")[0] in (303, 503)
        statuses = [stranger.opens(path) for path in ("/healthz", "/readyz", "/privacy", "/")]
        assert statuses == [200, 503, 200, 503]  # a form needs a session, which cannot be kept
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (limit, limit))
    assert visitor.posts("/q/gate", **GATE)[0] == 303
    sleep(1)
    assert stranger.opens("/readyz") == 200
    with closing(sqlite3.connect(tmp_path / "prelude.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM drafts").fetchone() == (1,)
