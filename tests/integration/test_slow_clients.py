"""Who trickles or never reads loses the connection; who is only waited for does not (DU-9)."""

from socket import create_connection, socket
from time import monotonic, sleep

import pytest
from flask import Flask

from screening.domain.clinic import Clinic
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


def _ends(one: socket) -> bool:
    one.settimeout(5)
    while one.recv(65536):
        pass
    return True
