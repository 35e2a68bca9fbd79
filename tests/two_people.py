"""Two leads who have been here for long, at a clinic where one is not enough."""

from datetime import timedelta
from secrets import token_bytes

from flask import Flask
from sqlalchemy import text

from screening.domain.audit import Actor
from screening.domain.second_person import Act, Request
from screening.services.second_person import ask_where_needed
from screening.services.switching_two import switch_on
from screening.storage.database import Database
from screening.storage.erasing import episode_exists
from screening.storage.second_person import list_requests
from tests.clock import Clock
from tests.colleagues import Colleague

ALL = "/clinic/second-person"


def leads(app: Flask, database: Database, clock: Clock) -> tuple[Colleague, Colleague]:
    """Kim and Ann, and two people are needed."""
    kim = Colleague(app.test_client(), database, "lead").joins(clock())
    ann = Colleague(app.test_client(), database, "lead", name="Ann Lee").joins(clock())
    with database.write() as session:
        switch_on(session, by(kim), clock())
    for one in (kim, ann):
        one.signs_in()
    return kim, ann


def by(person: Colleague) -> Actor:
    return Actor("staff", person.id)


def asks(
    database: Database, clock: Clock, who: Colleague, act: Act, episode_id: str | None = None
) -> Request:
    with database.write() as session:
        asked = ask_where_needed(session, act, episode_id, by(who), clock(), token_bytes)
    assert asked is not None
    return asked


def kept(database: Database) -> list[Request]:
    with database.read() as session:
        return list_requests(session)


def is_there(database: Database, episode_id: str) -> bool:
    with database.read() as session:
        return episode_exists(session, episode_id)


def witnessed(database: Database) -> list[str]:
    """What happened to requests, without the looks at them."""
    with database.read() as session:
        found = session.execute(text("SELECT event FROM audit_events ORDER BY seq"))
        names = [name.partition(".")[::2] for (name,) in found]
    return [what for kind, what in names if kind == "second-person" and what != "listed"]


DAY = timedelta(days=1)
