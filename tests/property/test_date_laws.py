"""The laws of dates, held against random patients who have something to wait for."""

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from screening.domain.protocol import Level
from tests.property.strategies import ANYBODY, PATIENTS_WHO_WAIT, Patient
from tests.worked_cases import PROTOCOL


def waits(patient: Patient) -> list[str]:
    """The rules whose wait keeps the patient from a visit on the planned day."""
    return [
        flag.rule
        for flag in patient.assessment.flags
        if flag.clear_date and flag.level >= Level.REVIEW and flag.rule != "age_under_18"
    ]


@given(PATIENTS_WHO_WAIT)
def test_the_earliest_suitable_date_is_the_first_day_without_a_wait(patient: Patient) -> None:
    assessment = patient.assessment
    first = assessment.not_before
    # Under 18 stays a stop while the answers are a child's, whatever the day of the visit.
    assume(first and "age_under_18" not in [flag.rule for flag in assessment.flags])
    assert first is not None
    assert waits(patient.coming_on(first)) == []
    assert waits(patient.coming_on(first - timedelta(days=1))) != []


@given(ANYBODY)
def test_no_date_is_named_while_anything_is_open(patient: Patient) -> None:
    assessment = patient.assessment
    assert assessment.open_ended == any(flag.open for flag in assessment.flags)
    first = None if assessment.open_ended else assessment.not_before
    assert assessment.earliest_suitable_date == first


@given(ANYBODY, st.integers(1, 400))
def test_no_wait_begins_again_on_a_later_day(patient: Patient, days: int) -> None:
    later = patient.context.treatment_day + timedelta(days=days)
    assert set(waits(patient.coming_on(later))) <= set(waits(patient))


@given(PATIENTS_WHO_WAIT, st.data())
def test_a_date_that_is_not_known_never_helps(patient: Patient, data: st.DataObject) -> None:
    running = waits(patient)
    assume(running)
    item, _, option = PROTOCOL.rules[data.draw(st.sampled_from(running))].since.partition(".")
    said = {**patient.raw[item], option: "unknown"} if option else "unknown"
    assessment = patient.saying({item: said}).assessment
    assert assessment.level >= Level.REVIEW
    assert assessment.open_ended
    assert "date_unknown" in [flag.rule for flag in assessment.flags]


@given(PATIENTS_WHO_WAIT, st.data(), st.sampled_from([7, 4]))
def test_a_vaguer_date_never_shortens_a_wait(
    patient: Patient, data: st.DataObject, letters: int
) -> None:
    running = waits(patient)
    assume(running)
    name = data.draw(st.sampled_from(running))
    item, _, option = PROTOCOL.rules[name].since.partition(".")
    vague = (patient.raw[item][option] if option else patient.raw[item])[:letters]
    forgetful = patient.saying({item: {**patient.raw[item], option: vague} if option else vague})
    assert forgetful.assessment.clear_dates[name] >= patient.assessment.clear_dates[name]
