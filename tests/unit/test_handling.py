"""Handling a flag: what the shipped file says, and what the reader refuses."""

# One line a fault, so that the table reads as a table.
# ruff: noqa: E501

import copy
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from screening.domain.handling import Handling, HandlingInconsistent
from screening.protocols import library
from screening.protocols.handling_reader import build_handlings, read_handlings
from screening.protocols.shapes import ProtocolUnreadable
from tests.never_say import never_said
from tests.worked_cases import PROTOCOL

FILE = Path(library.__file__).parent / "microneedling" / "2026-1.handling.toml"
SHIPPED = tomllib.loads(FILE.read_text())
HANDLINGS = library.load_library().handling(PROTOCOL.key)
Toml = dict[str, Any]


def entry(name: str, **changes: object) -> Callable[[Toml], None]:
    def break_it(toml: Toml) -> None:
        table = toml["rules"][name] | changes
        toml["rules"][name] = {key: value for key, value in table.items() if value is not None}

    return break_it


def rules(**changes: object) -> Callable[[Toml], None]:
    def break_it(toml: Toml) -> None:
        toml["rules"] = {k: v for k, v in (toml["rules"] | changes).items() if v is not None}

    return break_it


# fmt: off
BROKEN: dict[str, tuple[Callable[[Toml], None], str, str]] = {
    "another protocol": (lambda toml: toml.update(protocol="tattoos/1"), "protocol", "not the protocol beside this file"),
    "no protocol named": (lambda toml: toml.pop("protocol"), "protocol", "not the protocol beside this file"),
    "unknown key at the top": (lambda toml: toml.update(surprise=1), "surprise", "nothing reads this key"),
    "no rules": (lambda toml: toml.pop("rules"), "rules", "the table is missing"),
    "a rule without an entry": (rules(smokes=None), "rules.smokes", "the rule has no entry"),
    "an entry without a rule": (rules(vapes={"title": "Vapes", "lead_days": 0}), "rules.vapes", "no such rule"),
    "an entry that is no table": (rules(smokes="Smokes"), "rules.smokes", "this is no table"),
    "an owner that is a number": (lambda toml: toml.update(owner=7), "owner", "this is no text"),
    "a day of review between quotes": (lambda toml: toml.update(review_by="2027-11-30"), "review_by", "this is no day"),
    "an owner of one rule that is empty": (entry("smokes", owner=" "), "rules.smokes.owner", "missing or empty"),
    "a day of review in words": (entry("smokes", review_by="next year"), "rules.smokes.review_by", "this is no day"),
    "rules that nobody answers for": (lambda toml: toml.pop("owner"), "owner", "nobody answers for age_under_18 and 110 more"),
    "rules that nobody looks at again": (lambda toml: toml.pop("review_by"), "review_by", "no day of review for age_under_18"),
    "no title": (entry("smokes", title=None), "rules.smokes.title", "missing or empty"),
    "a title like an essay": (entry("smokes", title="S" * 51), "rules.smokes.title", "51 characters"),
    "a title with a full stop": (entry("smokes", title="Smokes."), "rules.smokes.title", "full stop"),
    "no lead time": (entry("smokes", lead_days=None), "rules.smokes.lead_days", "no whole number"),
    "half a day": (entry("smokes", lead_days=0.5), "rules.smokes.lead_days", "no whole number"),
    "days in words": (entry("smokes", lead_days="2"), "rules.smokes.lead_days", "no whole number"),
    "yes for days": (entry("smokes", lead_days=True), "rules.smokes.lead_days", "no whole number"),
    "a day after the visit": (entry("smokes", lead_days=-1), "rules.smokes.lead_days", "no lead time"),
    "a year": (entry("smokes", lead_days=365), "rules.smokes.lead_days", "no lead time"),
    "a lead time for no reason": (entry("pregnant", lead_reason=None), "rules.pregnant.lead_reason", "belong together"),
    "a reason for no lead time": (entry("smokes", lead_reason="a call"), "rules.smokes.lead_reason", "belong together"),
    "a reason as a sentence": (entry("pregnant", lead_reason="Call."), "rules.pregnant.lead_reason", "no short phrase"),
    "four precautions": (entry("smokes", precautions=["A.", "B.", "C.", "D."]), "rules.smokes.precautions", "4 precautions"),
    "a precaution twice": (entry("smokes", precautions=["A.", "A."]), "rules.smokes.precautions", "twice"),
    "a precaution without an end": (entry("smokes", precautions=["Ask", "A."]), "rules.smokes.precautions.0", "no short sentence"),
    "a precaution as an essay": (entry("smokes", precautions=["A" * 120 + "."]), "rules.smokes.precautions.0", "no short sentence"),
    "an empty precaution": (entry("smokes", precautions=[""]), "rules.smokes.precautions", "no list of texts"),
    "precautions in one text": (entry("smokes", precautions="Ask."), "rules.smokes.precautions", "no list of texts"),
    "stopping a medicine": (entry("anticoagulant", precautions=["Stop warfarin 3 days before."]), "rules.anticoagulant.precautions.0", "'Stop' may be about a medicine"),
    "pausing a medicine": (entry("isotretinoin_now", precautions=["Ask about pausing it."]), "rules.isotretinoin_now.precautions.0", "may be about a medicine"),
    "going ahead under 18": (entry("age_under_18", precautions=["Ask a parent."]), "rules.age_under_18.precautions", "no clinician may go ahead"),
    "unknown key in an entry": (entry("smokes", colour="red"), "rules.smokes.colour", "nothing reads this key"),
}
# fmt: on


