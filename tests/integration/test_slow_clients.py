"""Who trickles or never reads loses the connection; who is only waited for does not (DU-9)."""

from contextlib import ExitStack, closing
from http.client import HTTPConnection
from socket import create_connection, socket
from time import monotonic, sleep

import pytest
from flask import Flask

from screening.domain.clinic import Clinic
from screening.web import serving
from screening.web.serving import listening
from screening.web.slow_clients import KEPT_OPEN, SILENT, WHOLE_REQUEST, cut_off_the_slow
from tests.serving import served_by

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    ("said", "stays", "goes"),
    [
        pytest.param(b"", SILENT - 1, SILENT + 1, id="nothing at all"),
        pytest.param(HEAD, WHOLE_REQUEST - 1, WHOLE_REQUEST + 1, id="half a request"),
        pytest.param(HEAD + b"\r\n", KEPT_OPEN - 1, KEPT_OPEN + 1, id="a request, answered"),
    ],
)
def test_a_slot_is_kept_for_a_while_and_then_freed(
    app: Flask, clinic: Clinic, said: bytes, stays: float, goes: float
) -> None:
    server = listening(app, 0)
    with served_by(server), create_connection(("127.0.0.1", server.effective_port)) as one:
        one.sendall(said)
        sleep(0.5)
        (channel,) = server.active_channels.values()
        now = monotonic()
        assert not channel.is_too_slow(now + stays - 1)
        assert channel.is_too_slow(now + goes)


def test_a_byte_now_and_then_does_not_keep_it(app: Flask, clinic: Clinic) -> None:
    server = listening(app, 0)
    with served_by(server), create_connection(("127.0.0.1", server.effective_port)) as one:
        one.sendall(HEAD)
        sleep(0.3)
        one.sendall(b"X")
        sleep(0.3)
        (channel,) = server.active_channels.values()
        assert channel.heard > channel.begun
        assert channel.is_too_slow(channel.begun + WHOLE_REQUEST + 0.1)


def test_an_idle_one_is_not_kept_for_later_where_slots_are_scarce(
    app: Flask, clinic: Clinic
) -> None:
    server = listening(app, 0)
    with served_by(server), create_connection(("127.0.0.1", server.effective_port)) as one:
        one.sendall(HEAD + b"\r\n")
        assert one.recv(12) == b"HTTP/1.1 200"
        sleep(0.3)
        channels = list(server.active_channels.values())
        cut_off_the_slow(channels, monotonic() + SILENT + 1, slots=10)
        assert list(server.active_channels.values()) == channels
        cut_off_the_slow(channels, monotonic() + SILENT + 1, slots=1)
        assert not server.active_channels
        assert _ends(one)


def test_of_many_requests_at_once_the_first_is_answered(app: Flask, clinic: Clinic) -> None:
    """Nothing is made that nobody may take; whoever asks knows that the rest was not."""
    server = listening(app, 0)
    with served_by(server), create_connection(("127.0.0.1", server.effective_port)) as one:
        one.sendall((HEAD + b"\r\n") * 20)
        said = _all_of(one)
    assert said.count(b"HTTP/1.1 200") == 1
    assert b"\r\nConnection: close\r\n" in said


def test_one_after_the_other_goes_on(app: Flask, clinic: Clinic) -> None:
    server = listening(app, 0)
    with served_by(server), closing(HTTPConnection("127.0.0.1", server.effective_port)) as one:
        one.connect()
        same = one.sock
        for _ in range(3):
            one.request("GET", "/healthz")
            assert one.getresponse().read()
            assert one.sock is same


def test_among_many_connections_each_is_answered(
    app: Flask, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "MANY", 5)
    server = listening(app, 0)
    with served_by(server), ExitStack() as held:
        address = ("127.0.0.1", server.effective_port)
        everybody = [held.enter_context(create_connection(address)) for _ in range(12)]
        for one in everybody:
            one.sendall(HEAD)
        for one in everybody:
            one.sendall(b"\r\n")
        assert {one.recv(12) for one in everybody} == {b"HTTP/1.1 200"}


def _all_of(one: socket) -> bytes:
    one.settimeout(5)
    return b"".join(iter(lambda: one.recv(65536), b""))


def _ends(one: socket) -> bool:
    _all_of(one)
    return True
