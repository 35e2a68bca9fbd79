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


class Turns:
    """Nobody waits here: a database server knows all who come, and wakes them itself."""

    def reading(self, *, at_once: bool) -> AbstractContextManager[None]:  # noqa: ARG002 of a file
        """`at_once`: whoever has a transaction open already may be who a commit waits for."""
        return nullcontext()

    def writing(self) -> AbstractContextManager[None]:
        return nullcontext()

    def committing(self) -> AbstractContextManager[None]:
        """The end of `writing`, until it is committed."""
        return nullcontext()


class TurnsAtFile(Turns):
    """For one process and one file. `patience`: seconds until SQLite is asked anyway."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._writing = Lock()
        self._changed = Condition()
        self._readers = 0
        self._committing = False

    @contextmanager
    def reading(self, *, at_once: bool) -> Iterator[None]:
        with self._changed:
            if not at_once:
                self._changed.wait_for(lambda: not self._committing, self._patience)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        mine = self._writing.acquire(timeout=self._patience)
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    @contextmanager
    def committing(self) -> Iterator[None]:
        with self._changed:
            self._committing = True
            self._changed.wait_for(lambda: not self._readers, self._patience)
        try:
            yield
        finally:
            with self._changed:
                self._committing = False
                self._changed.notify_all()
