"""A network between app and PostgreSQL that breaks at the one moment when it matters."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"  # psycopg sends it alone, as a simple query
PATIENCE = 10  # seconds


class Cutter:
    """Passes everything on, but for the commit it was armed for."""

    def __init__(self, behind: int) -> None:
        self._behind = ("127.0.0.1", behind)
        self._front = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._front.getsockname()[1]
        self._lock = Lock()
        self._left = 0
        self.arrives = False
        self.cuts = 0

    def arm(self, number: int, *, arrives: bool) -> None:
        """The commit of this number from now on: PostgreSQL commits and nobody hears of it; or
        it never hears of the commit. Nought disarms.
        """
        with self._lock:
            self._left, self.arrives = number, arrives

    def is_this_one(self) -> bool:
        with self._lock:
            self._left -= 1
            self.cuts += self._left == 0
            return self._left == 0

    def serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._front.accept()
                line = _Line(self, near, socket.create_connection(self._behind))
                Thread(target=line.onwards, daemon=True).start()
                Thread(target=line.back, daemon=True).start()

    def close(self) -> None:
        self._front.shutdown(socket.SHUT_RDWR)
        self._front.close()


class _Line:
    """One connection through the cutter."""

    def __init__(self, cutter: Cutter, near: socket.socket, far: socket.socket) -> None:
        self._cutter, self._near, self._far = cutter, near, far
        self._swallows, self._swallowed = Event(), Event()

    def onwards(self) -> None:
        with suppress(OSError):
            while data := self._near.recv(65536):
                if COMMIT in data and self._cutter.is_this_one():
                    self._cut(data)
                    break
                self._far.sendall(data)
        for end in (self._near, self._far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def back(self) -> None:
        with suppress(OSError):
            while data := self._far.recv(65536):
                if self._swallows.is_set():
                    self._swallowed.set()
                    return
                self._near.sendall(data)

    def _cut(self, data: bytes) -> None:
        if self._cutter.arrives:
            self._swallows.set()
            self._far.sendall(data)
            self._swallowed.wait(PATIENCE)


@contextmanager
def cutter_before(port: int) -> Iterator[Cutter]:
    cutter = Cutter(port)
    Thread(target=cutter.serve, daemon=True).start()
    try:
        yield cutter
    finally:
        cutter.close()
