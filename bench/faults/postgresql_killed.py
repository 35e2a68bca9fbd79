"""PostgreSQL itself is killed under load and comes back: only 503 meanwhile, nothing lost."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults.postgres import Postgres
from bench.faults.prepared import PreparedServer
from bench.faults.results import Found
from bench.faults.spells import WITHOUT_A_DATABASE, under_load

ROUNDS = {True: 2, False: 50}
# Without a word; at once, without a checkpoint; fast, its clients cut off.
SIGNALS = (signal.SIGKILL, signal.SIGQUIT, signal.SIGINT)


def postgresql_killed(seed: int, quick: bool) -> Found:
    """SIGKILL, SIGQUIT and SIGINT of the postmaster in turn; a moment later it is started."""
    found = Found("PostgreSQL killed", seed)
    with TemporaryDirectory() as folder, Postgres(Path(folder)) as postgres:
        postgres.does("CREATE DATABASE prelude")
        numbers = cycle(SIGNALS)

        @contextmanager
        def away() -> Iterator[None]:
            postgres.is_told(next(numbers))
            yield
            postgres.starts()

        with PreparedServer(Path(folder), DATABASE_URL=postgres.url()) as server:
            return under_load(found, server, away, ROUNDS[quick], WITHOUT_A_DATABASE)
