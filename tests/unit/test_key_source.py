"""Keys come from the environment, a file or a command, and a start without them says why."""

import os
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults.conditions import no_file_grows
from config import Config
from screening.storage import key_source
from screening.storage.key_source import KeysUnreadable, add_key, given_keys
from screening.storage.sealing import KeyRing

NEW, OLD = bytes(range(40, 72)), bytes(range(100, 132))
NEW_WORD, OLD_WORD = b64encode(NEW).decode(), b64encode(OLD).decode()
NOWHERE = Path("/nowhere/prelude.key")


def command(code: str) -> dict[str, str]:
    return {"PRELUDE_KEY_COMMAND": f'"{sys.executable}" -c "{code}"'}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prelude.key"
    path.touch(mode=0o600)
    path.write_text(f"# keys of the clinic\n{NEW_WORD}  # since May\n\n{OLD_WORD}\n")
    return path


def test_the_first_key_is_the_current_one_wherever_they_come_from(file: Path) -> None:
    lines = f"{NEW_WORD}\n{OLD_WORD}"
    for given in (
        {"PRELUDE_KEY": lines},
        {"PRELUDE_KEY": f"{NEW_WORD} {OLD_WORD}"},
        {"PRELUDE_KEY_FILE": str(file)},
        command(f"print('{NEW_WORD}'); print('{OLD_WORD}')"),
    ):
        assert given_keys(given, NOWHERE) == (NEW, OLD)
    assert given_keys({}, file) == (NEW, OLD)


def test_the_configuration_keeps_older_keys_apart_and_to_itself(file: Path) -> None:
    config = Config.from_environment({"PRELUDE_KEY_FILE": str(file)})
    assert (config.master_key, config.older_keys) == (NEW, (OLD,))
    assert "older_keys" not in repr(config)


REFUSED = {
    "no key at all": ({"PRELUDE_KEY": "# none yet"}, "holds no key"),
    "a broken second key": ({"PRELUDE_KEY": f"{NEW_WORD} {OLD_WORD[:-4]}"}, "key 2 must"),
    "two places": ({"PRELUDE_KEY": NEW_WORD, "PRELUDE_KEY_COMMAND": "true"}, "not two of them"),
    "nine keys": ({"PRELUDE_KEY": " ".join([NEW_WORD] * 9)}, "more than 8"),
    "no such program": ({"PRELUDE_KEY_COMMAND": "/no/such/program"}, "cannot be run"),
    "an open quote": ({"PRELUDE_KEY_COMMAND": "print 'x"}, "cannot be run"),
    "a program that fails": (command("raise SystemExit(3)"), "exit status 3"),
    "a program that says nothing": (command("pass"), "holds no key"),
    "a program that chats": (command("print('Hello!')"), "base64"),
    "a program that raves": (command("print(chr(233))"), "no key"),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_start_without_good_keys_is_refused(given: dict[str, str], reason: str) -> None:
    with pytest.raises(KeysUnreadable, match=reason) as refusal:
        given_keys(given, NOWHERE)
    assert NEW_WORD not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_program_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_source, "PATIENCE", 0.1)
    with pytest.raises(KeysUnreadable, match=r"said nothing for 0.1 seconds"):
        given_keys(command("import time; time.sleep(9)"), NOWHERE)


def test_what_systemd_hands_over_is_taken_without_another_word(file: Path) -> None:
    given = {"CREDENTIALS_DIRECTORY": str(file.parent)}
    assert given_keys(given, NOWHERE) == (NEW, OLD)
    assert given_keys({**given, "PRELUDE_KEY": OLD_WORD}, NOWHERE) == (OLD,)
    with pytest.raises(KeysUnreadable, match="no key"):
        given_keys({"CREDENTIALS_DIRECTORY": str(file.parent / "others")}, NOWHERE)


def test_only_of_a_credential_the_group_s_bit_is_the_mask_of_an_access_list(file: Path) -> None:
    given = {"CREDENTIALS_DIRECTORY": str(file.parent)}
    file.chmod(0o440)
    assert given_keys({**given, "PRELUDE_KEY_FILE": str(file)}, NOWHERE) == (NEW, OLD)
    with pytest.raises(KeysUnreadable, match="Others can read"):
        given_keys({"PRELUDE_KEY_FILE": str(file)}, NOWHERE)
    file.chmod(0o444)
    with pytest.raises(KeysUnreadable, match="Others can read"):
        given_keys(given, NOWHERE)


@pytest.fixture
def closed_file(file: Path) -> Iterator[Path]:
    """Nobody may read it; root, who may read everything, is somebody else meanwhile."""
    before = os.geteuid()
    file.chmod(0)
    os.seteuid(before or 65_534)
    yield file
    os.seteuid(before)


def test_a_key_that_this_user_may_not_read_is_not_called_missing(closed_file: Path) -> None:
    with pytest.raises(KeysUnreadable, match="may not be read by this user"):
        given_keys({}, closed_file)


def test_a_new_key_is_put_above_the_others_and_stays_its_owners_alone(file: Path) -> None:
    newest = bytes(range(7, 39))
    add_key(file, newest, "made today")
    assert given_keys({}, file) == (newest, NEW, OLD)
    assert KeyRing(newest).key_id.hex() in file.read_text().splitlines()[0]
    assert file.stat().st_mode & 0o777 == 0o600
    assert names_in(file.parent) == ["prelude.key"]


def test_a_first_key_makes_the_file(tmp_path: Path) -> None:
    add_key(tmp_path / "new.key", NEW, "made today")
    assert given_keys({}, tmp_path / "new.key") == (NEW,)


def test_a_disk_that_takes_nothing_leaves_the_keys_and_no_copy_of_them(file: Path) -> None:
    before = file.read_text()
    with no_file_grows(os.getpid()), pytest.raises(OSError, match="large"):
        add_key(file, bytes(range(7, 39)), "made today")
    assert (file.read_text(), names_in(file.parent)) == (before, ["prelude.key"])


def test_a_copy_that_somebody_left_who_was_killed_goes_with_the_next_key(file: Path) -> None:
    file.with_name(".prelude.key.0a1b2c3d").write_text(file.read_text())
    add_key(file, bytes(range(7, 39)), "made today")
    assert names_in(file.parent) == ["prelude.key"]


def names_in(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def test_a_new_key_is_never_written_over_something_else(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.touch(mode=0o600)
    letter.write_text("Hello Asha,\n")
    with pytest.raises(KeysUnreadable, match="base64"):
        add_key(letter, NEW, "made today")
    assert letter.read_text() == "Hello Asha,\n"
