"""Taking turns at a SQLite file within this process: woken when it is free, not asleep until then.

Whoever finds the file locked is put to sleep by SQLite and looks again later, at last ten times a
second; with the rollback journal readers wait for a commit, and a commit for readers. Under load
such sleeps were most of what people waited for. Here one transaction writes at a time, and it
commits when nobody reads; nobody begins to read meanwhile. SQLite's own locks still decide: other
processes know nothing of these turns, and whoever waited for too long goes on to ask SQLite.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Condition, Lock
from time import monotonic


class Patience:
    """How long one transaction waits for others, all its waiting together."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def counting(self) -> Iterator[None]:
        began = monotonic()
        try:
            yield
        finally:
            self.left = max(0.0, self.left - (monotonic() - began))


class Turns:
    """Nobody waits here: a database server knows all who come, and wakes them itself."""

    def reading(
        self,
        patience: Patience,  # noqa: ARG002 of a file
        *,
        at_once: bool,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """`at_once`: whoever has a transaction open already may be who a commit waits for."""
        return nullcontext()

    def writing(self, patience: Patience) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()

    def committing(self, patience: Patience) -> AbstractContextManager[None]:  # noqa: ARG002
        """The end of `writing`, until it is committed."""
        return nullcontext()


class TurnsToWrite(Turns):
    """At a file with a write-ahead log: who reads and who commits are in nobody's way."""

    def __init__(self) -> None:
        self._writing = Lock()

    @contextmanager
    def writing(self, patience: Patience) -> Iterator[None]:
        with patience.counting():
            mine = self._writing.acquire(timeout=patience.left)
        try:
            yield
        finally:
            if mine:
                self._writing.release()


class TurnsAtFile(TurnsToWrite):
    """At a file with a rollback journal."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = Condition()
        self._readers = 0
        self._commits = 0

    @contextmanager
    def reading(self, patience: Patience, *, at_once: bool) -> Iterator[None]:
        with self._changed:
            if not at_once:
                with patience.counting():
                    self._changed.wait_for(lambda: not self._commits, patience.left)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def committing(self, patience: Patience) -> Iterator[None]:
        with self._changed:
            self._commits += 1
        try:
            with self._changed, patience.counting():
                self._changed.wait_for(lambda: not self._readers, patience.left)
            yield
        finally:
            with self._changed:
                self._commits -= 1
                self._changed.notify_all()
