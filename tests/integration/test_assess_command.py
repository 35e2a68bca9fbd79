"""``flask --app wsgi assess``: the way in which other programs check the rules."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from screening.web.commands import assess
from tests.worked_cases import ALL_CASES, NOTHING_TO_REPORT, Case, variant

ROOT = Path(__file__).parents[2]


def run_flask(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The real command, in an environment that has neither a key nor a database."""
    environ = {"PATH": os.environ["PATH"], "PRELUDE_ENVIRONMENT": "production", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "assess", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, input=given, capture_output=True)


@pytest.mark.thorough
def test_the_command_assesses_every_worked_case_in_order(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(ALL_CASES))
    done = run_flask(str(file))
    assert (done.returncode, done.stderr) == (0, b"")
    results = json.loads(done.stdout)
    assert [one["id"] for one in results] == [case["id"] for case in ALL_CASES]
    for one, case in zip(results, ALL_CASES, strict=True):
        assert {key: one[key] for key in case["expected"]} == case["expected"]


@pytest.mark.thorough
def test_what_is_no_json_array_is_refused_by_the_real_command() -> None:
    done = run_flask("-", given=b'{"id": "V01"}')
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no JSON array" in done.stderr


def run(given: bytes | str, *words: str) -> Result:
    return CliRunner().invoke(assess, [*words, "-"], input=given)


def assessed(cases: list[object], *words: str) -> list[Case]:
    done = run(json.dumps(cases), *words)
    assert (done.exit_code, done.stderr) == (0, "")
    results = json.loads(done.stdout)
    assert isinstance(results, list)
    return results


@pytest.mark.thorough
@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{}",
        b"null",
        b'"cases"',
        b"[",
        b"[}",
        b"id: V01",
        b"\xff\xfe[]",
        b"[" * 100_000,
        b"[1" + b"0" * 5000 + b"]",
    ],
    ids=lambda given: repr(given[:12]),
)
def test_what_is_no_json_array_is_a_message_and_exit_status_2(given: bytes) -> None:
    done = run(given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "JSON" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.thorough
def test_an_empty_array_gives_an_empty_array() -> None:
    assert assessed([]) == []


@pytest.mark.thorough
def test_a_faulty_case_does_not_keep_the_others_from_running() -> None:
    faulty = variant({"pregnancy": "maybe"}, name="faulty")
    results = assessed([faulty, 3, NOTHING_TO_REPORT, {"answers": {}}, faulty])
    assert [one["id"] for one in results] == ["faulty", None, "V01", None, "faulty"]
    assert ["error" in one for one in results] == [True, True, False, True, True]
    assert list(results[0]["error"]) == ["pregnancy"]
    assert results[2]["level"] == "info"


@pytest.mark.thorough
def test_names_outside_ascii_come_back_as_they_were() -> None:
    assert assessed([NOTHING_TO_REPORT | {"id": "Ünï\ud83d"}])[0]["id"] == "Ünï\ud83d"


@pytest.mark.thorough
def test_a_protocol_version_can_be_named() -> None:
    current = assessed([NOTHING_TO_REPORT])
    assert assessed([NOTHING_TO_REPORT], "--protocol", "microneedling/2026-1") == current


@pytest.mark.thorough
def test_an_unknown_protocol_version_is_refused() -> None:
    done = run("[]", "--protocol", "microneedling/1999-1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "microneedling/2026-1" in done.stderr


@pytest.mark.thorough
def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(assess, [str(tmp_path / "nowhere.json")])
    assert (done.exit_code, done.stdout) == (2, "")


def test_of_two_answers_under_one_key_none_wins() -> None:
    given = '[{"id": 1, "answers": {"isotretinoin": "not_sure", "isotretinoin": "never"}}]'
    done = run(given)
    assert done.exit_code == 2
    assert "same key twice" in done.stderr
