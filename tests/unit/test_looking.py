"""What a lead would ask about, and what is no more than a day's work."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from screening.domain.audit import EVENTS
from screening.domain.looking import LOOKS, MANY, READS, Look, Looked, Sign, looked, onlookers

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = NOON + 7 * DAY
NOBODY: frozenset[tuple[str, str]] = frozenset()
CLINICIAN, DESK = frozenset({"clinician"}), frozenset({"front_desk"})


def look(
    who: str = "ana", visit: str = "v1", at: datetime = NOON, event: str = "submission.viewed"
) -> Look:
    return Look(who, visit, event, at)


def signs(*looks: Look, worked: Iterable[str] = (), namesakes: Iterable[str] = ()) -> list[Sign]:
    """Of Ana's looks at one visit."""
    (one,) = looked(
        looks, {("ana", visit) for visit in worked}, {("ana", v) for v in namesakes}, NOW
    )
    return list(one.signs)


def a_days_work(who: str, visits: int, at: datetime = NOON) -> list[Look]:
    return [look(who, f"{who}{at:%d}-{number}", at) for number in range(visits)]


def seen(*looks: Look) -> list[Looked]:
    return looked(looks, NOBODY, NOBODY, NOW)


def test_every_look_is_an_event_that_can_be_witnessed() -> None:
    assert EVENTS.keys() >= LOOKS


@pytest.mark.parametrize("event", sorted(READS))
def test_answers_that_were_read_and_led_to_nothing_are_asked_about(event: str) -> None:
    assert signs(look(event=event)) == [Sign.NOTHING_DONE]
    assert signs(look(event=event), worked=["v1"]) == []


@pytest.mark.parametrize("event", sorted(LOOKS - READS))
def test_at_the_desk_nothing_has_to_follow(event: str) -> None:
    assert signs(look(event=event)) == []


def test_a_decision_has_a_day_to_follow() -> None:
    assert signs(look(at=NOW - DAY)) == []
    assert signs(look(at=NOW - DAY - timedelta(seconds=1))) == [Sign.NOTHING_DONE]
    assert signs(look(at=NOON), look(at=NOW - DAY + HOUR)) == []


@pytest.mark.parametrize(
    ("hour", "minute", "asked"), [(6, 59, True), (7, 0, False), (19, 59, False), (20, 0, True)]
)
def test_a_look_before_seven_or_from_eight_in_the_evening_is_out_of_hours(
    hour: int, minute: int, asked: bool
) -> None:
    at = NOON.replace(hour=hour, minute=minute)
    assert (Sign.OFF_HOURS in signs(look(at=at), worked=["v1"])) is asked


def test_a_namesake_is_asked_about_whatever_was_done() -> None:
    assert signs(look(), worked=["v1"], namesakes=["v1"]) == [Sign.SAME_NAME]


def test_work_on_one_visit_explains_no_look_at_another() -> None:
    found = looked([look(), look(visit="v2")], {("ana", "v2")}, NOBODY, NOW)
    assert {one.episode_id: one.signs for one in found} == {"v1": (Sign.NOTHING_DONE,), "v2": ()}


def test_work_of_one_colleague_explains_no_look_of_another() -> None:
    found = looked([look(), look("bo")], {("bo", "v1")}, NOBODY, NOW)
    assert {one.staff_id: one.signs for one in found} == {"ana": (Sign.NOTHING_DONE,), "bo": ()}


def test_a_visit_counts_once_however_often_it_was_opened() -> None:
    (ana,) = onlookers(seen(look(), look(at=NOON + DAY), look(visit="v2")), {"ana": CLINICIAN})
    assert ana.visits == 2
    assert ana.signs == {Sign.NOTHING_DONE: 2}


def test_more_than_three_times_what_colleagues_open_stands_out() -> None:
    usual = [*a_days_work("bo", 6), *a_days_work("cy", 8)]
    roles = dict.fromkeys(("ana", "bo", "cy"), CLINICIAN)
    for visits, others in ((21, None), (22, 7.0)):
        ana = onlookers(seen(*usual, *a_days_work("ana", visits)), roles)[0]
        assert (ana.staff_id, ana.others) == ("ana", others)


def test_little_never_stands_out() -> None:
    roles = {"ana": CLINICIAN, "bo": CLINICIAN}
    for visits, others in ((MANY - 1, None), (MANY, 1.0)):
        ana = onlookers(seen(look("bo", "x"), *a_days_work("ana", visits)), roles)[0]
        assert ana.others == others


def test_the_desk_is_not_compared_with_clinicians() -> None:
    work = [*a_days_work("bo", 2), *a_days_work("ana", 50)]
    (ana, _) = onlookers(seen(*work), {"ana": DESK, "bo": CLINICIAN})
    assert ana.others is None


def test_a_day_unlike_the_others_stands_out() -> None:
    usual = [one for days in range(1, 5) for one in a_days_work("ana", 5, NOON - days * DAY)]
    (ana,) = onlookers(seen(*usual, *a_days_work("ana", 20)), {"ana": CLINICIAN})
    assert ana.busiest == (date(2027, 1, 4), 20)
    (ana,) = onlookers(seen(*usual, *a_days_work("ana", 19)), {"ana": CLINICIAN})
    assert ana.busiest is None


def test_a_single_day_has_nothing_to_be_compared_with() -> None:
    (ana,) = onlookers(seen(*a_days_work("ana", 50)), {"ana": CLINICIAN})
    assert ana.busiest is None
