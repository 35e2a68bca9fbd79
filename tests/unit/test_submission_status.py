"""Where a submission is follows from what happened to it, and only as the table allows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.submission import (
    TRANSITIONS,
    Facts,
    Happening,
    Status,
    TransitionForbidden,
    after,
    replay,
)

START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


class Kept:
    """A submission of which only the facts are kept, the way the database does."""

    def __init__(self) -> None:
        self.times: dict[str, datetime] = {}

    def happens(self, happening: Happening, at: datetime) -> None:
        if happening is Happening.RECEIVED:  # a later edition, which nobody has opened
            self.times.pop("first_viewed_at", None)
            if "last_decided_at" in self.times:
                self.times["last_reopened_at"] = at
        elif happening is Happening.VIEWED:
            self.times.setdefault("first_viewed_at", at)
        elif happening is Happening.WITHDRAWN:
            self.times["withdrawn_at"] = at
        else:
            self.times[f"last_{happening}_at"] = at

    @property
    def status(self) -> Status:
        return Facts(**self.times).status


@given(st.lists(st.sampled_from(Happening), max_size=12))
def test_the_facts_always_give_the_status_that_the_history_led_to(story: list[Happening]) -> None:
    kept, status = Kept(), Status.RECEIVED
    for minute, happening in enumerate(story):
        try:
            status = after(status, happening)
        except TransitionForbidden:
            continue
        kept.happens(happening, START + timedelta(minutes=minute))
        assert kept.status is status


@given(st.lists(st.sampled_from(Happening), max_size=12))
def test_no_history_reaches_a_step_that_the_table_forbids(story: list[Happening]) -> None:
    status = Status.RECEIVED
    for happening in story:
        if (status, happening) in TRANSITIONS:
            status = after(status, happening)
        else:
            with pytest.raises(TransitionForbidden):
                after(status, happening)


def test_the_audit_log_replays_to_the_status() -> None:
    log = ["submission.received", "submission.viewed", "review.conflicted", "review.decided"]
    assert replay(log) is Status.DECIDED
    assert replay(log[:2]) is Status.IN_REVIEW
    assert replay(log[:1]) is Status.RECEIVED


def test_newer_answers_reopen_what_was_decided_and_begin_anew_what_was_not() -> None:
    read = ["submission.received", "submission.viewed"]
    assert replay([*read, "submission.received"]) is Status.RECEIVED
    decided = [*read, "review.decided", "submission.received", "submission.reopened"]
    assert replay(decided) is Status.REOPENED
    assert replay([*decided, "submission.received", "submission.reopened"]) is Status.REOPENED


def test_a_proposal_decides_nothing_before_a_second_clinician_agrees() -> None:
    log = ["submission.received", "submission.viewed", "review.proposed"]
    assert replay(log) is Status.IN_REVIEW
    assert replay([*log, "review.declined"]) is Status.IN_REVIEW
    assert replay([*log, "review.agreed"]) is Status.DECIDED


def test_nobody_decides_on_what_nobody_has_opened() -> None:
    with pytest.raises(TransitionForbidden):
        after(Status.RECEIVED, Happening.DECIDED)


def test_nothing_leads_out_of_withdrawn() -> None:
    for happening in Happening:
        if (Status.WITHDRAWN, happening) in TRANSITIONS:
            assert after(Status.WITHDRAWN, happening) is Status.WITHDRAWN


def test_every_status_can_be_reached() -> None:
    assert {Status.RECEIVED, *TRANSITIONS.values()} == set(Status)


def test_it_is_the_clinics_turn_until_a_decision_stands() -> None:
    waiting = {status for status in Status if status.needs_decision}
    assert waiting == {Status.RECEIVED, Status.IN_REVIEW, Status.REOPENED}
