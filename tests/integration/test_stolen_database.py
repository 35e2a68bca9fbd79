"""Whoever takes the database without the key reads no word that anybody said (DR-1)."""

from pathlib import Path

import pytest
from sqlalchemy import select

from screening.storage.database import Database
from screening.storage.metadata import METADATA
from tests.clock import Clock
from tests.everything_sealed import CODE, fill_every_sealed_column

SAID = (
    "Zoë", "Marker", "zoe@example.org", "clinician@example.org", "1985-03-27", "anticoagulant",
    "acne_scars", "not_sure", "Seen in person", "Rang twice", "come earlier", "patch_test",
    "I agree.", "Since when", "Blue key", "Caution.", CODE, "s" * 20,
)  # fmt: skip
NOT_SEALED = "microneedling/2026-1"


def hits(taken: bytes) -> list[str]:
    return [word for word in SAID if word.encode() in taken]


@pytest.mark.thorough
def test_no_value_of_any_table_shows_what_was_said(database: Database, clock: Clock) -> None:
    fill_every_sealed_column(database, clock())
    with database.read() as session:
        values = [
            value
            for table in METADATA.sorted_tables
            for row in session.execute(select(table))
            for value in row
        ]
    taken = b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in values)
    assert NOT_SEALED.encode() in taken  # the search does find what is not sealed
    assert hits(taken) == []


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_file_of_the_database_shows_it_either(
    database: Database, database_url: str, clock: Clock
) -> None:
    fill_every_sealed_column(database, clock())
    folder = Path(database_url.removeprefix("sqlite:///")).parent
    taken = b"".join(one.read_bytes() for one in folder.iterdir() if one.is_file())
    assert NOT_SEALED.encode() in taken
    assert hits(taken) == []
