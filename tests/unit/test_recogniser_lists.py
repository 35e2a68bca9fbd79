"""A list of names that is wrong is refused, every mistake at once; each list has its grounds."""

import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest

from screening.domain.never_said import never_said
from screening.protocols import library
from screening.protocols.library import load_library
from screening.protocols.reader import build_protocol
from screening.protocols.shapes import ProtocolUnreadable

FILE = Path(library.__file__).parent / "microneedling" / "2026-1.toml"
SHIPPED = pickle.dumps(tomllib.loads(FILE.read_text()))
PROTOCOL = load_library().get("microneedling/2026-2")
GOOD: dict[str, Any] = {
    "id": "anticoagulant",
    "label": "a blood thinner",
    "names": ["warfarin", "blood thinner"],
    "sources": ["S1"],
    "item": "medicines",
    "options": ["anticoagulant"],
    "texts": ["anything_else", "reply"],
    "false_friends": ["warfare"],
}

# fmt: off
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no names": ({"names": []}, "names", "the list is empty"),
    "no sources": ({"sources": []}, "sources", "the list is empty"),
    "no label": ({"label": " "}, "label", "missing or empty"),
    "a label with a brace": ({"label": "a {thing}"}, "label", "nothing fills in"),
    "unknown source": ({"sources": ["S999"]}, "sources", "no source S999"),
    "unknown item": ({"item": "pills"}, "item", "no item pills"),
    "unknown option": ({"options": ["tea"]}, "options", "tea says nothing of this"),
    "an option that says no": ({"options": ["none"]}, "options", "none says nothing of this"),
    "an option that is a doubt": ({"options": ["not_sure"]}, "options", "not_sure says nothing"),
    "an item without options": ({"options": []}, "", "belong together"),
    "options of a text": ({"item": "anything_else", "options": ["x"]}, "options", "says nothing"),
    "unknown text": ({"texts": ["diary"]}, "texts", "diary is no free text"),
    "a text with options": ({"texts": ["medicines"]}, "texts", "medicines is no free text"),
    "a name too short": ({"names": ["warfarin", "E"]}, "names", "too short"),
    "a name of signs": ({"names": ["warfarin", "??"]}, "names", "too short"),
    "a name twice": ({"names": ["warfarin", "War-farin", "WAR FARIN"]}, "names", "stands in"),
    "a stray false friend": ({"false_friends": ["table"]}, "false_friends", "not taken for a name"),
    "a name as false friend": ({"false_friends": ["Blood"]}, "false_friends", "no word beside"),
    "two words as one friend": ({"false_friends": ["war fare"]}, "false_friends", "no word beside"),
    "an unknown key": ({"name": "x"}, "name", "nothing reads this key"),
    "an id in capitals": ({"id": "Thinner"}, "recognised.Thinner", "no id"),
}  # fmt: skip
# fmt: on


def complaints_about(*kinds: dict[str, Any]) -> str:
    toml = pickle.loads(SHIPPED) | {"recognised": list(kinds)}
    with pytest.raises(ProtocolUnreadable) as refusal:
        build_protocol("new.toml", toml, "digest")
    return str(refusal.value)


def test_a_right_list_is_read() -> None:
    protocol = build_protocol("new.toml", pickle.loads(SHIPPED) | {"recognised": [GOOD]}, "digest")
    (mention,) = protocol.recogniser.find("on warferin, I like warfare films")
    assert (mention.kind.label, mention.words) == ("a blood thinner", "warferin")


@pytest.mark.thorough
@pytest.mark.parametrize(("changes", "key", "wrong"), WRONG.values(), ids=WRONG)
def test_a_wrong_list_is_refused(changes: dict[str, Any], key: str, wrong: str) -> None:
    told = complaints_about(GOOD | changes).splitlines()
    assert any(wrong in line and key in line.split(": ")[1] for line in told), told


def test_every_mistake_is_named_at_once() -> None:
    told = complaints_about(
        GOOD | {"sources": ["S999"], "texts": ["diary"]},
        GOOD | {"options": ["tea"]},
        GOOD | {"id": "other", "names": ["warfarin"]},
    )
    for wrong in ("S999", "diary", "tea", "used twice", "warfarin stands in anticoagulant"):
        assert wrong in told


def test_what_a_patient_reads_of_a_list_tells_nobody_what_they_have() -> None:
    for kind in PROTOCOL.recognised:
        assert not never_said(kind.label, PROTOCOL.never_say)
        assert all(PROTOCOL.sources[source].title for source in kind.sources)


def test_no_two_classes_share_a_misspelling_they_hide_behind() -> None:
    """A name misspelt by one letter never reads as a name of another class alone."""
    for kind in PROTOCOL.recognised:
        for name in (one for one in kind.names if len(one) > 7 and one.isalpha()):
            shortened = name[:4] + name[5:]
            found = {one.kind.id for one in PROTOCOL.recogniser.find(shortened)}
            assert kind.id in found, name
