"""DU-9: a thousand who trickle or never read: everybody else is served all the same."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from socket import SO_RCVBUF, SOL_SOCKET, socket
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep

from bench.faults.crowd import crowd, somebody_is_promised
from bench.faults.files import AS_USUAL, MANY, files
from bench.faults.kills import CLINIC, judge
from bench.faults.results import Found
from bench.faults.timings import Timings
from bench.faults.wire import WireClient
from screening.web.serving import CONNECTIONS
from tests.browser.real_server import RealServer

TRICKLING = {True: 60, False: 900}
NOT_READING = {True: 20, False: 200}
SECONDS = {True: 3, False: 120}
BETWEEN = 4.0  # seconds between two bytes
BACK_AFTER = 20.0  # seconds; who comes back faster is no slow client but a flood of requests
FREED_WITHIN = 30.0
INODE = 9  # the column of /proc/net/tcp that says which open socket it is
HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BODY = HEAD + b"Content-Length: 4000\r\n\r\nagree="
ASKING = b"GET /privacy HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def slow_clients(seed: int, quick: bool) -> Found:
    """Headers and bodies byte by byte, answers that nobody takes: others notice nothing."""
    found, timings = Found("slow clients", seed), Timings()
    with TemporaryDirectory() as folder, RealServer(Path(folder)) as server:
        server.flask(*CLINIC)
        with files(AS_USUAL):
            server.starts()
        with files(MANY):
            with crowd([server.port], 2, seed) as promises, _slow(server.port, quick) as slow:
                _asks_meanwhile(server.port, SECONDS[quick], timings, found)
                somebody_is_promised(promises)
            found.control = _nobody_left_to_answer(server.port)
        server.is_killed()
        _note(found, slow)
        judge(found, promises, server.database_url)
    found.errors += promises.again + found.answers.get("503", 0)
    found.remarks += timings.lines()
    return found


@dataclass
class Slow:
    """One of them: what it says at first, and whether it goes on; cut off, it comes back."""

    port: int
    first: bytes
    trickles: bool
    lives: list[float] = field(default_factory=list)

    def __enter__(self) -> "Slow":
        self.socket, self.since = socket(), monotonic()
        self.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 1)  # what is not read stays with the server
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", self.port))
        self.socket.sendall(self.first)
        return self

    def __exit__(self, *_: object) -> None:
        self.lives.append(monotonic() - self.since)
        self.socket.close()

    def goes_on(self, held: set[int]) -> None:
        here = self.socket.getsockname()[1]
        if here not in held and monotonic() - self.since > BACK_AFTER:
            self.__exit__()
            self.__enter__()
        elif self.trickles:
            with suppress(OSError):
                self.socket.send(b"x")


def held_by(port: int) -> set[int]:
    """Whom the server has a socket for, by their port; what the kernel still sends is nobody's.

    The end of an answer that nobody reads never arrives, so it cannot be asked of the client.
    """
    lines = [one.split() for one in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        int(line[2].rpartition(":")[2], 16)
        for line in lines
        if int(line[1].rpartition(":")[2], 16) == port and line[INODE] != "0"
    }


@contextmanager
def _slow(port: int, quick: bool) -> Iterator[list[Slow]]:
    """They are there until the block ends."""
    over, all_of_them = Event(), [
        *(Slow(port, BODY if one % 2 else HEAD, True) for one in range(TRICKLING[quick])),
        *(Slow(port, ASKING * (20 if one % 2 else 1), False) for one in range(NOT_READING[quick])),
    ]  # fmt: skip

    def go_on() -> None:
        while not over.wait(BETWEEN):
            held = held_by(port)
            for one in all_of_them:
                one.goes_on(held)

    with ExitStack() as held:
        for one in all_of_them:
            held.enter_context(one)
        thread = Thread(target=go_on)
        thread.start()
        try:
            yield all_of_them
        finally:
            over.set()
            thread.join()


def _asks_meanwhile(port: int, seconds: float, timings: Timings, found: Found) -> None:
    until = monotonic() + seconds
    while monotonic() < until:
        client = WireClient([port])
        with timings.of("others, GET"):
            client.get("/")
        found.errors += client.again
        sleep(0.05)


def _note(found: Found, slow: list[Slow]) -> None:
    """Who held a slot for longer than that; the look for it comes every few seconds."""
    lives = [one for each in slow for one in each.lives]
    found.faults, longest = len(lives), max(lives)
    found.errors += sum(one > FREED_WITHIN + BETWEEN for one in lives)
    found.remarks.append(f"{len(slow)} at once, no slot held for longer than {longest:.0f} s")


def _nobody_left_to_answer(port: int) -> int:
    """With every slot taken nobody is let in: the probe does notice."""
    with ExitStack() as held:
        for _ in range(CONNECTIONS + 10):
            held.enter_context(Slow(port, HEAD, trickles=False))
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
        except OSError:
            return 1
        finally:
            connection.close()
    return 0
