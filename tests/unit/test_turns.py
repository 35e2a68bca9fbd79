"""Within one process nobody polls a SQLite file: they wait their turn, and are woken."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread
from types import TracebackType

from screening.storage.turns import Patience, TurnsAtFile, TurnsToWrite

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


Turn = Callable[[], AbstractContextManager[None]]


def taken(turns: TurnsToWrite, seconds: float = LONG) -> tuple[Turn, Turn, Turn]:
    """To read, to write, to commit."""
    return (
        lambda: turns.reading(Patience(seconds), at_once=False),
        lambda: turns.writing(Patience(seconds)),
        lambda: turns.committing(Patience(seconds)),
    )


def test_many_read_and_one_writes_beside_them() -> None:
    reading, writing, _ = taken(TurnsAtFile())
    with Somebody(reading) as one, Somebody(reading) as two, Somebody(writing) as writer:
        assert all(who.inside.wait(LONG) for who in (one, two, writer))
        with Somebody(writing) as second:
            assert not second.inside.wait(SOON)
            writer.over.set()
            assert second.inside.wait(LONG)


def test_a_commit_waits_for_readers_and_new_readers_for_it() -> None:
    reading, _, committing = taken(TurnsAtFile())
    with Somebody(reading) as reader:
        assert reader.inside.wait(LONG)
        with Somebody(committing) as commit:
            assert not commit.inside.wait(SOON)
            with Somebody(reading) as later:
                assert not later.inside.wait(SOON)
                reader.over.set()
                assert commit.inside.wait(LONG)
                assert not later.inside.wait(SOON)
                commit.over.set()
                assert later.inside.wait(LONG)


def test_whoever_reads_already_reads_on_although_a_commit_waits_for_them() -> None:
    turns = TurnsAtFile()
    reading, _, committing = taken(turns)
    with Somebody(reading) as reader:
        assert reader.inside.wait(LONG)
        with Somebody(committing) as commit:
            assert not commit.inside.wait(SOON)
            with Somebody(lambda: turns.reading(Patience(LONG), at_once=True)) as within:
                assert within.inside.wait(LONG)
            reader.over.set()
            assert commit.inside.wait(LONG)


def test_whoever_waited_for_long_asks_sqlite() -> None:
    turns = TurnsAtFile()
    _, writing, committing = taken(turns)
    with Somebody(writing) as writer, Somebody(committing) as commit:
        assert writer.inside.wait(LONG)
        assert commit.inside.wait(LONG)
        for turn in taken(turns, SOON):
            with Somebody(turn) as other:
                assert other.inside.wait(LONG)


def test_all_that_one_waits_for_is_counted_together() -> None:
    turns, patience = TurnsAtFile(), Patience(2 * SOON)
    reading, writing, _ = taken(turns)
    with Somebody(writing) as writer, Somebody(reading) as reader:
        assert writer.inside.wait(LONG)
        assert reader.inside.wait(LONG)
        with turns.writing(patience), turns.committing(patience):
            assert patience.left == 0
    calm = Patience(LONG)
    with turns.writing(calm), turns.committing(calm):
        assert calm.left > LONG - SOON


def test_of_two_who_commit_the_first_to_end_lets_nobody_in_before_the_other() -> None:
    reading, _, committing = taken(TurnsAtFile())
    with Somebody(committing) as one, Somebody(committing) as two:
        assert one.inside.wait(LONG)
        assert two.inside.wait(LONG)
        with Somebody(reading) as reader:
            one.over.set()
            one.thread.join()
            assert not reader.inside.wait(SOON)
            two.over.set()
            assert reader.inside.wait(LONG)


def test_with_a_write_ahead_log_only_writers_wait_for_each_other() -> None:
    reading, writing, committing = taken(TurnsToWrite())
    with Somebody(reading) as reader, Somebody(writing) as writer, Somebody(committing) as commit:
        assert all(who.inside.wait(LONG) for who in (reader, writer, commit))
        with Somebody(reading) as other, Somebody(writing) as second:
            assert other.inside.wait(LONG)
            assert not second.inside.wait(SOON)
            writer.over.set()
            assert second.inside.wait(LONG)


def test_a_turn_ends_where_something_goes_wrong() -> None:
    every = taken(TurnsAtFile())
    for turn in every:
        try:
            with turn():
                raise RuntimeError
        except RuntimeError:
            pass
    with Somebody(every[1]) as writer, Somebody(every[2]) as commit:
        assert writer.inside.wait(LONG)
        assert commit.inside.wait(LONG)