@pytest.mark.parametrize(("break_it", "path", "wrong"), BROKEN.values(), ids=BROKEN)
def test_a_broken_handling_file_is_refused(
    break_it: Callable[[Toml], None], path: str, wrong: str
) -> None:
    assert [(place, wrong in words) for place, words in told(break_it)] == [(path, True)]


def told(break_it: Callable[[Toml], None]) -> list[tuple[str, str]]:
    """Every complaint about a file broken in this way: where, and what."""
    toml = copy.deepcopy(SHIPPED)
    break_it(toml)
    with pytest.raises(ProtocolUnreadable) as refusal:
        build_handlings("2026-1.handling.toml", toml, PROTOCOL)
    complaints = [line.split(": ", 2) for line in str(refusal.value).splitlines()]
    assert {file for file, _, _ in complaints} == {"2026-1.handling.toml"}
    assert all(re.fullmatch(r"[^;]+; [^;]+", words) for _, _, words in complaints), "wrong; right"
    return [(place, words) for _, place, words in complaints]


def test_every_mistake_is_named_at_once() -> None:
    def break_it(toml: Toml) -> None:
        for name in ("no title", "half a day", "a precaution twice", "an entry without a rule",
                     "a reason as a sentence", "another protocol", "unknown key in an entry"):  # fmt: skip
            BROKEN[name][0](toml)

    assert sorted(place for place, _ in told(break_it)) == [
        "protocol", "rules.pregnant.lead_reason", "rules.smokes.colour", "rules.smokes.lead_days",
        "rules.smokes.precautions", "rules.smokes.title", "rules.vapes",
    ]  # fmt: skip


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "2026-1.handling.toml"
    with pytest.raises(ProtocolUnreadable, match=r"^2026-1\.handling\.toml: the file is missing; "):
        read_handlings(file, PROTOCOL)
    file.write_bytes(b"rules = [")
    with pytest.raises(ProtocolUnreadable, match="no TOML file"):
        read_handlings(file, PROTOCOL)


def test_a_handling_refuses_to_exist_if_inconsistent() -> None:
    with pytest.raises(HandlingInconsistent) as refusal:
        Handling("smokes", " ", 2, precautions=("Ask",))
    assert len(refusal.value.faults) == 3


def test_the_shipped_file_holds_every_rule_and_says_whose_defaults_they_are() -> None:
    assert list(HANDLINGS) == list(PROTOCOL.rules)
    assert "DEFAULTS, FOR THE CLINIC'S LEAD TO CHANGE" in FILE.read_text()


def test_an_owner_and_a_day_of_review_count_for_all_rules_or_for_one() -> None:
    toml = copy.deepcopy(SHIPPED) | {"owner": "Lead", "review_by": date(2027, 11, 30)}
    toml["rules"]["smokes"] |= {"owner": "Dr Adeyemi", "review_by": date(2027, 3, 1)}
    found = build_handlings("new.toml", toml, PROTOCOL)
    assert (found["smokes"].owner, found["smokes"].review_by) == ("Dr Adeyemi", date(2027, 3, 1))
    assert (found["faints"].owner, found["faints"].review_by) == ("Lead", date(2027, 11, 30))


def test_an_overdue_rule_is_noted_and_nothing_else() -> None:
    """It fires all the same: no assessment reads how a flag is handled."""
    rule = Handling("smokes", "Smokes", 0, review_by=date(2027, 3, 1))
    assert [rule.overdue(date(2027, 3, day)) for day in (1, 2)] == [False, True]
    assert not Handling("smokes", "Smokes", 0).overdue(date(2099, 1, 1))


def test_titles_tell_flags_apart() -> None:
    assert len({one.title for one in HANDLINGS.values()}) == len(PROTOCOL.rules)


def test_no_precaution_says_what_is_never_said() -> None:
    texts = [text for one in HANDLINGS.values() for text in (one.title, *one.precautions)]
    assert [text for text in texts if never_said(text)] == []


def test_the_antiviral_decision_needs_a_week_and_a_letter_two() -> None:
    assert HANDLINGS["herpes_history_area"].lead_days == 7
    letters = ["immune_medicine", "bleeding_disorder", "skin_cancer_area", "cancer_treatment_past"]
    assert {HANDLINGS[rule].lead_days for rule in letters} == {14}


def test_every_flag_that_stops_leaves_time_to_rebook() -> None:
    stops = [rule.id for rule in PROTOCOL.rules.values() if rule.level.value == "stop"]
    assert [rule for rule in stops if HANDLINGS[rule].lead_days < 2] == []
