"""``flask --app wsgi verify``: without key or database, with a status that a pipeline can read."""

from pathlib import Path

import pytest
from click.testing import Result

from screening.web.commands import commands_only
from tests.tiny_protocol import TINY


def verified(text: str, folder: Path) -> Result:
    file = folder / "tiny.toml"
    file.write_text(text)
    return verify(str(file))


def verify(name: str) -> Result:
    return commands_only("There is no key.").test_cli_runner().invoke(args=["verify", name])


def test_a_file_that_keeps_every_property_passes(tmp_path: Path) -> None:
    found = verified(TINY, tmp_path)
    assert found.exit_code == 0
    assert found.output.count(" holds: ") == 8
    assert found.output.rstrip().endswith("Every property holds.")


def test_a_file_that_breaks_one_fails_with_status_1(tmp_path: Path) -> None:
    found = verified(TINY.replace('has = ["rash"]', 'has = ["sore"]'), tmp_path)
    assert found.exit_code == 1
    assert "FAILS" in found.output
    assert '{"id": "counterexample"' in found.output


def test_a_file_that_cannot_be_read_names_every_mistake(tmp_path: Path) -> None:
    text = TINY.replace('level = "stop"', 'level = "halt"').replace(
        'has = ["rash"]', 'has = ["rush"]'
    )
    found = verified(text, tmp_path)
    assert found.exit_code == 2
    assert "rules.sore_now.level: there is no level halt" in found.output
    assert "rules.rash_now.when: skin_today has no option rush" in found.output


@pytest.mark.parametrize("name", ["microneedling/1999-1", "nowhere.toml"])
def test_an_unknown_protocol_is_a_mistake_of_use(name: str) -> None:
    assert verify(name).exit_code == 2
