"""Whose turn it is follows from the status, the latest decision and the day."""

from datetime import date, timedelta

import pytest

from screening.domain.submission import Standing, Status, Turn

TODAY = date(2027, 1, 4)
DEFERRED = Standing(defer_until=TODAY)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.IN_REVIEW, Status.REOPENED])
def test_what_is_not_decided_is_the_clinics_turn(status: Status) -> None:
    assert Standing().turn(status, TODAY) is Turn.CLINIC


def test_a_decision_leaves_nothing_to_do() -> None:
    assert Standing().turn(Status.DECIDED, TODAY) is Turn.NOBODY


def test_a_deferral_comes_back_by_itself_on_its_day_and_not_before() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert DEFERRED.turn(Status.DECIDED, yesterday) is Turn.LATER
    assert DEFERRED.turn(Status.DECIDED, TODAY) is Turn.CLINIC


def test_a_question_waits_for_the_patient() -> None:
    assert Standing(asks=True).turn(Status.DECIDED, TODAY) is Turn.PATIENT


def test_a_proposal_waits_for_a_second_clinician_whatever_stood_before() -> None:
    for status in (Status.IN_REVIEW, Status.REOPENED, Status.DECIDED):
        assert Standing(proposed=True, asks=True).turn(status, TODAY) is Turn.SECOND


def test_what_was_withdrawn_is_nobodys_turn() -> None:
    assert Standing(proposed=True).turn(Status.WITHDRAWN, TODAY) is Turn.NOBODY


def test_new_answers_after_a_question_are_the_clinics_turn() -> None:
    assert Standing(asks=True).turn(Status.REOPENED, TODAY) is Turn.CLINIC
