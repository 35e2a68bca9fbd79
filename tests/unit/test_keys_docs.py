"""docs/keys.md lists the purposes and the sealed columns that the code has, no more and no less."""

import re
from pathlib import Path
from typing import get_args

from screening.storage.inventory import SEALED
from screening.storage.keys import Purpose

KEYS = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \|", re.MULTILINE)


def test_the_documented_inventory_is_that_of_the_code() -> None:
    made_with, sealed = KEYS.read_text().split("## What is made with the key")[1].split("bound to")
    assert {name for name, _ in ROW.findall(made_with)} == set(get_args(Purpose))
    columns = {name: re.findall(r"`(\w+)`", listed) for name, listed in ROW.findall(sealed)}
    assert columns == {name: [one.column for one in found] for name, found in SEALED.items()}
