"""Invitations by e-mail: the link and no name; reminded while unanswered, never twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from config import EXAMPLE_KEY, Config
from screening.domain.clinic import Clinic
from screening.services.invitation_reminders import remind_invited
from screening.services.invitations import revoke
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.invitations import DOOR, STAFF, address_of, comes, comes_in, invites, tokens
from tests.mailed import as_sent, posted, with_mail
from tests.questionnaires import ASHA

ADDRESS = "asha@example.com"


@pytest.fixture
def config(config: Config) -> Config:
    return with_mail(config)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One whose messages somebody sends."""
    database = Database(database_url, KeyRing(EXAMPLE_KEY), mail=True)
    yield database
    database.close()


@pytest.mark.thorough
def test_who_has_not_answered_is_reminded_on_the_clinics_days_and_never_twice(
    app: Flask, database: Database, clock: Clock, clinic: Clinic
) -> None:
    made = invites(database, clock, email=ADDRESS, by_mail=True)
    first = ("invitation", ADDRESS, address_of(made))
    assert posted(database) == [first]
    assert remind_invited(database, clock(), tokens) == 0
    clock.advance(timedelta(days=3))  # a week before
    assert [remind_invited(database, clock(), tokens) for _ in range(2)] == [1, 0]
    clock.advance(timedelta(days=5))  # two days before
    assert [remind_invited(database, clock(), tokens) for _ in range(2)] == [1, 0]
    letters = posted(database)
    assert len({path for _, _, path in letters}) == 3
    patient = comes(app, letters[0][2])
    patient.continues(DOOR)
    assert comes(app, letters[2][2]).continues(DOOR).path == "/q/gate"
    assert "Asha" not in str(as_sent(app, letters[1]))
    patient.answers(ASHA).submits()
    assert posted(database) == [], "what has not gone out would remind of what is done"
    clock.advance(timedelta(days=1))
    assert remind_invited(database, clock(), tokens) == 0


@pytest.mark.thorough
def test_nobody_is_reminded_who_gave_no_address_or_was_taken_back(
    app: Flask, database: Database, clock: Clock, clinic: Clinic
) -> None:
    invites(database, clock)
    invites(database, clock, number=51, email=ADDRESS)  # the link was handed over
    taken = invites(database, clock, number=52, email=ADDRESS, by_mail=True)
    with database.write() as session:
        revoke(session, taken.record.id, STAFF, clock())
    assert posted(database) == []
    clock.advance(timedelta(days=3))
    assert remind_invited(database, clock(), tokens) == 0


@pytest.mark.thorough
def test_a_reminder_of_what_was_begun_opens_what_was_begun(
    app: Flask, database: Database, clock: Clock, clinic: Clinic
) -> None:
    made = invites(database, clock, email=ADDRESS, by_mail=True)
    comes_in(app, made).continues(ASHA)
    clock.advance(timedelta(days=3))
    remind_invited(database, clock(), tokens)
    patient = comes(app, posted(database)[-1][2])
    assert patient.continues(DOOR).path == "/q/about_you"
