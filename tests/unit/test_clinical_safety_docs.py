"""docs/clinical-safety.md: what it names exists, and its figures are those of the files."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from screening.protocols.library import load_library

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clinical-safety.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|screening|bench|docs)/[^`]*)`", PAGE)))
HAZARDS = re.findall(r"^\| (?!hazard|---|who)(.*) \| (.*) \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)


@cache
def functions(file: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(file.read_text()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_exists(name: str) -> None:
    file, _, test = name.partition("::")
    assert (ROOT / file).exists()
    assert not test or test in functions(ROOT / file)


def test_at_least_20_hazards_each_have_a_cause_a_control_and_what_shows_it() -> None:
    assert len(HAZARDS) >= 20
    assert all(cell.strip() for hazard in HAZARDS for cell in hazard)
    proofs = [shown for *_, shown in HAZARDS]
    assert [one for one in proofs if "`tests/" not in one and "property" not in one] == []


def test_the_number_of_safety_cases_is_that_of_the_file() -> None:
    newest = load_library().newest("microneedling")
    (number,) = re.findall(rf"`{newest.key}` has (\d+)", PAGE)
    assert int(number) == len(newest.safety_cases)
