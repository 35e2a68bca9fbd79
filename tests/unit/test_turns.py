"""Within one process nobody polls a SQLite file: they wait their turn, and are woken."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread
from types import TracebackType

from screening.storage.turns import TurnsAtFile

SOON = 0.05  # seconds in which something would have happened
LONG = 5.0


class Somebody:
    """In a thread of their own; `inside` once it is their turn, until the block ends."""

    def __init__(self, turn: Callable[[], AbstractContextManager[None]]) -> None:
        self.turn, self.inside, self.over = turn, Event(), Event()
        self.thread = Thread(target=self._goes)

    def _goes(self) -> None:
        with self.turn():
            self.inside.set()
            self.over.wait(LONG)

    def __enter__(self) -> "Somebody":
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.thread.join()


def test_many_read_and_one_writes_beside_them() -> None:
    turns = TurnsAtFile(LONG)

    def reading() -> AbstractContextManager[None]:
        return turns.reading(at_once=False)

    with Somebody(reading) as one, Somebody(reading) as two, Somebody(turns.writing) as writer:
        assert all(who.inside.wait(LONG) for who in (one, two, writer))
        with Somebody(turns.writing) as second:
            assert not second.inside.wait(SOON)
            writer.over.set()
            assert second.inside.wait(LONG)


def test_a_commit_waits_for_readers_and_new_readers_for_it() -> None:
    turns = TurnsAtFile(LONG)

    def reading() -> AbstractContextManager[None]:
        return turns.reading(at_once=False)

    with Somebody(reading) as reader:
        assert reader.inside.wait(LONG)
        with Somebody(turns.committing) as commit:
            assert not commit.inside.wait(SOON)
            with Somebody(reading) as later:
                assert not later.inside.wait(SOON)
                reader.over.set()
                assert commit.inside.wait(LONG)
                assert not later.inside.wait(SOON)
                commit.over.set()
                assert later.inside.wait(LONG)


def test_whoever_reads_already_reads_on_although_a_commit_waits_for_them() -> None:
    turns = TurnsAtFile(LONG)
    with Somebody(lambda: turns.reading(at_once=False)) as reader:
        assert reader.inside.wait(LONG)
        with Somebody(turns.committing) as commit:
            assert not commit.inside.wait(SOON)
            with Somebody(lambda: turns.reading(at_once=True)) as within:
                assert within.inside.wait(LONG)
            reader.over.set()
            assert commit.inside.wait(LONG)


def test_whoever_waited_for_long_asks_sqlite() -> None:
    turns = TurnsAtFile(SOON)
    with Somebody(turns.writing) as writer, Somebody(turns.committing) as commit:
        assert writer.inside.wait(LONG)
        assert commit.inside.wait(LONG)
        for turn in (turns.writing, lambda: turns.reading(at_once=False), turns.committing):
            with Somebody(turn) as other:
                assert other.inside.wait(LONG)


def test_a_turn_ends_where_something_goes_wrong() -> None:
    turns = TurnsAtFile(LONG)
    for turn in (turns.writing, turns.committing, lambda: turns.reading(at_once=False)):
        try:
            with turn():
                raise RuntimeError
        except RuntimeError:
            pass
    with Somebody(turns.writing) as writer, Somebody(turns.committing) as commit:
        assert writer.inside.wait(LONG)
        assert commit.inside.wait(LONG)
