"""Whoever could be the second person is told by e-mail, and whoever asked, once it is answered."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_bytes

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from screening.domain.second_person import Act
from screening.services.accounts import create_staff
from screening.services.people import switch
from screening.services.second_person import withdraw
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.mailed import as_sent, posted, with_mail
from tests.own_pages import sends_in
from tests.two_people import ALL, asks, by, leads

Two = tuple[Colleague, Colleague]
ASKED, ANSWERED = "second-person-asked", "second-person-answered"


@pytest.fixture
def config(config: Config) -> Config:
    return with_mail(config)


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = Database(config.database_url, KeyRing(config.master_key), mail=True)
    yield database
    database.close()


@pytest.fixture
def two(app: Flask, database: Database, clock: Clock) -> Two:
    return leads(app, database, clock)


@pytest.fixture
def visit(two: Two, database: Database, clock: Clock) -> str:
    return sends_in(database, clock).episode_id


def told(database: Database) -> list[tuple[str, str]]:
    """Which letter waits for whom, of those about a second person."""
    return sorted((kind, to) for kind, to, _ in posted(database) if kind in (ASKED, ANSWERED))


def test_whoever_could_confirm_is_told_once_and_whoever_asked_is_not(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock
) -> None:
    kim, ann = two
    Colleague(app.test_client(), database, "clinician", name="Cat Low").joins(clock())
    puppet = Colleague(app.test_client(), database, "lead", name="Pip Low")
    with database.write() as session:
        create_staff(session, puppet.name, puppet.email, clock(), token_bytes, by(kim))
    puppet.starts(clock())  # whom Kim invited is no second person for Kim
    for _ in range(2):  # the second time it waits already
        asks(database, clock, kim, Act.ERASE, visit)
    assert told(database) == [(ASKED, ann.email)]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("answer", "typed"), [("confirm", {}), ("refuse", {"reason": "talk_first"})]
)
def test_whoever_asked_is_told_that_it_is_answered(
    two: Two, visit: str, database: Database, clock: Clock, answer: str, typed: dict[str, str]
) -> None:
    kim, ann = two
    at = f"{ALL}/{asks(database, clock, kim, Act.COPY, visit).id}"
    assert ann.sends(f"{at}/{answer}", **typed).status_code == 303
    assert told(database) == [(ANSWERED, kim.email), (ASKED, ann.email)]


@pytest.mark.thorough
def test_withdrawing_tells_nobody(two: Two, visit: str, database: Database, clock: Clock) -> None:
    kim, ann = two
    at = f"{ALL}/{asks(database, clock, kim, Act.COPY, visit).id}"
    assert kim.sends(f"{at}/withdraw").status_code == 303
    assert told(database) == [(ASKED, ann.email)]


@pytest.mark.thorough
def test_whoever_asks_and_withdraws_over_and_over_buries_nobody_in_letters(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    for _ in range(20):
        asked = asks(database, clock, kim, Act.COPY, visit)
        with database.write() as session:
            withdraw(session, asked.id, by(kim), clock())
        clock.advance(timedelta(minutes=1))
    assert told(database) == [(ASKED, ann.email)]


@pytest.mark.thorough
@pytest.mark.parametrize("given_up", [False, True], ids=["waiting", "given up"])
def test_whoever_was_switched_off_is_not_told_any_more(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock, given_up: bool
) -> None:
    """Nor once a lead has every letter that was given up tried again."""
    kim, ann = two
    Colleague(app.test_client(), database, "lead", name="Lee Third").starts(clock())
    asks(database, clock, kim, Act.ERASE, visit)
    assert (ASKED, ann.email) in told(database)
    with database.write() as session:
        if given_up:
            session.execute(text("UPDATE outbox SET given_up_at = posted_at"))
        switch(session, ann.id, on=False, now=clock(), tokens=token_bytes, actor=by(kim))
    assert (ASKED, ann.email) not in told(database)


def test_the_letters_lead_to_the_page_and_say_neither_what_nor_about_whom(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock
) -> None:
    kim, ann = two
    at = f"{ALL}/{asks(database, clock, kim, Act.COPY, visit).id}"
    ann.sends(f"{at}/confirm")
    letters = [as_sent(app, one).as_string() for one in posted(database)]
    assert len(letters) == 2
    for one in letters:
        assert f"{ALL}\r\n" in one
        assert not [word for word in ("Kim", "Ann", "Asha", "copy", "erase", visit) if word in one]
