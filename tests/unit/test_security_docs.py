"""docs/security.md: every requirement once, and whatever it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
STATES = {"shown", "rig", "partly", "elsewhere", "not met", "not applicable"}
ROW = re.compile(
    r"^\| ([A-Z]{2}-\d+) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE
)
ROWS = {match[0]: match[1:] for match in ROW.findall(DOC)}
TICKED = re.compile(r"`([^`]+)`")


def asked_for() -> list[str]:
    """The list of ids that the document itself begins with."""
    (line,) = re.findall(r"^Ids: (.*)\.$", DOC, re.MULTILINE)
    spans = re.findall(r"([A-Z]{2})-1 to \1-(\d+)", line)
    return [f"{area}-{number}" for area, last in spans for number in range(1, int(last) + 1)]


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_stands_there_once_and_in_order() -> None:
    assert len(asked_for()) == 127
    assert [match[0] for match in ROW.findall(DOC)] == asked_for()


def test_what_a_row_names_exists() -> None:
    for row, (level, state, what, where, shown_by) in ROWS.items():
        assert level in {"M", "S", "★"}, row
        assert state in STATES, row
        assert len(what) > 5, row
        files, tests = TICKED.findall(where), TICKED.findall(shown_by)
        assert files, row
        for file in files:
            assert (ROOT / file).exists(), (row, file)
        for reference in tests:
            file, _, name = reference.partition("::")
            assert (ROOT / file).is_file(), (row, file)
            assert not name or name in functions_of(file), (row, reference)


def test_what_is_called_shown_has_tests_and_what_is_not_says_why() -> None:
    for row, (_, state, what, _, shown_by) in ROWS.items():
        if state == "shown":
            assert "::test_" in shown_by, row
        if state == "rig":
            assert "./run torture" in what, row
        if state == "elsewhere":
            assert re.search(r"see docs/(operations|keys)\.md", what), row
        if state in ("not met", "not applicable", "elsewhere"):
            assert not shown_by, row


def test_every_test_that_it_names_is_one_that_pytest_collects() -> None:
    for reference in set(re.findall(r"`(tests/[^`]+::[^`]+)`", DOC)):
        file, _, name = reference.partition("::")
        assert Path(file).name.startswith("test_"), reference
        assert name.startswith("test_"), reference


def test_how_to_report_a_weakness_is_said_without_a_made_up_address() -> None:
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "private vulnerability report" in policy
    assert "@" not in policy
    for link in re.findall(r"\]\(([^)]+)\)", policy):
        assert link.startswith("https://") or (ROOT / link).exists(), link
