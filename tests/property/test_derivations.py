"""Each flag can be explained, and the explanation is of the very flag that was raised."""

import pytest
from hypothesis import given

from screening.domain.answer_words import long_date
from screening.domain.answers import examine
from screening.domain.assessment import Assessment, evaluate
from screening.domain.context import read_context
from screening.domain.derivation import Derivation, derive
from screening.domain.protocol import Process
from tests.property.strategies import ANYBODY, Patient
from tests.worked_cases import ALL_CASES, PROTOCOL, Case

HAS_A_DAY = {"age_18_to_21", "age_under_18", "answers_old", "date_unknown"}


def explained(patient: Patient) -> dict[str, Derivation]:
    return derive(PROTOCOL, patient.answers, patient.context)


def check(derivations: dict[str, Derivation], assessment: Assessment) -> None:
    """What holds for every explanation, whoever the patient is."""
    assert [one.flag for one in derivations.values()] == list(assessment.flags)
    for flag in assessment.flags:
        why, rule = derivations[flag.rule], PROTOCOL.rules[flag.rule]
        assert tuple(answer.item for answer in why.answers) == flag.evidence
        assert [chain.clear_date for chain in why.arithmetic if chain.clear_date] == (
            [flag.clear_date] if flag.clear_date else []
        )
        if flag.clear_date:
            assert why.arithmetic[-1].steps[-1].startswith(long_date(flag.clear_date))
        assert bool(why.arithmetic) == bool(rule.since or flag.rule in HAS_A_DAY)
        assert bool(why.level_because) == (flag.level is not rule.level)
        assert bool(why.open_because) == flag.open
        assert (why.version, why.digest) == (PROTOCOL.key, PROTOCOL.digest)
        assert tuple(source.id for source in why.sources) == rule.sources
        assert why.strength == rule.evidence


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case["id"])
def test_every_flag_of_a_worked_case_is_explained(case: Case) -> None:
    context, _ = read_context(case["context"], PROTOCOL.items)
    answers, _ = examine(PROTOCOL, context, case["answers"])
    check(derive(PROTOCOL, answers, context), evaluate(PROTOCOL, answers, context))


@pytest.mark.thorough
@given(ANYBODY)
def test_every_flag_of_anybody_is_explained_and_no_other(patient: Patient) -> None:
    check(explained(patient), patient.assessment)


@pytest.mark.thorough
@given(ANYBODY)
def test_the_rule_in_words_holds_for_whoever_has_the_flag(patient: Patient) -> None:
    for why in explained(patient).values():
        rule = PROTOCOL.rules[why.flag.rule]
        if rule.process is None and not rule.since:
            assert why.rule.holds is True
        if rule.process is Process.CONTRADICTION:
            assert all(part.holds is not False for part in why.rule.parts)
