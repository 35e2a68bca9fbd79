"""OP-6: somebody sets the clock of a running server, forwards and backwards."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from sqlalchemy import text

from bench.faults.clock_people import (
    People,
    a_patient_sends,
    goes_on,
    has_a_phone,
    is_in,
    opens,
    people_at,
    signs_in,
)
from bench.faults.kills import CLINIC
from bench.faults.moved import MovedServer, library
from bench.faults.oracle import look_through
from bench.faults.results import Found
from bench.faults.wire import WireClient
from config import EXAMPLE_KEY
from screening.services.totp import STEP
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.web.parts import utc_now

WEEK, HOUR, SOON = timedelta(days=7), timedelta(hours=1), timedelta(seconds=90)
# Backwards first: under a later clock sessions end, and the next visitor clears them away.
JUMPS = {True: (-WEEK, WEEK), False: (-WEEK, -HOUR, -SOON, SOON, HOUR, WEEK)}
# The hour that is missing in spring in Europe/London, and the one that comes twice in autumn.
CODES = {30: True, -30: True, 90: False, -90: False}
EARLY = 20.0  # seconds into a half minute, after which it is better to wait for the next
CHANGES = (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))


def moved_clock(seed: int, quick: bool) -> Found:
    """A week, an hour, ninety seconds, the changes of summer time: nothing is lost or revived."""
    found = Found("the clock moved", seed)
    with TemporaryDirectory() as folder, _clinic(Path(folder)) as (server, database):
        people = people_at(server, database)
        server.flask("retention")  # the last run, under a clock that is right
        before = _kept(database)
        for jump in JUMPS[quick]:
            with server.moved(jump):
                _under_another_clock(found, server, people, jump)
            found.lost += len(before - _kept(database))
        for change in CHANGES[: 1 if quick else None]:
            _around(found, server, change)
        _codes(found, server, database, (30, 90) if quick else tuple(CODES))
        found.corrupt += len(look_through(database).wrong)
        with server.moved(WEEK):  # but where somebody vouches for it, what is due goes
            server.flask("retention", "--clock-is-right")
        found.control = len(before - _kept(database))
    found.remarks.append("libfaketime" if library() else "the clock that the app is given")
    return found


@contextmanager
def _clinic(folder: Path) -> Iterator[tuple[MovedServer, Database]]:
    with MovedServer(folder, PRELUDE_ENVIRONMENT="test") as server:
        server.flask(*CLINIC)
        server.starts()
        with closing(Database(server.database_url, KeyRing(EXAMPLE_KEY))) as database:
            yield server, database
            server.is_killed()


def _kept(database: Database) -> set[str]:
    with database.read() as session:
        drafts, submissions = (
            session.scalars(text(f"SELECT id FROM {table}"))  # noqa: S608 two names
            for table in ("drafts", "submissions")
        )
        return {*drafts, *submissions}


def _under_another_clock(
    found: Found, server: MovedServer, people: People, jump: timedelta
) -> None:
    """Who is out stays out, what ended stays ended, and nothing is erased because of it."""
    found.tried += 1
    found.faults += 1
    found.leaked += is_in(people.signed_out) + is_in(WireClient([server.port]))
    found.leaked += opens(server, people.dead_link)
    refused = server.refuses("retention")
    found.errors += refused != (abs(jump) >= WEEK)
    if jump < timedelta():  # nobody's time is over because it is earlier
        found.errors += not goes_on(people.half_way)
        found.errors += not is_in(people.signed_in)


def _around(found: Found, server: MovedServer, change: datetime) -> None:
    """Just before and just after the clinic's own clock is changed."""
    for aside in (-SOON, SOON):
        with server.moved(change - utc_now() + aside):
            found.tried += 1
            found.errors += not a_patient_sends(server)


def _codes(found: Found, server: MovedServer, database: Database, asides: tuple[int, ...]) -> None:
    """The phone's clock is right; half a minute aside is let pass, a minute and a half is not."""
    for seconds in asides:
        seed = has_a_phone(database, f"noor{seconds}")
        into = utc_now().timestamp() % STEP
        sleep(STEP - into if into > EARLY else 0.0)
        with server.moved(timedelta(seconds=seconds)):
            client = signs_in(server, f"noor{seconds}", seed)
            found.tried += 1
            found.errors += is_in(client) != CODES[seconds]
