"""What is asked for by one and confirmed by another: its stages, and who counts as two."""

from datetime import timedelta

import pytest

from screening.domain.second_person import (
    REASONS,
    TO_CONFIRM,
    TO_FETCH,
    Act,
    NotTheirs,
    NotWaiting,
    Reason,
    Request,
    Stage,
    ask,
    in_one_hand,
)
from tests.clock import MONDAY_MORNING as NOW

KIM, ANN = "kim", "ann"
MOMENT = timedelta(seconds=1)
STEPS = {
    "confirmed": lambda one, by, at: one.confirmed(by, at),
    "refused": lambda one, by, at: one.refused(by, Reason.TALK_FIRST, at),
    "withdrawn": lambda one, by, at: one.withdrawn(by, at),
    "fetched": lambda one, by, at: one.fetched(by, at),
}
ENDS = {
    "confirmed": lambda one: one.confirmed(ANN, NOW),
    "refused": lambda one: one.refused(ANN, Reason.WRONG_VISIT, NOW),
    "withdrawn": lambda one: one.withdrawn(KIM, NOW),
    "void": lambda one: one.voided(NOW),
}


def asked(act: Act = Act.ERASE) -> Request:
    return ask("r", act, None if act is Act.SWITCH_OFF else "e", KIM, NOW)


def test_it_waits_for_seven_days_and_not_a_moment_longer() -> None:
    assert asked().stage(NOW + TO_CONFIRM - MOMENT) is Stage.WAITING
    assert asked().stage(NOW + TO_CONFIRM) is Stage.OVER
    with pytest.raises(NotWaiting):
        asked().confirmed(ANN, NOW + TO_CONFIRM)


@pytest.mark.parametrize("step", ["confirmed", "refused"])
def test_whoever_asked_neither_confirms_nor_refuses(step: str) -> None:
    with pytest.raises(NotTheirs):
        STEPS[step](asked(), KIM, NOW)


@pytest.mark.parametrize("step", ["withdrawn", "fetched"])
def test_nobody_else_withdraws_or_fetches(step: str) -> None:
    one = asked(Act.COPY) if step == "withdrawn" else asked(Act.COPY).confirmed(ANN, NOW)
    with pytest.raises(NotTheirs):
        STEPS[step](one, ANN, NOW)


def test_a_confirmed_copy_is_fetched_once_within_a_day() -> None:
    ready = asked(Act.COPY).confirmed(ANN, NOW)
    assert ready.stage(NOW + TO_FETCH - MOMENT) is Stage.READY
    assert ready.stage(NOW + TO_FETCH) is Stage.OVER
    fetched = ready.fetched(KIM, NOW)
    assert fetched.stage(NOW + TO_FETCH) is Stage.DONE
    for late in (fetched, ready):
        with pytest.raises(NotWaiting):
            late.fetched(KIM, NOW + TO_FETCH)


@pytest.mark.parametrize("act", [Act.ERASE, Act.SWITCH_OFF])
def test_what_is_done_as_it_is_confirmed_can_never_be_fetched(act: Act) -> None:
    done = asked(act).confirmed(ANN, NOW)
    assert done.stage(NOW) is Stage.DONE
    with pytest.raises(NotWaiting):
        done.fetched(KIM, NOW)


@pytest.mark.parametrize("step", sorted(STEPS))
@pytest.mark.parametrize("end", sorted(ENDS))
@pytest.mark.parametrize("act", sorted(Act))
def test_what_has_ended_goes_no_further(act: Act, end: str, step: str) -> None:
    ended = ENDS[end](asked(act))
    if (act, end, step) == (Act.COPY, "confirmed", "fetched"):
        return  # the one step that follows another
    for by in (KIM, ANN):
        with pytest.raises(NotWaiting):
            STEPS[step](ended, by, NOW)


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_what_was_answered_never_becomes_void(end: str) -> None:
    ended = ENDS[end](asked())
    assert ended.voided(NOW) == ended


def test_void_is_a_copy_too_that_was_confirmed_and_not_fetched() -> None:
    voided = asked(Act.COPY).confirmed(ANN, NOW).voided(NOW)
    assert (voided.stage(NOW), voided.fetch_until) == (Stage.VOID, None)


@pytest.mark.parametrize(
    ("let_in", "held"),
    [
        ([], "k"),
        (["ka"], "ka"),
        (["ak"], "ka"),
        (["ka", "ab"], "kab"),
        (["ck", "ca"], "kca"),
        (["ab"], "k"),
        (["ab", "bc", "dc", "dk"], "kabcd"),
    ],
)
def test_whoever_was_let_in_by_the_same_hand_is_no_second_person(
    let_in: list[str], held: str
) -> None:
    assert in_one_hand([(who, whom) for who, whom in let_in], "k") == set(held)


def test_every_act_can_be_refused_for_more_than_one_reason() -> None:
    assert {act: len(reasons) > 1 for act, reasons in REASONS.items()} == dict.fromkeys(Act, True)
