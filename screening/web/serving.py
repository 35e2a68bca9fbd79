"""Waitress, and an end to it that cuts nobody off."""

import resource
import select
import signal
from collections.abc import Callable
from time import monotonic, sleep
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from screening.web.early_answers import install_server_log
from screening.web.slow_clients import Channel, cut_off_the_slow

HOST = "127.0.0.1"
THREADS = 8
CONNECTIONS = 2000
MOST = 2 * 1024 * 1024  # bytes of a request: more than any form, and as much as the proxy lets by
IN_MEMORY = 64 * 1024 * 1024  # beyond it waitress would write answers into a file: never reached
FILES = CONNECTIONS + 500  # each connection is one, and so is all else that is open
# Seconds.
PATIENCE = 15.0
QUIET = 0.5  # a connection that says nothing for so long has nothing on its way
TICK = 0.1
LOOK = 2.0  # between two looks for connections that are too slow
GATHERING = 0.02  # where there are many: each look at all of them takes milliseconds

MANY = 200  # connections


def listening(app: Flask, port: int) -> Any:
    _allow_files(FILES)
    install_server_log()
    server = create_server(
        app,
        host=HOST,
        port=port,
        threads=THREADS,
        ident=None,
        connection_limit=CONNECTIONS,
        # By default it takes a gigabyte, and keeps what is long in a temporary file: a form, or a
        # record on its way to the browser, would lie on the disk in the clear (DR-1).
        max_request_body_size=MOST,
        inbuf_overflow=2 * MOST,
        outbuf_overflow=IN_MEMORY,
        # select() fails for whatever is numbered 1,024 or higher.
        asyncore_use_poll=True,
        # By default waitress drops what a proxy says of the client before ProxyFix can read it;
        # how many proxies are believed is PRELUDE_PROXIES' to say (install_guard).
        clear_untrusted_proxy_headers=False,
    )
    server.channel_class = Channel
    return server


def _allow_files(wanted: int) -> None:
    """Most systems let a process open 1,024 unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def serve_until_told(app: Flask, port: int, ready: Callable[[], None]) -> None:
    """Returns after SIGTERM, SIGINT or SIGHUP, when every request that had arrived is answered."""
    server = listening(app, port)
    told: list[int] = []

    def tell(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        signal.signal(number, signal.SIG_DFL)  # whoever says it twice means at once
        server.pull_trigger()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, tell)
    ready()
    serve(server, lambda: bool(told))


def serve(server: Any, told: Callable[[], bool]) -> None:
    """Until it is told to stop, and whoever is there has an answer."""
    looked = monotonic()
    while not told():
        _turn(server, server.adj.asyncore_loop_timeout)
        if monotonic() - looked >= LOOK:
            looked = monotonic()
            cut_off_the_slow(server.active_channels.values(), looked, CONNECTIONS)
    stop(server)


def stop(server: Any) -> None:
    """Nobody new; who is there is answered, for PATIENCE at most; then the end."""
    until = monotonic() + PATIENCE
    _stop_listening(server)
    while monotonic() < until and any(map(_is_busy, server.active_channels.values())):
        _turn(server, TICK)
    server.task_dispatcher.shutdown(timeout=max(0.0, until - monotonic()))
    wasyncore.close_all(server._map, ignore_all=True)


def _stop_listening(server: Any) -> None:
    """Who has connected already but was not let in yet is let in first."""
    _let_in(server)
    # Not server.close(): that would also close what the working threads wake the loop with.
    wasyncore.dispatcher.close(server)


def _let_in(server: Any) -> None:
    """Whoever has connected already, as far as there are slots."""
    for _ in range(server.adj.backlog):
        if not server.readable() or not select.select([server.socket], [], [], 0)[0]:
            break
        server.handle_accept()


def _is_busy(channel: Any) -> bool:
    at_work = channel.requests or channel.request is not None or channel.total_outbufs_len
    return bool(at_work) or monotonic() - channel.heard < QUIET


def _turn(server: Any, wait: float) -> None:
    """Whatever is there to be read or sent; a thousand who send a byte each make few turns."""
    if len(server._map) > MANY:
        sleep(GATHERING)
        _let_in(server)  # by itself it would let in one in each turn
    wasyncore.loop(wait, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1)
