"""Several experiments at once, each in a process of its own: most of them wait for a disk."""

import json
import sys
from collections.abc import Iterator, Sequence
from subprocess import Popen
from tempfile import TemporaryFile
from time import sleep
from typing import IO

from bench.faults.results import Found

LOOK = 0.2  # seconds between two looks for one that has ended
# Into a file, since nobody reads while they run: a pipe would be full, and they would wait.
Running = tuple[Popen[bytes], IO[bytes]]


def side_by_side(names: Sequence[str], seed: int, jobs: int, *, quick: bool) -> Iterator[Found]:
    """What each found, as it ends; whoever stops asking ends those that run."""
    waiting, running = [*names], dict[str, Running]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                name = waiting.pop(0)
                running[name] = _started(name, seed, quick=quick)
            for name in [one for one, (process, _) in running.items() if _ended(process)]:
                yield _told(name, seed, *running.pop(name))
            sleep(LOOK)
    finally:
        for process, said in running.values():
            process.terminate()
            process.wait()
            said.close()


def command(name: str, seed: int, *, quick: bool) -> list[str]:
    how = ["--quick"] if quick else []
    return [sys.executable, "-m", "bench.faults", *how, "--seed", str(seed), name]


def _started(name: str, seed: int, *, quick: bool) -> Running:
    said = TemporaryFile()  # noqa: SIM115 closed by whoever reads it
    return Popen(command(name, seed, quick=quick), stdout=said), said  # noqa: S603 our own program


def _ended(process: Popen[bytes]) -> bool:
    return process.poll() is not None


def _told(name: str, seed: int, process: Popen[bytes], output: IO[bytes]) -> Found:
    """Its first line; of one that said nothing it is not known what it found."""
    with output:
        output.seek(0)
        said = output.readline().decode()
    try:
        found: dict[str, object] = json.loads(said)
    except ValueError:
        return Found(name, seed, errors=1, remarks=[f"ended with {process.returncode}"])
    return Found(**{one: value for one, value in found.items() if one != "holds"})  # type: ignore[arg-type]
