"""The power goes: only what had reached the disk by then is there when it comes back.

The database lies on a file system inside a file. The server is stopped in the middle of its work,
that file is copied as it is (what the system still held in memory is not in it), and the copy is
mounted, which recovers it as a machine does when it starts again.
"""

import os
import shutil
import signal
from contextlib import ExitStack
from dataclasses import replace
from filecmp import cmp
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

from bench.faults.conditions import NotHere, mounted, needs_root, system
from bench.faults.crowd import Promises, crowd, somebody_is_promised
from bench.faults.kills import PATIENTS, compare
from bench.faults.oracle import look_through
from bench.faults.prepared import PreparedServer
from bench.faults.results import Found
from bench.faults.synced import synced_first
from config import EXAMPLE_KEY
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.browser.real_server import ROOT

CUTS = {True: 1, False: 50}
FOR_CONTROL = {True: 1, False: 6}
SIZE = 48 << 20
HEARD = 0.2  # seconds, in which patients read what had been sent to them


class CarelessServer(PreparedServer):
    entry = ROOT / "bench/faults/careless.py"


def power_cut(seed: int, quick: bool) -> Found:
    """Power cuts under load; the control trusts the system and must lose."""
    found, control = Found("power cut", seed), Found("control", seed)
    try:
        needs_root("a power cut")
        _cuts(found, PreparedServer, CUTS[quick])
        _cuts(control, CarelessServer, FOR_CONTROL[quick])
    except NotHere as refusal:
        return _looked_at_instead(str(refusal), Found("sync before answer", seed), quick)
    found.control = control.lost + control.corrupt
    found.remarks.append(f"control: {control.lost} lost, {control.corrupt} wrong")
    return found


def _looked_at_instead(refusal: str, found: Found, quick: bool) -> Found:
    found.remarks.append(f"no power cut: {refusal}")
    try:
        synced_first(found, quick)
    except NotHere as also:
        found.skipped = f"{refusal}; {also}"
    return found


def _cuts(found: Found, kind: type[PreparedServer], number: int) -> None:
    random = Random(found.seed)  # noqa: S311 to be run again
    with TemporaryDirectory() as name, ExitStack() as until_the_end:
        folder = Path(name)
        image = _made(folder / "disk")
        disk = until_the_end.enter_context(mounted(image, folder / "mounted", "-o", "loop"))
        server = until_the_end.enter_context(
            kind(folder, DATABASE_URL=f"sqlite:///{disk}/prelude.sqlite3")
        )
        system("sync", "-f", disk)
        server.starts()
        with crowd([server.port], PATIENTS, found.seed) as promises:
            for _ in range(number):
                somebody_is_promised(promises)
                sleep(random.uniform(0.0, 2.0))
                kept = _as_it_was(server, promises, image, folder / "copy")
                _judge(found, kept, folder / "copy", folder / "recovered")
        server.is_killed()
        found.tried += promises.began
        found.acknowledged += len(promises.kept)
        found.errors += len(promises.lacking)
        found.answers = {str(status): n for status, n in sorted(promises.statuses.items())}


def _made(image: Path) -> Path:
    image.touch()
    os.truncate(image, SIZE)
    system("mkfs.ext4", "-q", image)
    return image


def _as_it_was(server: PreparedServer, promises: Promises, image: Path, copy: Path) -> Promises:
    """What was promised by then; the copy is of one moment, since the file stands still."""
    os.killpg(server.pid, signal.SIGSTOP)
    try:
        sleep(HEARD)
        with promises.lock:
            kept = replace(promises, kept=dict(promises.kept))
        shutil.copyfile(image, copy)
        while not cmp(image, copy, shallow=False):
            shutil.copyfile(image, copy)
    finally:
        os.killpg(server.pid, signal.SIGCONT)
    return kept


def _judge(found: Found, kept: Promises, copy: Path, place: Path) -> None:
    found.faults += 1
    one = Found("one cut", found.seed)
    with mounted(copy, place, "-o", "loop") as disk:
        database = Database(f"sqlite:///{disk}/prelude.sqlite3", KeyRing(EXAMPLE_KEY))
        try:
            compare(one, kept, look_through(database))
        except Exception as error:  # a file that is none any more
            one.corrupt += 1
            one.remarks.append(type(error).__name__)
        finally:
            database.close()
    found.lost += one.lost
    found.duplicated += one.duplicated
    found.corrupt += one.corrupt
    found.remarks += one.remarks
