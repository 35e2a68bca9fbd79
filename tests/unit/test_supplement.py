"""Which questions a supplement asks, and what it makes of changed answers."""

import pytest

from screening.domain.assessment import Assessment, Flag
from screening.domain.context import Context
from screening.domain.draft import Draft
from screening.domain.own_page import Stage, stage_of
from screening.domain.protocol import Level
from screening.domain.submission import Status, Turn
from screening.domain.supplement import (
    Supplement,
    changed_after_result,
    changed_answers,
    pickable,
    together,
    with_follow_ups,
    with_parents,
)
from tests.clock import MONDAY_MORNING
from tests.worked_cases import NOTHING_TO_REPORT, PROTOCOL

ASHA = NOTHING_TO_REPORT["answers"]
PAST = {**ASHA, "isotretinoin": "past", "isotretinoin_last": "2026-11-01"}
CONTEXT = Context(MONDAY_MORNING.date(), jurisdiction="england", modality="mechanical")


def test_a_question_asked_anew_takes_its_follow_ups_along() -> None:
    assert with_follow_ups(PROTOCOL, ["isotretinoin"]) == {"isotretinoin", "isotretinoin_last"}
    dates = {"recent_treatments", "recent_treatment_dates"}
    assert with_follow_ups(PROTOCOL, ["recent_treatment_dates"]) == dates


@pytest.mark.parametrize("item", sorted(PROTOCOL.items))
def test_whatever_is_asked_anew_is_asked_with_what_it_hangs_on(item: str) -> None:
    found = together(PROTOCOL, [item])
    assert with_parents(PROTOCOL, found) == found == with_follow_ups(PROTOCOL, found)
    assert together(PROTOCOL, ["isotretinoin_last"]) == {"isotretinoin", "isotretinoin_last"}


def test_none_of_the_questions_to_pick_from_tells_what_was_answered() -> None:
    for section in PROTOCOL.sections:
        assert all(item.shown_when is None for item in pickable(PROTOCOL, section.items))


@pytest.mark.parametrize("item", sorted(PROTOCOL.items))
def test_whatever_is_asked_anew_no_earlier_answer_to_it_is_left(item: str) -> None:
    supplement = Supplement(Draft(PAST)).asking(PROTOCOL, CONTEXT, [item])
    assert not set(supplement.asked) & {*supplement.draft.answers, *supplement.draft.kept}
    assert set(supplement.page) <= set(supplement.asked)
    assert Supplement.from_json(supplement.to_json()) == supplement


def test_it_goes_on_until_nothing_is_missing() -> None:
    supplement = Supplement(Draft(PAST)).asking(
        PROTOCOL, CONTEXT, ["isotretinoin_last", "scarring"]
    )
    assert supplement.page == ("scarring", "isotretinoin", "isotretinoin_last")
    first = {"scarring": "none", "isotretinoin": "past"}
    half = supplement.saying(PROTOCOL, CONTEXT, first, {}, supplement.page)
    rest = half.going_on(PROTOCOL, CONTEXT)
    assert rest.page == ("isotretinoin_last",)
    said = rest.saying(PROTOCOL, CONTEXT, {"isotretinoin_last": "2026-12"}, {}, rest.page)
    assert said.going_on(PROTOCOL, CONTEXT).page == ()


def test_said_anew_to_other_answers_it_is_the_same() -> None:
    supplement = Supplement(Draft(ASHA)).asking(PROTOCOL, CONTEXT, ["scarring"])
    said = supplement.saying(PROTOCOL, CONTEXT, {"scarring": "not_sure"}, {}, supplement.page)
    newer = said.onto(PROTOCOL, CONTEXT, {**ASHA, "sun_plans": "yes"})
    assert newer.draft.answers == {**ASHA, "sun_plans": "yes", "scarring": "not_sure"}
    assert newer.page == ()


def test_changed_after_a_result_is_what_a_stop_or_review_flag_rested_on() -> None:
    flags = (
        Flag("one", Level.STOP, ("isotretinoin",)),
        Flag("two", Level.REVIEW, ("medicines", "pregnancy")),
        Flag("three", Level.CAUTION, ("sun_plans",)),
    )
    changed = changed_answers(
        {"isotretinoin": "now", "medicines": ["x"], "pregnancy": "no", "sun_plans": "yes"},
        {"isotretinoin": "never", "pregnancy": "no", "sun_plans": "no"},
    )
    assert changed == {"isotretinoin": "now", "medicines": ["x"], "sun_plans": "yes"}
    assert changed_after_result(Assessment(flags), changed) == {"isotretinoin", "medicines"}
    assert changed_after_result(None, changed) == frozenset()


@pytest.mark.parametrize(
    ("status", "turn", "asked", "stage"),
    [
        (Status.RECEIVED, Turn.CLINIC, False, Stage.RECEIVED),
        (Status.IN_REVIEW, Turn.CLINIC, False, Stage.READING),
        (Status.IN_REVIEW, Turn.SECOND, False, Stage.READING),
        (Status.IN_REVIEW, Turn.CLINIC, True, Stage.ASKED),
        (Status.DECIDED, Turn.PATIENT, False, Stage.ASKED),
        (Status.DECIDED, Turn.NOBODY, False, Stage.DECIDED),
        (Status.DECIDED, Turn.LATER, False, Stage.DECIDED),
        (Status.DECIDED, Turn.CLINIC, False, Stage.AGAIN),
        (Status.DECIDED, Turn.SECOND, False, Stage.AGAIN),
        (Status.REOPENED, Turn.CLINIC, False, Stage.AGAIN),
        (Status.WITHDRAWN, Turn.NOBODY, True, Stage.CLOSED),
    ],
)
def test_the_stage_follows_from_status_and_turn(
    status: Status, turn: Turn, asked: bool, stage: Stage
) -> None:
    assert stage_of(status, turn, asked) is stage
