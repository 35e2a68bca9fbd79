"""Where no power can be cut: each answer that promises something waits for the disk.

The server runs under strace. Between a form's arrival and the answer that says it was taken,
there must be an fsync or fdatasync that has returned. It is less than a power cut: it believes
SQLite about what it syncs, and the disk about having synced.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from flask.testing import FlaskClient

from bench.faults.conditions import system
from bench.faults.prepared import PreparedServer
from bench.faults.results import Found
from bench.faults.wire import WireClient
from tests.actors import Patient
from tests.browser.real_server import ROOT
from tests.questionnaires import ASHA

FORMS = {True: 1, False: 20}
TRACED = ("-f", "-qq", "-s", "16", "-e", "trace=fsync,fdatasync,recvfrom,sendto")


class TracedServer(PreparedServer):
    trace: Path

    def _command(self, *arguments: str) -> list[str]:
        return ["strace", *TRACED, "-o", str(self.trace), *super()._command(*arguments)]


class CarelessTracedServer(TracedServer):
    entry = ROOT / "bench/faults/careless.py"


def synced_first(found: Found, quick: bool) -> None:
    """`lost`: promises that did not wait; the control's do not."""
    system("strace", "-qq", "-o", os.devnull, "true")
    promised, found.lost = _promises(TracedServer, FORMS[quick])
    found.tried = found.acknowledged = promised
    _, found.control = _promises(CarelessTracedServer, 1)


def _promises(kind: type[TracedServer], forms: int) -> tuple[int, int]:
    with TemporaryDirectory() as name, kind(Path(name)) as server:
        server.trace = Path(name) / "trace"
        server.starts()
        for _ in range(forms):
            client = cast("FlaskClient", WireClient([server.port]))
            Patient(client).begins().answers(ASHA).submits()
        server.is_killed()
        return judged(server.trace.read_text(errors="replace"))


def judged(trace: str) -> tuple[int, int]:
    """How many forms were taken, and how many of them before anything had been synced."""
    taken = hasty = 0
    synced = True
    for line in trace.splitlines():
        if '"POST /' in line:
            synced = False
        elif "sync" in line and line.endswith("= 0"):
            synced = True
        elif '"HTTP/1.1 303' in line:
            taken += 1
            hasty += not synced
            synced = True
    return taken, hasty
