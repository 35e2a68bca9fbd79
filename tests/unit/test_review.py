"""What a clinician may decide, and what each decision must be accompanied by."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.assessment import Flag
from screening.domain.never_said import never_said
from screening.domain.protocol import Level
from screening.domain.review import (
    MESSAGE_LIMIT,
    MOST_PRECAUTIONS,
    NOTE_LIMIT,
    QUESTION_LIMIT,
    REASON_LIMIT,
    Disposition,
    Grounds,
    ReasonCode,
    Review,
    ReviewRefused,
)

DAY = date(2027, 1, 4)
VISIT = date(2027, 1, 18)
WAIT_OVER = date(2027, 2, 1)
UNDER_AGE = Flag("age_under_18", Level.STOP, ("date_of_birth",), clear_date=date(2028, 3, 1))
URGENT = Flag("urgent_eye", Level.STOP, ("urgent_signs",), open=True)


NEEDED: dict[Disposition, dict[str, Any]] = {
    Disposition.DEFER: {"defer_until": VISIT},
    Disposition.PROCEED_WITH_PRECAUTIONS: {"precautions": ("Shorter session.",)},
    Disposition.ASK_PATIENT: {"question": "Which tablets?"},
}
REASON: dict[str, Any] = {"reason": "Seen in person", "reason_code": "seen_in_person"}


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
def test_going_against_the_level_needs_a_listed_reason_and_words(
    disposition: Disposition, level: Level
) -> None:
    needed = NEEDED.get(disposition, {})
    if (disposition, level) not in AGAINST:
        assert not Review(grounds(level), disposition, **needed).against_level
        return
    assert set(refused(grounds(level), disposition, **needed)) == {"reason", "reason_code"}
    blank = refused(grounds(level), disposition, reason=" \n ", reason_code="other", **needed)
    assert set(blank) == {"reason"}
    only_words = refused(grounds(level), disposition, reason="Seen in person", **needed)
    assert set(only_words) == {"reason_code"}
    assert Review(grounds(level), disposition, **REASON, **needed).against_level


@pytest.mark.parametrize("code", ["", *ReasonCode])
def test_the_list_of_reasons_is_closed(code: str) -> None:
    assert Review(grounds(Level.INFO), Disposition.PROCEED, reason_code=code).reason_code == code
    listed = refused(grounds(Level.STOP), Disposition.PROCEED, reason="x", reason_code="because")
    assert listed == {"reason_code": "Choose a reason from the list."}


@pytest.mark.parametrize("disposition", Disposition)
def test_what_belongs_to_one_decision_is_needed_there_and_refused_elsewhere(
    disposition: Disposition,
) -> None:
    ground = grounds(Level.CAUTION)
    against: dict[str, Any] = REASON if (disposition, Level.CAUTION) in AGAINST else {}
    for owner, parts in NEEDED.items():
        given_it: dict[str, Any] = {**NEEDED.get(disposition, {}), **parts, **against}
        if owner is disposition:
            assert set(refused(ground, disposition, **against)) == set(parts)
            assert Review(ground, disposition, **given_it).disposition is owner
        else:
            assert set(refused(ground, disposition, **given_it)) == set(parts)


def test_precautions_stand_once_each_and_blank_ones_count_for_nothing() -> None:
    careful, ground = Disposition.PROCEED_WITH_PRECAUTIONS, grounds(Level.CAUTION)
    twice = Review(ground, careful, precautions=("Patch test.", " Patch test. ", " ", "Shade."))
    assert twice.precautions == ("Patch test.", "Shade.")
    assert set(refused(ground, careful, precautions=("", "  "))) == {"precautions"}
    many = tuple(f"Number {number}." for number in range(MOST_PRECAUTIONS + 1))
    assert set(refused(ground, careful, precautions=many)) == {"precautions"}
    assert set(refused(ground, careful, precautions=("x" * 301,))) == {"precautions"}


def test_a_question_may_be_words_or_items_or_both() -> None:
    ask, ground = Disposition.ASK_PATIENT, grounds(Level.REVIEW)
    assert Review(ground, ask, items=("medicines", "medicines")).items == ("medicines",)
    assert Review(ground, ask, question="Which?", items=("medicines",)).question == "Which?"
    assert set(refused(ground, ask, question=" \n")) == {"question"}


@pytest.mark.parametrize("field", ["message", "question"])
def test_a_patient_never_reads_what_is_never_said(field: str) -> None:
    ground = replace(grounds(Level.INFO), never_say=("nothing to worry about",))
    for broken in ("You are cleared", "it is Nothing  to worry about", "You have eczema"):
        errors = refused(ground, Disposition.ASK_PATIENT, items=("sun_plans",), **{field: broken})
        assert set(errors) == {field}
        assert broken.split()[-1] in errors[field]
    asks: dict[str, Any] = {"items": ("sun_plans",), field: "Do you have eczema just now?"}
    assert getattr(Review(ground, Disposition.ASK_PATIENT, **asks), field) == asks[field]


@pytest.mark.parametrize(("level", "disposition"), list(product(Level, Disposition)))
def test_only_treating_in_spite_of_a_stop_needs_a_second_clinician(
    level: Level, disposition: Disposition
) -> None:
    given_all: dict[str, Any] = {**REASON, **NEEDED.get(disposition, {})}
    careful = replace(grounds(level), second_sign_off=True)
    overrides = level is Level.STOP and disposition.proceeds
    assert Review(careful, disposition, **given_all).second_required == overrides
    assert not Review(grounds(level), disposition, **given_all).second_required


def test_a_deferral_does_not_end_before_the_answers_were_given() -> None:
    ground = grounds(Level.REVIEW)
    assert "defer_until" in refused(ground, Disposition.DEFER, DAY - timedelta(days=1))
    assert Review(ground, Disposition.DEFER, DAY).defer_until == DAY


def test_deferring_to_a_day_before_the_wait_is_over_needs_a_reason() -> None:
    ground = grounds(Level.STOP, not_before=WAIT_OVER)
    early = WAIT_OVER - timedelta(days=1)
    assert "reason" in refused(ground, Disposition.DEFER, early)
    assert Review(ground, Disposition.DEFER, early, **REASON).against_level
    assert not Review(ground, Disposition.DEFER, WAIT_OVER).against_level


def test_precautions_do_not_shorten_a_wait_that_runs_beyond_the_visit() -> None:
    ground = grounds(Level.REVIEW, not_before=WAIT_OVER)
    careful = NEEDED[Disposition.PROCEED_WITH_PRECAUTIONS]
    assert "reason" in refused(ground, Disposition.PROCEED_WITH_PRECAUTIONS, **careful)
    later = Grounds(Level.REVIEW, DAY, WAIT_OVER, WAIT_OVER)
    assert not Review(later, Disposition.PROCEED_WITH_PRECAUTIONS, **careful).against_level


def test_without_a_visit_date_a_wait_is_measured_from_the_day_of_the_answers() -> None:
    ground = Grounds(Level.REVIEW, DAY, None, DAY + timedelta(days=1))
    assert "reason" in refused(ground, Disposition.PROCEED_WITH_PRECAUTIONS)


@pytest.mark.parametrize("flag", [UNDER_AGE, URGENT])
@pytest.mark.parametrize("disposition", [d for d in Disposition if d.proceeds])
def test_age_and_urgent_signs_are_never_overridden(flag: Flag, disposition: Disposition) -> None:
    needed = NEEDED.get(disposition, {})
    errors = refused(grounds(Level.STOP, flag), disposition, **REASON, **needed)
    assert set(errors) == {"disposition"}


def test_a_deferral_never_ends_before_an_age_flag_does() -> None:
    ground = grounds(Level.STOP, UNDER_AGE, not_before=UNDER_AGE.clear_date)
    errors = refused(ground, Disposition.DEFER, date(2028, 2, 29), **REASON)
    assert set(errors) == {"defer_until"}
    kept = Review(ground, Disposition.DEFER, UNDER_AGE.clear_date)
    assert kept.defer_until == UNDER_AGE.clear_date


def test_overlong_texts_are_named_and_counted() -> None:
    errors = refused(
        grounds(Level.INFO),
        Disposition.PROCEED,
        reason="r" * (REASON_LIMIT + 1),
        note="n" * (NOTE_LIMIT + 1),
        message="m" * (MESSAGE_LIMIT + 1),
    )
    assert set(errors) == {"reason", "note", "message"}
    assert str(NOTE_LIMIT + 1) in errors["note"]
    long = "q" * (QUESTION_LIMIT + 1)
    assert set(refused(grounds(Level.INFO), Disposition.ASK_PATIENT, question=long)) == {"question"}


days = st.none() | st.dates(DAY - timedelta(days=5), DAY + timedelta(days=60))
words = st.sampled_from(["", "  ", "words", "You are cleared", "x" * 5000])


@given(
    st.builds(
        Grounds,
        st.sampled_from(Level),
        st.just(DAY),
        days,
        days,
        st.sets(st.sampled_from([UNDER_AGE, URGENT])).map(tuple),
        st.just(("you are cleared",)),
        st.booleans(),
    ),
    st.sampled_from(Disposition),
    days,
    st.fixed_dictionaries(
        dict.fromkeys(("reason", "note", "message", "question"), words)
        | {"reason_code": st.sampled_from(["", "other", "because"])}
        | {name: st.lists(words, max_size=2).map(tuple) for name in ("precautions", "items")}
    ),
)
def test_every_review_that_exists_keeps_every_condition(
    ground: Grounds, disposition: Disposition, until: date | None, texts: dict[str, Any]
) -> None:
    try:
        review = Review(ground, disposition, until, **texts)
    except ReviewRefused:
        return
    assert (review.disposition is Disposition.DEFER) == (review.defer_until is not None)
    assert not review.against_level or (review.reason and review.reason_code)
    assert not (review.disposition.proceeds and ground.binding)
    assert bool(review.precautions) == (disposition is Disposition.PROCEED_WITH_PRECAUTIONS)
    assert bool(review.question or review.items) == (disposition is Disposition.ASK_PATIENT)
    assert not review.second_required or (review.against_level and ground.level is Level.STOP)
    assert not never_said(f"{review.message} {review.question}", ground.never_say)
    assert max(len(review.message), len(review.question)) <= MESSAGE_LIMIT
