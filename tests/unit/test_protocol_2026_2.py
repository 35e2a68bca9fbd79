"""Version 2026-2: what 2026-1 asks, flags and waits, and what it declares beside that."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from screening.domain.contradictions import Contradiction
from screening.domain.protocol import Item, Process, Section
from screening.protocols.library import CURRENT, load_library
from screening.protocols.verify.combinations import all_states, as_sent
from screening.protocols.verify.parts import cut, parts_of
from screening.protocols.verify.proof import verify
from screening.protocols.verify.states import State, run
from tests.never_say import never_said
from tests.worked_cases import ALL_CASES, PROTOCOL, Case, assessed

PAGE = Path(__file__).parents[2] / "docs" / "clinical-safety.md"
TOLD = re.findall(r"^\| ([1-8]) \| ([\d,]+) \|$", PAGE.read_text(), re.MULTILINE)
NEW = load_library().get("microneedling/2026-2")
BY_CONTRADICTION = pytest.mark.parametrize("one", NEW.contradictions, ids=lambda one: one.id)


def test_it_is_not_current_before_a_clinician_approves_it() -> None:
    assert CURRENT == "microneedling/2026-1"


def without_reasons(section: Section) -> Section:
    return replace(section, items=tuple(map(_plain, section.items)))


def _plain(item: Item) -> Item:
    return replace(item, options=tuple(replace(one, harmless="") for one in item.options))


def test_questions_rules_waits_and_texts_are_those_of_2026_1() -> None:
    assert tuple(map(without_reasons, NEW.sections)) == PROTOCOL.sections
    for key in (
        "rules", "waits", "conditions", "settings", "headings", "advice", "day_check",
        "safeguarding", "never_say", "nothing_noticed", "approval_banner", "leads",
        "disagreements",
    ):  # fmt: skip
        assert getattr(NEW, key) == getattr(PROTOCOL, key), key
    assert PROTOCOL.sources.items() <= NEW.sources.items()


def test_the_catalogues_contradictions_come_first() -> None:
    assert [one.when for one in NEW.contradictions[:3]] == [
        one.when for one in PROTOCOL.contradictions
    ]


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case["id"])
def test_a_worked_case_gains_at_most_a_contradiction(case: Case) -> None:
    before, after = assessed(case), assessed(case, NEW)
    if before == after:
        return
    raised = before["levels"] | {"inconsistent_answers": "review"}
    assert after["levels"] == raised
    assert after["level"] == ("stop" if "stop" in raised.values() else "review")
    changed = {"rules", "levels", "level"}
    assert {key: after[key] for key in after.keys() - changed} == {
        key: before[key] for key in before.keys() - changed
    }


@BY_CONTRADICTION
def test_a_contradiction_that_stays_becomes_the_flag(one: Contradiction) -> None:
    part = next(part for part in parts_of(NEW) if part.contradiction is one)
    small = cut(NEW, (part,))
    rule = next(r.id for r in NEW.rules.values() if r.process is Process.CONTRADICTION)
    outcomes = (run(small.protocol, state) for state in all_states(small, narrow=as_sent))
    flags = [flag for outcome in outcomes if (flag := outcome.flag(rule)) is not None]
    assert flags
    assert all(len(flag.evidence) >= 2 for flag in flags), "two answers at least"


@BY_CONTRADICTION
def test_a_contradiction_is_settled_by_a_neutral_question(one: Contradiction) -> None:
    assert one.question.startswith("You told us ")
    assert one.question.endswith("?")
    assert not never_said(one.question)
    assert not {"wrong", "mistake", "lie", "error", "must"} & set(one.question.lower().split())


def test_a_date_that_the_question_rules_out_is_a_contradiction() -> None:
    """Sunburn in the last 4 weeks, more than 2 years ago: no wait runs, and nobody would ask."""
    raw = {"sun_recent": "sunburn", "sun_recent_date": "over_2_years"}
    small = cut(NEW, [part for part in parts_of(NEW) if "sun_recent_date" in part.items])
    state = next(iter(all_states(small)))
    flags = run(small.protocol, State(raw, state.context)).assessment.flags
    assert "inconsistent_answers" in [flag.rule for flag in flags]


def test_there_are_at_least_25_safety_cases_each_with_its_ground() -> None:
    assert len(NEW.safety_cases) >= 25
    assert all(case.ground.startswith(("catalogue", "engine")) for case in NEW.safety_cases)
    assert len({case.sentence for case in NEW.safety_cases}) == len(NEW.safety_cases)


@pytest.mark.thorough
@pytest.mark.parametrize("key", sorted(load_library().versions))
def test_every_property_of_a_released_version_holds(key: str) -> None:
    report = verify(load_library().get(key))
    assert [failure.what for failure in report.failures] == []
    assert report.complete == (key != "microneedling/2026-1")
    if key == NEW.key:
        counted = {str(result.number): result.found.states for result in report.results}
        assert counted == {n: int(states.replace(",", "")) for n, states in TOLD}
