"""DU-8: a busy day at the clinic, and a minute in which everybody presses a button."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import cast

from flask.testing import FlaskClient
from sqlalchemy import text

from bench.faults.burst import burst
from bench.faults.crowd import somebody_is_promised
from bench.faults.kills import CLINIC, judge
from bench.faults.people import NAMES, Day
from bench.faults.results import Found
from bench.faults.timings import Timings
from config import EXAMPLE_KEY
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.web.parts import utc_now
from tests.browser.real_server import RealServer
from tests.clinic_actor import Clinician

PATIENTS = {True: 4, False: 50}
CLINICIANS = {True: 2, False: 10}
SECONDS = {True: 5, False: 600}
BURST = {True: (20, 2), False: (150, 60)}  # so many forms a second, for so many seconds
# Seconds in which a page is read. Most people take longer.
PAUSES = {
    True: {"patients": (0.0, 0.2), "clinicians": (0.1, 0.5)},
    False: {"patients": (2.0, 10.0), "clinicians": (3.0, 10.0)},
}


def load(seed: int, quick: bool) -> Found:
    """Fifty patients and ten clinicians for ten minutes: each is answered, nothing is lost."""
    found = Found("a busy day", seed)
    with TemporaryDirectory() as folder, RealServer(Path(folder)) as server:
        server.flask(*CLINIC)
        server.starts()
        database = Database(server.database_url, KeyRing(EXAMPLE_KEY))
        _join(database, CLINICIANS[quick])
        day = Day(server.port, PATIENTS[quick], CLINICIANS[quick], PAUSES[quick], seed)
        with day.goes_on(day.come_in(database)):
            sleep(SECONDS[quick])
            somebody_is_promised(day.promises)
        rush = Timings()
        sent = burst(server.port, *BURST[quick], rush)
        server.is_killed()
        judge(found, day.promises, server.database_url)
        _judge_clinicians(found, day, database)
        database.close()
    found.errors += found.answers.get("503", 0) + day.promises.again
    found.errors += sum(count for status, count in sent.items() if status != "303")
    found.remarks += [*day.timings.lines(), *rush.lines(), f"in the rush: {sent}"]
    return found


def _join(database: Database, count: int) -> None:
    for name in NAMES[:count]:
        no_browser_yet = cast("FlaskClient", None)
        Clinician(no_browser_yet, database, name).joins(utc_now())


def _judge_clinicians(found: Found, day: Day, database: Database) -> None:
    """Every decision that was acknowledged is kept."""
    with database.read() as session:
        kept = set(session.scalars(text("SELECT submission_id FROM reviews")))
    found.acknowledged += len(day.decided.kept)
    found.lost += len(day.decided.kept.keys() - kept)
    found.errors += len(day.decided.failures)
    found.remarks += day.decided.failures[:5]
    found.remarks.append(f"{day.decided.rounds} rounds, {len(day.decided.kept)} decisions")
