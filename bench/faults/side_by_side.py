"""Several experiments at once, each in a process of its own: most of them wait for a disk."""

import json
import sys
from collections.abc import Iterator, Sequence
from subprocess import PIPE, Popen
from time import sleep

from bench.faults.results import Found

LOOK = 0.2  # seconds between two looks for one that has ended


def side_by_side(names: Sequence[str], seed: int, jobs: int, *, quick: bool) -> Iterator[Found]:
    """What each found, as it ends; whoever stops asking ends those that run."""
    waiting, running = [*names], dict[str, Popen[str]]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                name = waiting.pop(0)
                running[name] = _started(name, seed, quick=quick)
            for name in [one for one, process in running.items() if process.poll() is not None]:
                yield _told(name, seed, running.pop(name))
            sleep(LOOK)
    finally:
        for process in running.values():
            process.terminate()
            process.wait()


def _started(name: str, seed: int, *, quick: bool) -> Popen[str]:
    how = ["--quick"] if quick else []
    command = [sys.executable, "-m", "bench.faults", *how, "--seed", str(seed), name]
    return Popen(command, stdout=PIPE, text=True)  # noqa: S603 our own program


def _told(name: str, seed: int, process: Popen[str]) -> Found:
    """Its first line; of one that said nothing it is not known what it found."""
    said = process.communicate()[0].partition("\n")[0]
    try:
        found: dict[str, object] = json.loads(said)
    except ValueError:
        return Found(name, seed, errors=1, remarks=[f"ended with {process.returncode}"])
    return Found(**{one: value for one, value in found.items() if one != "holds"})  # type: ignore[arg-type]
