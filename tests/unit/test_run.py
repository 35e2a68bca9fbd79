"""./run, as far as it can be tried without installing anything."""

import os
import runpy
import stat
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / "run"


@pytest.fixture
def make_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The function of ./run, in a clone of its own."""
    monkeypatch.delenv("PRELUDE_KEY", raising=False)
    monkeypatch.delenv("PRELUDE_KEY_FILE", raising=False)
    make_key: Callable[[], None] = runpy.run_path(str(RUN), run_name="run")["make_key"]
    monkeypatch.setitem(make_key.__globals__, "ROOT", tmp_path)
    before = os.umask(0o022)
    try:
        yield make_key
    finally:
        os.umask(before)


def test_the_key_is_made_once_and_nobody_else_can_read_it(
    make_key: Callable[[], None], tmp_path: Path
) -> None:
    make_key()
    key = tmp_path / "instance" / "prelude.key"
    first = key.read_text()
    make_key()
    assert key.read_text() == first
    assert len(b64decode(first)) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_a_lost_key_is_never_replaced_beside_data_it_sealed(
    make_key: Callable[[], None], tmp_path: Path
) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "prelude.sqlite3").touch()
    with pytest.raises(SystemExit, match="restore the key"):
        make_key()


def test_no_key_file_is_made_where_the_environment_has_one(
    make_key: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRELUDE_KEY", "given")
    make_key()
    assert list(tmp_path.iterdir()) == []


def test_help_shows_every_way_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    main = runpy.run_path(str(RUN), run_name="run")["main"]
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(way in shown for way in ("./run test", "--quick", "./run flask", "--demo"))
    assert main(["tset"]) == 2
