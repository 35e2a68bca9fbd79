"""``python -m bench.faults.other_time COMMAND``: the application where the clock is another.

Every command, `serve` among them, asks the app's own clock for the time; this one is off by as
many seconds as the file named in RIG_CLOCK says, and the file may change while it runs.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo

from config import Config
from screening.app import create_app
from screening.web.parts import utc_now

FILE = "RIG_CLOCK"


def moved_clock() -> datetime:
    return utc_now() + timedelta(seconds=float(Path(os.environ[FILE]).read_text()))


def app(_: ScriptInfo) -> Flask:
    return create_app(Config.from_environment(os.environ), clock=moved_clock)


if __name__ == "__main__":
    made = app(ScriptInfo())
    made.cli.main(sys.argv[1:], obj=ScriptInfo(create_app=lambda: made))
