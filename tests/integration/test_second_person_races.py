"""Many confirm at once: it is done once; and nothing is confirmed beside the switch."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_bytes
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text

from screening.domain.second_person import Act, NotWaiting, Stage
from screening.protocols.library import load_library
from screening.services.second_person import NoSuchRequest, confirm, fetch
from screening.storage.database import Database, Session
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.own_pages import sends_in
from tests.two_people import asks, by, is_there, kept, leads, witnessed

AT_ONCE = 6
TOO_LATE = (NotWaiting, NoSuchRequest)

pytestmark = pytest.mark.thorough


@pytest.fixture
def many(app: Flask, database: Database, clock: Clock) -> list[Colleague]:
    """Kim, who asks, and six who could confirm."""
    kim, ann = leads(app, database, clock)
    names = ["Bea B", "Cy C", "Dee D", "Eli E", "Fay F"]
    more = [Colleague(app.test_client(), database, "lead", name=name) for name in names]
    for one in more:
        one.joins(clock())
    return [kim, ann, *more]


def race(database: Database, steps: list[Callable[[Session], object]]) -> Counter[bool]:
    """How many of those who start together are told that it was done."""
    start = Barrier(len(steps))

    def run(step: Callable[[Session], object]) -> bool:
        start.wait()
        try:
            with database.write() as session:
                step(session)
        except TOO_LATE:
            return False
        return True

    with ThreadPoolExecutor(len(steps)) as pool:
        return Counter(pool.map(run, steps))


@pytest.mark.parametrize("act", [Act.ERASE, Act.COPY])
def test_of_six_who_confirm_together_one_does_it(
    act: Act, many: list[Colleague], database: Database, clock: Clock
) -> None:
    kim, *others = many
    visit = sends_in(database, clock).episode_id
    asked = asks(database, clock, kim, act, visit)
    given = {"request_id": asked.id, "now": clock(), "tokens": token_bytes}
    steps = [partial(confirm, actor=by(one), **given) for one in others]
    assert race(database, steps) == {True: 1, False: AT_ONCE - 1}
    assert witnessed(database) == ["asked", "confirmed"]
    assert is_there(database, visit) == (act is Act.COPY)
    if act is Act.COPY:
        library = load_library()
        fetching = [lambda s: fetch(s, library, asked.id, by(kim), clock())] * AT_ONCE
        assert race(database, fetching) == {True: 1, False: AT_ONCE - 1}
        with database.read() as session:
            count = "SELECT count(*) FROM audit_events WHERE event = 'episode.exported'"
            assert session.scalar(text(count)) == 1


def test_nothing_is_confirmed_once_it_is_off(
    many: list[Colleague], database: Database, clock: Clock
) -> None:
    kim, ann, bea, *_ = many
    visit = sends_in(database, clock).episode_id
    copy = asks(database, clock, kim, Act.COPY, visit)
    off = asks(database, clock, kim, Act.SWITCH_OFF)
    steps = [
        lambda s: confirm(s, off.id, by(ann), clock(), token_bytes),
        lambda s: confirm(s, copy.id, by(bea), clock(), token_bytes),
    ]
    race(database, steps)
    stages = {one.id: one.stage(clock()) for one in kept(database)}
    assert stages == {off.id: Stage.DONE, copy.id: Stage.VOID}  # whichever of them was first
