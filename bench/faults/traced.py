"""A process of ours in which one system call fails, or is the last: strace counts and strikes.

The process is a fork of this one, so that it need not load anything first. It does one step after
another when it is told to, and says what came of each; strace holds on to it during the first.
"""

import ctypes
import json
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket, socketpair
from typing import Any, Self

from bench.faults.conditions import NotHere, system

WRITING = (
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "fsync", "fdatasync", "ftruncate",
    "fallocate", "copy_file_range", "sendfile", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "link", "linkat", "mkdir", "mkdirat", "rmdir", "fchmod", "fchown", "chown",
)  # fmt: skip
ANSWERING = "sendto"
# Not every machine has all of them: a question mark lets strace pass over what it has not got.
TRACED = ",".join(f"?{name}" for name in (*WRITING, "openat", ANSWERING))
LINE = re.compile(r"\d+ +(\w+)\((.*)")
ANYBODY, SET_PTRACER = ctypes.c_ulong(-1), 0x59616D61
HOW = "it takes strace, allowed to follow processes (apt install strace; containers: SYS_PTRACE)"

Step = Callable[[], object]


@dataclass(frozen=True)
class Call:
    """The n-th call of this name in the life of a process; from 1."""

    name: str
    number: int


@dataclass(frozen=True)
class Blow:
    """What happens at a call: a signal, or an error instead of what it should have done."""

    name: str
    does: str

    def at(self, call: Call) -> str:
        return f"inject={call.name}:{self.does}:when={call.number}"


KILLED = Blow("killed", "signal=KILL")
FAILING = (Blow("EIO", "error=EIO"), Blow("ENOSPC", "error=ENOSPC"))


class Life:
    """A fork of this process; ``with Life(steps) as life: life.goes_on()`` for each step."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._here, there = socketpair()
        self.pid = os.fork()
        if not self.pid:
            self._here.close()
            _lives(there, steps)
        there.close()

    def goes_on(self) -> Any:
        """What the next step gives; None where the process is no more."""
        with suppress(ConnectionError):
            self._here.sendall(b"!")
            said = b""
            while not said.endswith(b"\n"):
                more = self._here.recv(1 << 16)
                if not more:
                    return None
                said += more
            return json.loads(said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._here.close()
        os.waitpid(self.pid, 0)


def struck(life: Life, trace: Path, *blow: str) -> Any:
    """What its next step gives under strace; afterwards it is left alone."""
    given = ["strace", "-f", "-s", "0", "-p", str(life.pid), "-o", str(trace)]
    words = [word for one in (f"trace={TRACED}", *blow) for word in ("-e", one)]
    with subprocess.Popen([*given, *words], stderr=subprocess.PIPE, text=True) as strace:  # noqa: S603
        said = strace.stderr.readline() if strace.stderr else ""
        if "attached" not in said:
            raise NotHere(f"strace does not follow a process ({said.strip()}): {HOW}")
        try:
            return life.goes_on()
        finally:
            strace.terminate()
            strace.communicate()


def needs_strace() -> None:
    try:
        system("strace", "-qq", "-o", os.devnull, "true")
    except NotHere as refusal:
        raise NotHere(f"{refusal}: {HOW}") from None


def calls_in(trace: Path) -> list[Call]:
    """Each that writes, creates or answers, in their order."""
    seen: Counter[str] = Counter()
    calls = []
    for line in trace.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        name, given = found.groups()
        seen[name] += 1
        if name != "openat" or "O_CREAT" in given:
            calls.append(Call(name, seen[name]))
    return calls


def _lives(there: socket, steps: Sequence[Step]) -> None:
    """Never comes back: the fork of a test run must not go on with it."""
    try:
        ctypes.CDLL(None).prctl(SET_PTRACER, ANYBODY, 0, 0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for step in steps:
            if not there.recv(1):
                break
            there.sendall(json.dumps(step()).encode() + b"\n")
    except BaseException as error:
        with suppress(OSError):
            where = error.__traceback__
            while where and where.tb_next:
                where = where.tb_next
            line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else ""
            there.sendall(json.dumps({"broke": f"{type(error).__name__} {line}"}).encode() + b"\n")
    finally:
        os._exit(0)
