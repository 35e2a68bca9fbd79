"""DU-13: the same load for a long while; what the process holds must not grow."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from bench.faults.crowd import crowd, somebody_is_promised
from bench.faults.kills import CLINIC, judge
from bench.faults.results import Found
from tests.browser.real_server import RealServer

SECONDS = {True: 3, False: 600}
WARM = {True: 1, False: 120}  # seconds until everything that is made once has been made
PATIENTS = {True: 2, False: 3}
GROWTH = 1.10
MORE_FILES = 10  # one more or less is open at any moment
LOOKS = 10


@dataclass(frozen=True)
class Held:
    """What a process holds: resident memory in kB, files and sockets, threads, bytes of WAL."""

    memory: int
    files: int
    threads: int
    wal: int

    def __str__(self) -> str:
        return (
            f"{self.memory / 1024:.1f} MB, {self.files} files, {self.threads} threads, "
            f"WAL {self.wal / 1_048_576:.1f} MB"
        )


def soak(seed: int, quick: bool) -> Found:
    """Ten minutes of forms; the requirement's day is the same with another number."""
    found = Found("soak", seed)
    with TemporaryDirectory() as folder, RealServer(Path(folder)) as server:
        server.flask(*CLINIC)
        server.starts()
        with crowd([server.port], PATIENTS[quick], seed) as promises:
            sleep(WARM[quick])
            first = _held(server.pid, Path(folder))
            seen = _looks(server.pid, Path(folder), SECONDS[quick])
            somebody_is_promised(promises)
        server.is_killed()
        judge(found, promises, server.database_url)
    found.faults = len(seen)
    found.errors += _has_grown(first, seen, allowed=1.5 if quick else GROWTH)
    # Measured by the same rule, a process of ours that keeps all it was ever given has grown.
    found.control = min(found.control, _hoards())
    asked = sum(promises.statuses.values())
    found.remarks += [f"{asked:,} requests", f"at first {first}", f"at last {seen[-1]}"]
    return found


def _looks(pid: int, folder: Path, seconds: float) -> list[Held]:
    began, seen = monotonic(), []
    for number in range(1, LOOKS + 1):
        sleep(max(0.0, began + seconds * number / LOOKS - monotonic()))
        seen.append(_held(pid, folder))
    return seen


def _held(pid: int, folder: Path) -> Held:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    lines = {name: value for name, _, value in (one.partition(":") for one in status)}
    return Held(
        memory=int(lines["VmRSS"].split()[0]),
        files=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        threads=int(lines["Threads"]),
        wal=sum(one.stat().st_size for one in folder.glob("*-wal")),
    )


def _has_grown(first: Held, seen: list[Held], allowed: float = GROWTH) -> int:
    """The least of the last three looks, so that one busy moment is no growth."""
    last = seen[-3:]
    return (
        (min(one.memory for one in last) > first.memory * allowed)
        + (min(one.files for one in last) > first.files + MORE_FILES)
        + (min(one.threads for one in last) > first.threads + 2)
        + (max(one.wal for one in seen) > 64 * 1_048_576)
    )


def _hoards() -> int:
    first, hoard, seen = _held(os.getpid(), Path()), [], []
    for _ in range(3):
        hoard.append(os.urandom(first.memory * 512))
        seen.append(_held(os.getpid(), Path()))
    return _has_grown(first, seen)
