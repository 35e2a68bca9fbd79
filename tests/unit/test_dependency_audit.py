"""What is published about a dependency is found; who was not asked about is listed."""

from collections.abc import Mapping
from typing import Any

from bench.audit.__main__ import PINNED, ROOT, NobodyAnswers, audit

PINS = {"jinja2": "3.1.3", "flask": "3.1.3"}
# https://github.com/advisories/GHSA-h75v-3vvj-5mfj: Jinja before 3.1.4
ADVISORY = {"id": "GHSA-h75v-3vvj-5mfj", "fix_versions": ["3.1.4"]}


def the_index_says(name: str) -> Mapping[str, Any]:
    return {"info": {"version": PINS[name]}, "vulnerabilities": [ADVISORY][name == "flask" :]}


def nobody(name: str) -> Mapping[str, Any]:
    raise NobodyAnswers


def test_what_pip_audit_knows_is_told() -> None:
    found = [
        {"name": "jinja2", "version": "3.1.3", "vulns": [ADVISORY]},
        {"name": "flask", "version": "3.1.3", "vulns": []},
    ]
    told = audit(PINS, found, nobody)
    assert told.known == {"jinja2 3.1.3: GHSA-h75v-3vvj-5mfj"}
    assert told.lines()[-1] == "2 of 2 asked about, 1 known"


def test_what_it_could_not_ask_about_the_index_is_asked() -> None:
    skipped = [{"name": name, "skip_reason": "not found"} for name in PINS]
    told = audit(PINS, skipped, the_index_says)
    assert (told.known, told.unasked) == ({"jinja2 3.1.3: GHSA-h75v-3vvj-5mfj"}, set())


def test_an_answer_about_another_version_is_none() -> None:
    told = audit({"flask": "3.0.0"}, [], the_index_says)
    assert (told.asked, told.unasked) == (set(), {"flask 3.0.0"})


def test_without_a_network_it_says_so_for_each() -> None:
    told = audit(PINS, [], nobody)
    assert told.lines() == [
        "nobody could be asked about flask 3.1.3",
        "nobody could be asked about jinja2 3.1.3",
        "0 of 2 asked about, 0 known",
    ]


def test_every_pin_is_read() -> None:
    pinned = dict(PINNED.findall((ROOT / "requirements.txt").read_text()))
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert len(pinned) == sum("==" in line and not line.startswith((" ", "#")) for line in lines)
