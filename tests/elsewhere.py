"""Another process that has a database open, as a running server has."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

HOLD = """
import sys
from screening.storage.engine import engine_for
with engine_for(sys.argv[1]).connect() as connection:
    connection.exec_driver_sql("SELECT 1")
    print("open", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_open(url: str) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield
        process.stdin.close()
        process.wait(30)
