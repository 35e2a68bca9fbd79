"""What a clinician may decide, and what each decision must be accompanied by."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.assessment import Flag
from screening.domain.protocol import Level
from screening.domain.review import (
    NOTE_LIMIT,
    REASON_LIMIT,
    Disposition,
    Grounds,
    Review,
    ReviewRefused,
)

DAY = date(2027, 1, 4)
VISIT = date(2027, 1, 18)
WAIT_OVER = date(2027, 2, 1)
UNDER_AGE = Flag("age_under_18", Level.STOP, ("date_of_birth",), clear_date=date(2028, 3, 1))
URGENT = Flag("urgent_eye", Level.STOP, ("urgent_signs",), open=True)


def grounds(level: Level, *binding: Flag, not_before: date | None = None) -> Grounds:
    return Grounds(level, DAY, VISIT, not_before, binding)


def refused(*args: object, **kwargs: object) -> dict[str, str]:
    with pytest.raises(ReviewRefused) as caught:
        Review(*args, **kwargs)  # type: ignore[arg-type]
    return caught.value.errors


AGAINST = {
    (Disposition.PROCEED, Level.REVIEW),
    (Disposition.PROCEED, Level.STOP),
    (Disposition.PROCEED_WITH_PRECAUTIONS, Level.STOP),
    (Disposition.DO_NOT_TREAT, Level.INFO),
    (Disposition.DO_NOT_TREAT, Level.CAUTION),
}


@pytest.mark.parametrize(("disposition", "level"), list(product(Disposition, Level)))
def test_going_against_the_level_needs_a_written_reason(
    disposition: Disposition, level: Level
) -> None:
    until = VISIT if disposition is Disposition.DEFER else None
    if (disposition, level) in AGAINST:
        assert "reason" in refused(grounds(level), disposition, until)
        assert "reason" in refused(grounds(level), disposition, until, reason=" \n ")
        assert Review(grounds(level), disposition, until, reason="Seen in person").against_level
    else:
        assert not Review(grounds(level), disposition, until).against_level


@pytest.mark.parametrize("disposition", Disposition)
def test_only_a_deferral_carries_a_date(disposition: Disposition) -> None:
    ground = grounds(Level.REVIEW)
    if disposition is Disposition.DEFER:
        assert "Enter the day" in refused(ground, disposition)["defer_until"]
        assert Review(ground, disposition, VISIT).defer_until == VISIT
    else:
        assert "Remove" in refused(ground, disposition, VISIT, "reason")["defer_until"]


def test_a_deferral_does_not_end_before_the_answers_were_given() -> None:
    ground = grounds(Level.REVIEW)
    assert "defer_until" in refused(ground, Disposition.DEFER, DAY - timedelta(days=1))
    assert Review(ground, Disposition.DEFER, DAY)


def test_deferring_to_a_day_before_the_wait_is_over_needs_a_reason() -> None:
    ground = grounds(Level.STOP, not_before=WAIT_OVER)
    early = WAIT_OVER - timedelta(days=1)
    assert "reason" in refused(ground, Disposition.DEFER, early)
    assert Review(ground, Disposition.DEFER, early, "The laser was at another place").against_level
    assert not Review(ground, Disposition.DEFER, WAIT_OVER).against_level


def test_precautions_do_not_shorten_a_wait_that_runs_beyond_the_visit() -> None:
    ground = grounds(Level.REVIEW, not_before=WAIT_OVER)
    assert "reason" in refused(ground, Disposition.PROCEED_WITH_PRECAUTIONS)
    later = Grounds(Level.REVIEW, DAY, WAIT_OVER, WAIT_OVER)
    assert not Review(later, Disposition.PROCEED_WITH_PRECAUTIONS).against_level


def test_without_a_visit_date_a_wait_is_measured_from_the_day_of_the_answers() -> None:
    ground = Grounds(Level.REVIEW, DAY, None, DAY + timedelta(days=1))
    assert "reason" in refused(ground, Disposition.PROCEED_WITH_PRECAUTIONS)


@pytest.mark.parametrize("flag", [UNDER_AGE, URGENT])
@pytest.mark.parametrize("disposition", [d for d in Disposition if d.proceeds])
def test_age_and_urgent_signs_are_never_overridden(flag: Flag, disposition: Disposition) -> None:
    errors = refused(grounds(Level.STOP, flag), disposition, reason="I take responsibility")
    assert set(errors) == {"disposition"}


def test_a_deferral_never_ends_before_an_age_flag_does() -> None:
    ground = grounds(Level.STOP, UNDER_AGE, not_before=UNDER_AGE.clear_date)
    errors = refused(ground, Disposition.DEFER, date(2028, 2, 29), "Their birthday is near")
    assert set(errors) == {"defer_until"}
    assert Review(ground, Disposition.DEFER, UNDER_AGE.clear_date)


def test_overlong_texts_are_named_and_counted() -> None:
    errors = refused(
        grounds(Level.INFO),
        Disposition.PROCEED,
        reason="r" * (REASON_LIMIT + 1),
        note="n" * (NOTE_LIMIT + 1),
    )
    assert set(errors) == {"reason", "note"}
    assert str(NOTE_LIMIT + 1) in errors["note"]


days = st.none() | st.dates(DAY - timedelta(days=5), DAY + timedelta(days=60))


@given(
    st.sampled_from(Disposition),
    st.sampled_from(Level),
    days,
    days,
    st.sampled_from(["", "  ", "words"]),
    st.sets(st.sampled_from([UNDER_AGE, URGENT])),
)
def test_every_review_that_exists_keeps_every_condition(
    disposition: Disposition,
    level: Level,
    until: date | None,
    not_before: date | None,
    reason: str,
    binding: set[Flag],
) -> None:
    ground = grounds(level, *binding, not_before=not_before)
    try:
        review = Review(ground, disposition, until, reason)
    except ReviewRefused:
        return
    assert (review.disposition is Disposition.DEFER) == (review.defer_until is not None)
    assert review.reason or not review.against_level
    assert not (review.disposition.proceeds and binding)
