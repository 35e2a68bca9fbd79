"""Thousands of submissions in seconds: rows as the program makes them, added in bulk."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import insert

from screening.services.search_terms import birth_date_of, terms_of
from screening.storage.database import Database
from screening.storage.episode_tables import SearchTermRow
from screening.storage.sealing import KeyRing, canonical_json
from screening.storage.submissions import PLAIN, SEALED, SubmissionRecord
from screening.storage.tables import SubmissionRow
from tests.clinic_cases import PROTOCOL, REVIEWED, Received
from tests.stored import id_of

AT_ONCE = 500
FIRST_NAMES = ("Zoë", "Asha", "Bea", "Cy", "Dee", "Eli", "Fay")


def many_submissions(count: int, first: int = 1) -> Iterator[SubmissionRecord]:
    """Each of its own patient; ids and references follow from the number."""
    model = Received("", REVIEWED).record(1)
    for number in range(first, first + count):
        name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} Number{number}"
        yield replace(
            model,
            id=id_of(number),
            episode_id=id_of(number),
            draft_id=id_of(10_000_000 + number),
            reference=f"MANY{number}",
            identity={**model.identity, "name": name},
        )


def add_many(database: Database, count: int, first: int = 1) -> None:
    keyring = database.keyring
    records = list(many_submissions(count, first))
    for start in range(0, count, AT_ONCE):
        part = records[start : start + AT_ONCE]
        with database.write() as session:
            session.execute(insert(SubmissionRow), [_row(keyring, one) for one in part])
            session.execute(
                insert(SearchTermRow), [t for one in part for t in _terms(keyring, one)]
            )


def _row(keyring: KeyRing, record: SubmissionRecord) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in PLAIN}
    for name in SEALED:
        place = ("submissions", f"sealed_{name}", record.id)
        row[place[1]] = keyring.seal_json(getattr(record, name), *place)
    body = canonical_json([dict(record.answers), dict(record.identity)])
    return {**row, "body_mac": keyring.mac("data", "submission", body)}


def _terms(keyring: KeyRing, record: SubmissionRecord) -> Iterator[dict[str, Any]]:
    for kind, text in terms_of(record.identity, birth_date_of(PROTOCOL, record)):
        term = keyring.blind_index(f"search-{kind}", text)
        yield {"kind": kind, "term": term, "episode_id": record.episode_id}
