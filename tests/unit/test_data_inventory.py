"""docs/data-inventory.toml names every column, and what is personal is sealed or hashed (PR-1)."""

import tomllib
from pathlib import Path

import pytest

from screening.storage.metadata import METADATA

FILE = Path(__file__).resolve().parents[2] / "docs" / "data-inventory.toml"
INVENTORY = tomllib.loads(FILE.read_text(encoding="utf-8"))
TABLES = INVENTORY["tables"]
CLASSES = INVENTORY["classes"]
# What a queue is ordered, filtered and counted by; it never tells which rules fired.
READABLE = {
    "submissions": {"level", "treatment_date", "reference"},
    "reviews": {"disposition", "defer_until", "level", "against_level", "reason_code",
                "second_required"},
    "second_opinions": {"agreed"},
    "search_terms": {"term"},  # a keyed hash
    "invitations": {"treatment", "treatment_date", "reference"},
    "invitation_terms": {"term"},  # a keyed hash
}  # fmt: skip
PERSONAL = ("health", "identity", "contact")


def columns(table: str) -> list[str]:
    return [one for name in CLASSES for one in TABLES[table].get(name, ())]


def test_the_inventory_has_every_table_and_no_other() -> None:
    assert set(TABLES) == set(METADATA.tables)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_has_its_class_once(table: str) -> None:
    assert sorted(columns(table)) == sorted(METADATA.tables[table].columns.keys())


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_says_why_how_long_and_who(table: str) -> None:
    said = TABLES[table]
    assert said.keys() - CLASSES.keys() == {"why", "basis", "kept", "seen_by"}
    assert len(said["why"]) > 10
    assert said["basis"] in INVENTORY["bases"]
    assert said["kept"] in INVENTORY["periods"]
    assert said["seen_by"]
    assert set(said["seen_by"]) <= INVENTORY["people"].keys()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_what_is_personal_is_sealed(table: str) -> None:
    personal = {one for name in PERSONAL for one in TABLES[table].get(name, ())}
    readable = {one for one in personal if not one.startswith("sealed")}
    assert readable == READABLE.get(table, set())


def test_no_column_is_for_an_address_or_a_browser() -> None:
    """PR-8: whoever sends a form leaves neither behind."""
    telling = ("ip", "address", "agent", "browser", "device", "referer", "fingerprint")
    for name, table in METADATA.tables.items():
        for column in table.columns.keys():  # noqa: SIM118 - a collection, no dict
            parts = column.split("_")
            assert (name, column) == ("clinic_settings", "address") or not set(parts) & {*telling}
