"""What verify relies on: rules read nothing outside their parts; parts together are alike."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.protocol import ItemKind, Level
from screening.protocols.library import load_library
from screening.protocols.verify.choices import alike, told
from screening.protocols.verify.parts import Cut, Part, cut, parts_of
from screening.protocols.verify.states import State, run
from tests.property.strategies import ANYBODY, Patient

PROTOCOL = load_library().get("microneedling/2026-2")
pytestmark = pytest.mark.thorough


@cache
def cuts() -> list[tuple[Part, Cut]]:
    return [(part, cut(PROTOCOL, (part,))) for part in parts_of(PROTOCOL)]


def within(small: Cut, patient: Patient) -> State:
    said = {name: raw for name, raw in patient.raw.items() if name in small.names}
    return State(said, patient.context)


def flagged(small: Cut, state: State, rule: str) -> tuple[Level, object, bool] | None:
    flag = run(small.protocol, state).flag(rule)
    return None if flag is None else (flag.level, flag.clear_date, flag.open)


@given(ANYBODY)
def test_an_assessment_is_the_sum_of_its_parts(patient: Patient) -> None:
    found = {}
    for part, small in cuts():
        flag = flagged(small, within(small, patient), part.rule.id)
        if flag is not None:
            found[part.rule.id] = flag
    whole = run(PROTOCOL, State(patient.raw, patient.context)).assessment.flags
    assert found == {flag.rule: (flag.level, flag.clear_date, flag.open) for flag in whole}


@given(ANYBODY, st.data())
def test_options_that_are_taken_together_do_the_same(patient: Patient, data: st.DataObject) -> None:
    part, small = data.draw(st.sampled_from(cuts()))
    state = within(small, patient)
    raw = dict(state.raw)
    for item in (item for item in small.items if item.options and item.id in raw):
        groups = alike(item.option_ids, told(small).sets.get(item.id, ()))
        stands_for = {option: group[0] for group in groups for option in group}
        said = raw[item.id]
        if item.kind is ItemKind.SINGLE:
            raw[item.id] = stands_for[said]
        elif not any(other.dates_for == item.id for other in small.items):
            raw[item.id] = sorted({stands_for[one] for one in said})
    simple = State(raw, state.context)
    assert flagged(small, simple, part.rule.id) == flagged(small, state, part.rule.id)
