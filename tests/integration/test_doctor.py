"""``flask doctor`` says of every condition whether it holds, and what to do where it does not."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from screening.web.doctor import CHECKS, examined
from screening.web.parts import Parts


def verdicts(whole: Parts) -> dict[str, str]:
    return {name: verdict for name, verdict, _ in examined(whole)}


@pytest.fixture
def whole(app: Flask) -> Parts:
    parts: Parts = app.extensions["prelude"]
    return parts


def test_a_sound_installation_is_told_so_line_by_line(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line[6:22].strip() for line in lines] == [name for name, _ in CHECKS]
    assert not [line for line in lines if line.startswith("wrong")]
    assert "test: not for answers of real people" in lines[0]


@pytest.mark.thorough
def test_a_wrong_key_and_a_missing_table_are_each_named(whole: Parts, app: Flask) -> None:
    stranger = Database(whole.config.database_url, KeyRing(b"k" * 32))
    whole.database.check_key()
    app.extensions["prelude"] = replace(whole, database=stranger)
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    key, audit_log = (line for line in result.output.splitlines() if line.startswith("wrong"))
    assert "was sealed with key" in key
    assert "the key of the audit log cannot be opened" in audit_log
    app.extensions["prelude"] = whole
    stranger.close()


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_database_that_others_can_read_is_wrong(whole: Parts) -> None:
    path = Path(whole.config.database_url.removeprefix("sqlite:///"))
    assert verdicts(whole)["database files"] == "ok"
    path.chmod(0o644)
    (words,) = (words for name, _, words in examined(whole) if name == "database files")
    assert f"chmod 600 {path}" in words


@pytest.mark.thorough
def test_without_a_database_nothing_is_told_of_its_address(whole: Parts) -> None:
    away = Database("postgresql://user:secret@127.0.0.1:1/nowhere", whole.database.keyring)
    found = examined(replace(whole, database=away))
    wrong = {name: words for name, verdict, words in found if verdict == "wrong"}
    assert set(wrong) == {
        "database",
        "schema",
        "key",
        "audit log",
        "sealings",
        "clinic",
        "protocols",
    }
    assert not any("secret" in words or "127.0.0.1" in words for words in wrong.values())


@pytest.mark.thorough
def test_what_is_only_worth_knowing_is_no_failure(whole: Parts) -> None:
    proxied = replace(whole.config, base_url="https://screening.example.org", proxies=0)
    assert verdicts(replace(whole, config=proxied))["proxies"] == "look"
    assert verdicts(replace(whole, config=replace(proxied, proxies=1)))["proxies"] == "ok"
