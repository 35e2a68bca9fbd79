"""What staff typed about a visit goes with it, and after a day, and is in the patient's copy."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from screening.domain.audit import SYSTEM
from screening.protocols.library import load_library
from screening.services.kept_forms import Typed, keep
from screening.services.retention import SWEEPS, Due, apply, erase, look
from screening.services.subject_access import everything_about
from screening.services.throttle import Bucket, admit
from screening.storage.database import Database
from screening.storage.kept_forms import list_kept_of_episode
from screening.storage.metadata import METADATA
from screening.storage.sessions import SessionRecord, add_session
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import Received
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.own_pages import ROBIN, STAFF, sends_in
from tests.stored import add_clinician

NOTE = "told me she is pregnant"
SWEPT = ("kept_forms", "sessions", "throttle_hits")


def rows(database: Database, *tables: str) -> list[int]:
    with database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(METADATA.tables[name])) or 0
            for name in tables
        ]


def types(database: Database, clock: Clock, about: str | None, note: str = NOTE) -> None:
    """Robin has typed this on the page of that submission or visit, and not sent it."""
    page = f"/clinic/submissions/{about}" if about else "/clinic/settings"
    typed = Typed(page, f"{page}/decision", (("note", note),), about)
    with database.write() as session:
        keep(session, ROBIN, typed, clock(), lambda size: sha256(page.encode()).digest()[:size])


@pytest.mark.thorough
def test_what_was_typed_at_a_preview_goes_with_the_visit(
    app: Flask, database: Database, clock: Clock
) -> None:
    robin = Clinician(app.test_client(), database).joins(clock()).signs_in()
    first, other = Received().into(database), Received("Ida Other").into(database, 2)
    for submission in (first, other):
        looked = robin.chooses(robin.reads(submission), "proceed", note=NOTE)
        assert Page(looked).root.one("h1").text == "Check the decision"
    assert rows(database, "kept_forms") == [2]
    with database.write() as session:
        assert erase(session, first, "request", STAFF, clock())
    assert rows(database, "kept_forms") == [1]
    assert NOTE in robin.reads(other).text


@pytest.mark.thorough
def test_what_was_typed_at_the_desk_goes_with_the_visit(
    app: Flask, database: Database, clock: Clock
) -> None:
    kim = Colleague(app.test_client(), database, "lead").starts(clock())
    visit = Received().into(database)
    action = f"/clinic/desk/{visit}/erase"
    kim.sends("/clinic/session/keep", None, **{"kept-action": action, "reference": "ZZZZ"})
    assert rows(database, "kept_forms") == [1]
    with database.write() as session:
        erase(session, visit, "request", STAFF, clock())
    assert rows(database, "kept_forms") == [0]


@pytest.mark.thorough
def test_of_a_visit_that_is_gone_nothing_is_kept(database: Database, clock: Clock) -> None:
    with database.write() as session:
        add_clinician(session)
    types(database, clock, "5" * 32)
    assert rows(database, "kept_forms") == [0]
    types(database, clock, None)
    assert rows(database, "kept_forms") == [1]


@pytest.mark.thorough
@pytest.mark.parametrize("erased", [False, True])
def test_that_it_is_kept_is_said_only_where_it_is(
    app: Flask, database: Database, clock: Clock, erased: bool
) -> None:
    robin = Clinician(app.test_client(), database).joins(clock()).signs_in()
    visit = Received().into(database)
    page = robin.reads(visit)
    if erased:
        with database.write() as session:
            erase(session, visit, "request", STAFF, clock())
    clock.advance(timedelta(hours=1))
    door = robin.chooses(page, "proceed", note=NOTE).headers["Location"]
    assert (("kept=yes" in door), rows(database, "kept_forms")) == (not erased, [int(not erased)])


@pytest.mark.thorough
def test_a_later_edition_is_of_the_same_visit(
    database: Database, clock: Clock, clinic: object
) -> None:
    first = Received().record(1)
    later = replace(Received().record(2), episode_id=first.id, edition=2, reference="REF-1")
    with database.write() as session:
        add_clinician(session)
        add_submission(session, first)
        add_submission(session, later)
    types(database, clock, later.id)
    with database.write() as session:
        assert [one.page for one in list_kept_of_episode(session, first.id)]
        assert erase(session, first.id, "request", STAFF, clock())
    assert rows(database, "kept_forms") == [0]


@pytest.mark.thorough
def test_a_version_that_does_not_know_of_it_erases_it_too(database: Database, clock: Clock) -> None:
    """While the program is upgraded, an older one may still run on the same database."""
    visit = Received().into(database)
    with database.write() as session:
        add_clinician(session)
    types(database, clock, visit)
    with database.write() as session:
        session.execute(text("DELETE FROM submissions WHERE id = :id"), {"id": visit})
    assert rows(database, "kept_forms") == [0]


def test_a_day_later_nothing_is_left_of_it_nor_of_sessions_and_attempts(
    database: Database, clock: Clock, clinic: object
) -> None:
    with database.write() as session:
        add_clinician(session)
    seen_for_a_day(database, clock)
    clock.advance(timedelta(days=1))
    with database.read() as session:
        look(session, clock(), believed=True)
    assert rows(database, *SWEPT) == [1, 1, 1]  # to look is not to erase
    apply(database, Due(0, ()), clock())
    assert rows(database, *SWEPT) == [0, 0, 0]


@pytest.mark.thorough
def test_what_is_still_in_its_time_stays(database: Database, clock: Clock, clinic: object) -> None:
    with database.write() as session:
        add_clinician(session)
    seen_for_a_day(database, clock)
    clock.advance(timedelta(hours=23))
    apply(database, Due(0, ()), clock())
    assert rows(database, *SWEPT) == [1, 1, 1]
    assert len(SWEEPS) == len(SWEPT)


def seen_for_a_day(database: Database, clock: Clock) -> None:
    """Something typed, a session and an attempt, each over in a day."""
    types(database, clock, None)
    now, tomorrow = clock(), clock() + timedelta(days=1)
    with database.write() as session:
        held = SessionRecord("h" * 64, "patient", None, {"submission": "x"}, now, now, tomorrow)
        add_session(session, held)
        admit(session, [Bucket("sign in", "robin", 5, timedelta(hours=1))], now)


@pytest.mark.thorough
def test_the_copy_of_everything_held_has_it_and_says_who_typed_it(
    database: Database, clock: Clock, clinic: object
) -> None:
    record = sends_in(database, clock)
    types(database, clock, record.id)
    types(database, clock, Received("Ida Other").into(database, 2), "about somebody else")
    with database.write() as session:
        held = everything_about(session, load_library(), record.episode_id, SYSTEM, clock())
    (typed,) = held["typed_by_staff_and_not_sent"]
    assert typed["fields"] == [["note", NOTE]]
    assert typed["by"]
