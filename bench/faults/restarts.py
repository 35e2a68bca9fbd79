"""DU-10: told to stop under load, again and again: who had asked is answered, nothing is lost."""

from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from signal import SIGHUP, SIGTERM
from socket import create_connection
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep

from bench.faults.crowd import crowd, somebody_is_promised
from bench.faults.kills import CLINIC, PATIENTS, judge
from bench.faults.results import Found
from tests.browser.real_server import RealServer

TIMES = {True: 1, False: 50}
LONGEST = 20.0  # seconds to end in, which is what the service manager allows


def restarts(seed: int, quick: bool) -> Found:
    """SIGTERM and SIGHUP in turns, each with a request that has arrived and one half sent."""
    found, random = Found("restarts under load", seed), Random(seed)  # noqa: S311 to be run again
    with TemporaryDirectory() as folder, RealServer(Path(folder)) as server:
        server.flask(*CLINIC)
        server.starts()
        with crowd([server.port], PATIENTS, seed) as promises:
            for number in range(TIMES[quick]):
                sleep(random.uniform(0.5, 3.0))
                _stops(server, (SIGTERM, SIGHUP)[number % 2], found)
                found.faults += 1
                server.starts()
            somebody_is_promised(promises)
        server.is_killed()
        cut_off = Found("", seed)
        judge(found, promises, server.database_url)
        found.control = min(found.control, _control(server, cut_off))
    found.remarks.append(f"{promises.again} requests were sent again")
    return found


def _stops(server: RealServer, number: int, found: Found) -> None:
    """Ends with 0 in time, and answers what had arrived."""
    answers: list[int] = []
    host = ("127.0.0.1", server.port)
    with create_connection(host) as half:
        half.sendall(b"GET /privacy HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        asking = [Thread(target=_asks, args=(server.port, answers)) for _ in range(4)]
        for one in asking:
            one.start()
        sleep(0.05)  # they have connected
        server.is_told(number)
        half.sendall(b"\r\n")
        try:
            status = half.recv(12)
        except OSError:
            status = b""
        for one in asking:
            one.join()
    found.errors += status != b"HTTP/1.1 200"
    found.errors += sum(one != 200 for one in answers)
    found.errors += server.has_stopped() != 0


def _asks(port: int, answers: list[int]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        connection.request("GET", "/privacy")
        answers.append(connection.getresponse().status)
    except (OSError, HTTPException):
        answers.append(0)
    finally:
        connection.close()


def _control(server: RealServer, found: Found) -> int:
    """A server that is killed answers nobody and does not end with 0: that is noticed."""
    server.starts()
    _stops(server, 9, found)
    return found.errors
