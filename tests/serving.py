"""The server that production has, with all its settings, in a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from screening.web.serving import serve


@contextmanager
def served_by(server: Any) -> Iterator[None]:
    """Until the block ends, and whoever is there has an answer."""
    told = Event()
    serving = Thread(target=serve, args=(server, told.is_set))
    serving.start()
    try:
        yield
    finally:
        told.set()
        server.pull_trigger()
        serving.join()
