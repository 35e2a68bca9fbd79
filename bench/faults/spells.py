"""Spells of trouble: the ground gives way under a server at work, and comes back."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from http.client import HTTPConnection, HTTPException
from random import Random
from time import monotonic, sleep

from bench.faults.crowd import Promises, crowd, somebody_is_promised, somebody_is_refused
from bench.faults.kills import PATIENTS, judge
from bench.faults.results import Found
from tests.browser.real_server import RealServer

# Seconds.
HEALED_WITHIN = 5.0
LASTS = 0.5  # after the first who was refused
WITHOUT_A_DATABASE = ("/healthz",)

Trouble = Callable[[], AbstractContextManager[None]]


def under_load(
    found: Found, server: RealServer, trouble: Trouble, rounds: int, reads: tuple[str, ...] = ()
) -> Found:
    """While patients fill in the form. `reads` are pages that stay open all through a spell.

    Nobody touches the server; a fault that nobody noticed proves nothing.
    """
    random = Random(found.seed)  # noqa: S311 to be run again
    server.starts()
    with crowd([server.port], PATIENTS, found.seed) as promises:
        sleep(1)
        for _ in range(rounds):
            _one(found, server, promises, trouble, reads)
            sleep(random.uniform(0.3, 1.5))
        somebody_is_promised(promises)  # work goes on after the last spell
    server.is_killed()
    judge(found, promises, server.database_url)
    found.control *= promises.refusals >= found.faults
    return found


def _one(
    found: Found, server: RealServer, promises: Promises, trouble: Trouble, reads: tuple[str, ...]
) -> None:
    with trouble():
        found.faults += 1
        somebody_is_refused(promises)
        sleep(LASTS)
        for path in reads:
            status = _status(server, path)
            if status != 200:
                found.errors += 1
                found.remarks.append(f"{status} at {path} meanwhile")
    took = healed_after(server)
    if took > HEALED_WITHIN:
        found.errors += 1
        found.remarks.append(f"healed after {took:.1f} s")


def healed_after(server: RealServer) -> float:
    """Seconds until the first page, which begins a session, is there again."""
    began = monotonic()
    while _status(server, "/") != 200 and monotonic() - began < 2 * HEALED_WITHIN:
        sleep(0.05)
    return monotonic() - began


def _status(server: RealServer, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
