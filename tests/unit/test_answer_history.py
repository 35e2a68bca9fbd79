"""How answers changed, as steps: first answers are none, and what followed a result stands out."""

from datetime import timedelta

from screening.domain.answer_events import AnswerEvent
from screening.domain.answer_history import (
    How,
    Sent,
    Stand,
    Step,
    history,
    since_result,
    withdrawn_at,
)
from tests.clock import MONDAY_MORNING

VERSION = "microneedling/2026-1"
Raw = dict[str, object]


def at(minute: int) -> object:
    return MONDAY_MORNING + timedelta(minutes=minute)


def event(
    minute: int, item: str, old: object, new: object, aside: object = None, urgent: bool = False
) -> AnswerEvent:
    moment = MONDAY_MORNING + timedelta(minutes=minute)
    return AnswerEvent(VERSION, item, old, new, aside, moment, urgent)


def told(*events: AnswerEvent, earlier: Raw | None = None, **answers: object) -> tuple[Step, ...]:
    return history(events, Sent(VERSION, answers, MONDAY_MORNING + timedelta(hours=1), earlier))


def answered(raw: object) -> Stand:
    return Stand(How.ANSWERED, raw)


def test_a_first_answer_is_no_step_and_a_correction_is_one() -> None:
    steps = told(event(1, "sun_plans", None, "no"), event(2, "sun_plans", "no", "yes"))
    assert [(one.before, one.now, one.at) for one in steps] == [
        (answered("no"), answered("yes"), at(2))
    ]
    assert not steps[0].after_result
    assert since_result(steps) == {}


def test_an_answer_that_hides_and_comes_back_is_two_steps() -> None:
    steps = told(
        event(1, "past_needling_problem", None, ["scar"]),
        event(2, "past_needling_problem", ["scar"], None, ["scar"]),
        event(3, "past_needling_problem", None, ["scar"]),
    )
    assert [(one.before, one.now) for one in steps] == [
        (answered(["scar"]), Stand(How.HIDDEN)),
        (Stand(How.HIDDEN), answered(["scar"])),
    ]
    assert withdrawn_at(steps, "past_needling_problem", ["scar"]) == at(2)
    assert withdrawn_at(steps, "past_needling_problem", ["pain"]) is None


def test_an_urgent_sign_is_no_answer_and_what_follows_it_comes_after_a_result() -> None:
    eye, none = ["eye_symptoms"], ["none"]
    steps = told(
        event(1, "urgent_signs", None, none),
        event(2, "urgent_signs", none, None, eye, urgent=True),
        event(3, "urgent_signs", None, none, eye),
    )
    assert [(one.now, one.after_result) for one in steps] == [
        (Stand(How.URGENT, eye), False),
        (answered(none), True),
    ]
    changed = since_result(steps)["urgent_signs"]
    assert (changed.before, changed.now, changed.at) == (
        Stand(How.URGENT, eye),
        answered(none),
        at(3),
    )
    assert withdrawn_at(steps, "urgent_signs", eye) == at(2)


def test_a_sign_that_was_ticked_before_there_was_a_draft_is_told_as_well() -> None:
    (step,) = told(event(1, "urgent_signs", None, ["none"], ["eye_symptoms"]))
    assert step.before == Stand(How.URGENT, ["eye_symptoms"])
    assert since_result((step,))["urgent_signs"].at == at(1)


def test_in_a_later_edition_the_earlier_answer_is_where_a_change_begins() -> None:
    steps = told(
        event(1, "isotretinoin", None, "never"),
        event(2, "isotretinoin", "never", "past"),
        event(2, "sun_plans", None, "no"),
        earlier={"isotretinoin": "now", "sun_plans": "no"},
        isotretinoin="past",
        sun_plans="no",
    )
    assert [(one.item, one.before, one.now) for one in steps] == [
        ("isotretinoin", answered("now"), answered("never")),
        ("isotretinoin", answered("never"), answered("past")),
    ]
    assert all(one.after_result for one in steps)
    changed = since_result(steps)["isotretinoin"]
    assert (changed.before, changed.now, changed.at) == (answered("now"), answered("past"), at(2))
    assert withdrawn_at(steps, "isotretinoin", "now") == at(1)


def test_what_was_changed_and_changed_back_before_sending_has_not_changed() -> None:
    steps = told(
        event(1, "isotretinoin", None, "never"),
        event(2, "isotretinoin", "never", "now"),
        earlier={"isotretinoin": "now"},
        isotretinoin="now",
    )
    assert len(steps) == 2
    assert since_result(steps) == {}


def test_a_follow_up_that_was_not_asked_again_is_withdrawn_on_sending() -> None:
    earlier: Raw = {"isotretinoin": "past", "isotretinoin_last": "2026-11"}
    steps = told(event(1, "isotretinoin", None, "never"), earlier=earlier, isotretinoin="never")
    assert withdrawn_at(steps, "isotretinoin_last", "2026-11") == at(60)
    assert since_result(steps)["isotretinoin_last"].now == Stand(How.HIDDEN)


def test_some_dates_of_treatments_may_be_withdrawn_and_others_stay() -> None:
    both = {"botox": "2026-12", "light_peel": "2026-11"}
    steps = told(
        event(1, "recent_treatment_dates", None, both),
        event(2, "recent_treatment_dates", both, {"botox": "2026-12"}, {"light_peel": "2026-11"}),
        event(3, "recent_treatment_dates", {"botox": "2026-12"}, {"botox": "2026"},
              {"light_peel": "2026-11"}),
    )  # fmt: skip
    assert withdrawn_at(steps, "recent_treatment_dates", {"light_peel": "2026-11"}) == at(2)


def test_where_nothing_was_kept_nothing_is_told() -> None:
    assert told(earlier={"isotretinoin": "now"}, isotretinoin="never") == ()
    (step,) = told(event(1, "sun_plans", "no", "yes"))
    assert step.before == answered("no"), "begun before events were kept"
