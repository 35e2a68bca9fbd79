"""A protocol file with one thing wrong is refused: file, key path, what is wrong, what is right."""

import pickle
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.protocols import library
from screening.protocols.reader import build_protocol, read_protocol
from screening.protocols.shapes import ProtocolUnreadable
from tests.unit.broken_protocols import BROKEN, Toml

FILE = Path(library.__file__).parent / "microneedling" / "2026-1.toml"
SHIPPED = pickle.dumps(tomllib.loads(FILE.read_text()))  # much quicker to copy than tables


@pytest.mark.thorough
@pytest.mark.parametrize(("break_it", "path", "wrong"), BROKEN.values(), ids=BROKEN)
def test_a_broken_protocol_is_refused(
    break_it: Callable[[Toml], None], path: str, wrong: str
) -> None:
    toml = pickle.loads(SHIPPED)
    break_it(toml)
    with pytest.raises(ProtocolUnreadable) as refusal:
        build_protocol("2026-1.toml", toml, "digest")
    complaints = [line.split(": ", 2) for line in str(refusal.value).splitlines()]
    assert {file for file, _, _ in complaints} == {"2026-1.toml"}
    told = [words for _, place, words in complaints if place.endswith(path) and wrong in words]
    assert told, f"nothing says at {path} that {wrong}: {complaints}"
    assert all(re.fullmatch(r"[^;]+; [^;]+", words) for words in told), "wrong; right"


MANY = (
    "unknown option in a rule", "no wording", "unknown level", "a wait of half a day",
    "unknown source of advice", "a harmless doubt", "a safety case that promises nothing",
    "unknown key in a source", "an empty condition", "duplicate source",
)  # fmt: skip


def test_every_mistake_is_named_at_once() -> None:
    toml = pickle.loads(SHIPPED)
    for name in MANY:
        BROKEN[name][0](toml)
    with pytest.raises(ProtocolUnreadable) as refusal:
        build_protocol("2026-1.toml", toml, "digest")
    places = [line.split(": ", 2)[1] for line in str(refusal.value).splitlines()]
    for name in MANY:
        assert [place for place in places if place.endswith(BROKEN[name][1])], name


def test_the_shipped_protocol_is_not_broken() -> None:
    assert build_protocol("2026-1.toml", pickle.loads(SHIPPED), "digest").key


@pytest.mark.parametrize("content", [b"rules = [", b"\xff\xfe", "title = 'ü'".encode("latin-1")])
def test_a_file_that_is_no_toml_in_utf_8_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "2027-1.toml"
    file.write_bytes(content)
    with pytest.raises(ProtocolUnreadable, match=r"^2027-1\.toml: this is no TOML file in UTF-8"):
        read_protocol(file)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "2027-1.toml"
    file.touch()
    with pytest.raises(
        ProtocolUnreadable, match=r"^2027-1\.toml: conditions: the table is missing"
    ):
        read_protocol(file)
