"""The order of the queue: total, the same for the same facts, and never against the need."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from screening.domain.protocol import Level
from screening.domain.queue import Band, Need, Place
from screening.domain.submission import Turn

TODAY = date(2027, 1, 4)
NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
days = st.integers(-40, 400).map(lambda n: TODAY + timedelta(days=n))
moments = st.integers(0, 5000).map(lambda n: NOON - timedelta(minutes=n))
needs = st.sampled_from([0, 2, 7, 14]).map(Need)
WAITING = [Turn.CLINIC, Turn.SECOND, Turn.PATIENT]


def places(turns: list[Turn] | None = None) -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        id=st.uuids().map(lambda one: one.hex),
        turn=st.sampled_from(turns or list(Turn)),
        level=st.sampled_from(Level),
        visit=st.none() | days,
        since=moments,
        need=needs,
        opened=st.booleans(),
        until=st.none() | days,
        decided_at=st.none() | moments,
    )


def in_order(queue: list[Place]) -> list[Place]:
    return sorted(queue, key=lambda one: one.key(TODAY))


lists = st.lists(places(), max_size=12, unique_by=lambda one: one.id)


@given(lists, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_where_it_started(
    queue: list[Place], chance: random.Random
) -> None:
    shuffled = list(queue)
    chance.shuffle(shuffled)
    assert in_order(shuffled) == in_order(queue)
    assert len({one.key(TODAY) for one in queue}) == len(queue)


@given(lists)
def test_turns_never_mix_and_the_clinics_own_comes_first(queue: list[Place]) -> None:
    turns = [one.turn for one in in_order(queue)]
    assert turns == sorted(turns, key=list(Turn).index)
    assert next(iter(Turn)) is Turn.CLINIC


@given(lists)
def test_what_nobody_has_read_stands_above_everything_else(queue: list[Place]) -> None:
    bands = [one.band(TODAY) for one in in_order(queue) if one.turn is Turn.CLINIC]
    assert bands == sorted(bands)
    for one in queue:
        if one.band(TODAY) is Band.UNREAD_SOON:
            assert one.visit is not None
            assert one.flagged
            assert not one.opened
            assert timedelta(0) <= one.visit - TODAY <= timedelta(days=2)


@given(places(WAITING), places(WAITING))
def test_less_slack_comes_first_then_the_level_then_the_wait(one: Place, other: Place) -> None:
    if (one.turn, one.band(TODAY)) != (other.turn, other.band(TODAY)):
        return
    first, second = in_order([one, other])
    slack = first.slack(TODAY) or 0, second.slack(TODAY) or 0
    assert slack[0] <= slack[1]
    if slack[0] == slack[1]:
        assert first.level >= second.level
        assert first.level > second.level or first.since <= second.since


@given(places(WAITING), st.integers(1, 30))
def test_a_longer_lead_time_or_an_earlier_visit_never_moves_anybody_back(
    one: Place, more: int
) -> None:
    if one.visit is None or one.visit < TODAY:
        return
    needier = replace(one, need=Need(one.need.days + more))
    sooner = replace(one, visit=max(TODAY, one.visit - timedelta(days=more)))
    assert needier.key(TODAY) < one.key(TODAY)
    assert sooner.key(TODAY) <= one.key(TODAY)


@given(places([Turn.LATER]), places([Turn.LATER]))
def test_deferred_ones_stand_by_the_day_they_come_back(one: Place, other: Place) -> None:
    first, second = in_order([one, other])
    assert (first.until or TODAY) <= (second.until or TODAY)
