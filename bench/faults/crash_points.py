"""DU-14: each system call with which an act writes is the last one, or fails; one after another.

In a process of its own, which forks: nobody knows what has been begun in this one.
"""

import json
import subprocess
import sys
from dataclasses import fields

from bench.faults.conditions import NotHere
from bench.faults.results import Found
from bench.faults.traced import needs_strace
from tests.browser.real_server import ROOT


def crash_points(seed: int, quick: bool) -> Found:
    """Killed at every call, then an error from every call, in each of ten acts; `answers` says
    how many of both there were in each. The control writes without a journal.
    """
    found = Found("crash points", seed)
    try:
        needs_strace()
    except NotHere as refusal:
        found.skipped = str(refusal)
        return found
    command = [
        sys.executable,
        "-m",
        "bench.faults.crashing",
        str(seed),
        "quick" if quick else "all",
    ]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)  # noqa: S603 ours
    said = json.loads(done.stdout)
    return Found(**{one.name: said[one.name] for one in fields(Found)})
