"""Rows that were damaged, moved or tampered with: each is found, and the others still work."""

from random import Random
from typing import Any

from sqlalchemy import text

from bench.faults.oracle import look_through
from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from screening.storage.database import Session
from tests.clinic_actor import Clinician
from tests.clinic_cases import REVIEWED, Received

ROWS = 20
ROUNDS = {True: 30, False: 1_000}
COLUMNS = ("sealed_answers", "sealed_assessment", "sealed_identity")


def damaged_rows(seed: int, quick: bool) -> Found:
    """One bit, a cut, a swap, zeros: never read as if nothing were; the list still opens."""
    found, random = Found("damaged rows", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        who = Clinician(shop.app.test_client(), shop.database).joins(shop.clock()).signs_in()
        ids = [Received(answers=REVIEWED).into(shop.database, one) for one in range(1, ROWS + 1)]
        found.corrupt = len(look_through(shop.database).wrong)
        for _ in range(ROUNDS[quick]):
            _damage(shop, found, who, ids, random)
        found.control = len(ids) - len(look_through(shop.database).wrong)
    return found


def _damage(shop: Workshop, found: Found, who: Clinician, ids: list[str], random: Random) -> None:
    one, column = random.choice(ids), random.choice(COLUMNS)
    with shop.database.write() as session:
        whole = _value(session, one, column)
        _put(session, one, column, _changed(session, whole, one, column, ids, random))
    found.tried += 1
    found.faults += 1
    found.lost += not look_through(shop.database).wrong
    for address in ("/clinic/", f"/clinic/submissions/{random.choice(ids)}"):
        status = str(who.client.get(address).status_code)
        found.answers[status] = found.answers.get(status, 0) + 1
        found.errors += status >= "500" or (address == "/clinic/" and status != "200")
    with shop.database.write() as session:
        _put(session, one, column, whole)


def _changed(
    session: Session, whole: bytes, one: str, column: str, ids: list[str], random: Random
) -> bytes:
    place = random.randrange(len(whole))
    other = random.choice([each for each in ids if each != one])
    elsewhere = random.choice([each for each in COLUMNS if each != column])
    return random.choice(
        [
            whole[:place] + bytes([whole[place] ^ (1 << random.randrange(8))]) + whole[place + 1 :],
            whole[:place],
            bytes(len(whole)),
            _value(session, other, column),
            _value(session, one, elsewhere),
        ]
    )


def _value(session: Session, one: str, column: str) -> bytes:
    found: Any = session.scalar(
        text(f"SELECT {column} FROM submissions WHERE id = :one"),  # noqa: S608 a name from above
        {"one": one},
    )
    return bytes(found)


def _put(session: Session, one: str, column: str, value: bytes) -> None:
    statement = text(f"UPDATE submissions SET {column} = :value WHERE id = :one")  # noqa: S608
    session.execute(statement, {"value": value, "one": one})
