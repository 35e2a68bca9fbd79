"""Which version new drafts use, what becomes of drafts on an old one, and what is never used."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from secrets import token_bytes
from threading import Barrier, Thread
from types import MappingProxyType

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.domain.adjustments import Adjustments
from screening.domain.audit import Actor
from screening.domain.clinic import Clinic
from screening.domain.levels import Level
from screening.domain.protocol_life import Act, Move, PublishingRefused
from screening.protocols.library import ProtocolLibrary, load_library
from screening.services.accounts import create_staff, set_up
from screening.services.protocol_life import (
    ProtocolAltered,
    adjustments_in,
    check_unaltered,
    in_use,
    read_lives,
)
from screening.services.publishing import LifeChanged, adjust, make_current
from screening.storage.database import Database
from screening.storage.protocol_life import add_move
from screening.web.readiness import NotReady, check_readiness
from tests.actors import Patient
from tests.clinic_actor import PASSWORD_HASH
from tests.clock import Clock
from tests.protocol_cases import (
    OLD,
    a_new_item,
    approved,
    checked,
    moved,
    published,
    with_items,
    worded,
)
from tests.questionnaires import ASHA, at_the_check, events, past_the_gate, the_draft

LATER = "microneedling/2026-9"
ITEMS = load_library().get(OLD).items
LIBRARY = with_items(
    {"treatment_goals": worded(ITEMS["treatment_goals"], "What do you hope to change?")},
    a_new_item(),
)

sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def app(app_with: Callable[[ProtocolLibrary], Flask]) -> Flask:
    return app_with(LIBRARY)


@pytest.fixture
def ann(database: Database, clinic: Clinic, clock: Clock) -> str:
    """The id of somebody who approves, and who leads."""
    with database.write() as session:
        roles = frozenset({"clinician", "lead"})
        token = create_staff(
            session, "Ann Lee", "ann@clinic.example", clock(), token_bytes, roles=roles
        )
        return set_up(session, token, PASSWORD_HASH, clock(), token_bytes).id


def altered(library: ProtocolLibrary, key: str) -> ProtocolLibrary:
    """As if somebody had edited the released file."""
    other = replace(library.get(key), digest="e" * 64)
    return replace(library, versions=MappingProxyType({**library.versions, key: other}))


def using(database: Database, library: ProtocolLibrary = LIBRARY) -> str:
    with database.read() as session:
        return in_use(session, library).key


@sqlite_only
def test_new_drafts_use_the_default_until_a_version_is_made_current(
    database: Database, ann: str, clock: Clock
) -> None:
    assert using(database) == OLD
    published(database, LIBRARY, LATER, ann, clock())
    assert using(database) == LATER


@pytest.mark.thorough
@sqlite_only
def test_publishing_is_refused_without_a_check_that_passed(
    database: Database, ann: str, clock: Clock
) -> None:
    later = LIBRARY.get(LATER)
    for _ in range(2):
        with pytest.raises(PublishingRefused):
            approved(database, LIBRARY, later, ann, clock())
        with pytest.raises(PublishingRefused):
            moved(database, LIBRARY, later, ann, clock())
        checked(database, later, clock(), fails=True)
    assert using(database) == OLD


@pytest.mark.thorough
@sqlite_only
def test_a_check_of_another_digest_is_no_check(database: Database, ann: str, clock: Clock) -> None:
    checked(database, replace(LIBRARY.get(LATER), digest="e" * 64), clock())
    with pytest.raises(PublishingRefused):
        approved(database, LIBRARY, LIBRARY.get(LATER), ann, clock())


@pytest.mark.thorough
@sqlite_only
def test_a_version_that_is_not_what_was_approved_stops_the_start(
    app: Flask, database: Database, ann: str, clock: Clock
) -> None:
    checked(database, LIBRARY.get(LATER), clock())
    approved(database, LIBRARY, LIBRARY.get(LATER), ann, clock())
    check_readiness(app)
    whole = app.extensions["prelude"]
    app.extensions["prelude"] = replace(whole, protocols=altered(whole.protocols, LATER))
    with pytest.raises(NotReady, match="microneedling/2026-9"):
        check_readiness(app)


@pytest.mark.thorough
@sqlite_only
def test_an_altered_or_missing_current_version_is_never_used_silently(
    app: Flask, database: Database, ann: str, clock: Clock
) -> None:
    published(database, LIBRARY, LATER, ann, clock())
    for library in (altered(LIBRARY, LATER), load_library()):
        with database.read() as session, pytest.raises(ProtocolAltered):
            check_unaltered(session, library)
        with pytest.raises(ProtocolAltered):
            using(database, library)
    whole = app.extensions["prelude"]
    app.extensions["prelude"] = replace(whole, protocols=altered(whole.protocols, LATER))
    patient = Patient(app.test_client())
    patient.opens("/")
    response = patient.client.post(
        "/", data={**patient.page.form_to("/").state(), "agree": "yes"}, follow_redirects=True
    )
    assert response.status_code == 503


@pytest.mark.thorough
@sqlite_only
def test_a_draft_ends_on_the_version_it_began_on(
    app: Flask, database: Database, ann: str, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client())
    published(database, LIBRARY, LATER, ann, clock())
    patient.answers(ASHA).submits()
    assert events(database).count("draft.moved") == 0
    with database.read() as session:
        assert session.scalar(text("SELECT protocol FROM submissions")) == OLD


@pytest.mark.thorough
@sqlite_only
def test_a_draft_on_a_retired_version_is_told_what_is_new_and_asked_only_that(
    app: Flask, database: Database, ann: str, clock: Clock
) -> None:
    patient = at_the_check(app.test_client())
    published(database, LIBRARY, LATER, ann, clock())
    moved(database, LIBRARY, LIBRARY.get(OLD), ann, clock(), retire=True)
    patient.opens("/q/check")
    assert patient.page.path == "/q/changed"
    assert "2 questions are new" in patient.page.text
    assert "What do you hope to change?" in patient.page.text
    asked = len(patient.visited)
    patient.presses("Continue")
    patient.answers({**ASHA, "new_item": ITEMS["expectations"].option_ids[0]})
    assert set(patient.visited[asked:]) <= {"/q/about_you", "/q/hopes", "/q/check"}
    patient.submits()
    assert "draft.moved" in events(database)
    with database.read() as session:
        assert session.scalar(text("SELECT protocol FROM submissions")) == LATER


@pytest.mark.thorough
@sqlite_only
def test_a_page_sent_just_after_the_version_was_retired_is_kept(
    app: Flask, database: Database, ann: str, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client())
    published(database, LIBRARY, LATER, ann, clock())
    moved(database, LIBRARY, LIBRARY.get(OLD), ann, clock(), retire=True)
    patient.continues(ASHA)
    assert patient.page.path == "/q/changed"
    assert the_draft(database, clock).answers["treatment_areas"] == ASHA["treatment_areas"]


@pytest.mark.thorough
@sqlite_only
def test_whoever_need_not_move_is_sent_on(app: Flask) -> None:
    patient = past_the_gate(app.test_client())
    patient.opens("/q/changed")
    assert patient.page.path == "/q/about_you"


@pytest.mark.thorough
def test_what_happened_cannot_be_undone_or_rewritten(
    database: Database, ann: str, clock: Clock
) -> None:
    published(database, LIBRARY, LATER, ann, clock())
    for statement in (
        "UPDATE protocol_checks SET holds = true",
        "DELETE FROM protocol_approvals",
        "UPDATE protocol_moves SET act = 'retired'",
    ):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(statement))


@pytest.mark.thorough
def test_of_two_leads_at_the_same_moment_one_is_told_so(
    database: Database, ann: str, clock: Clock
) -> None:
    for key in (OLD, LATER):
        checked(database, LIBRARY.get(key), clock())
        approved(database, LIBRARY, LIBRARY.get(key), ann, clock())
    ready, outcomes = Barrier(2), []

    def publish(key: str) -> None:
        ready.wait()
        try:
            with database.write() as session:
                version = LIBRARY.get(key)
                make_current(session, version, LIBRARY, 0, Actor("staff", ann), clock())
            outcomes.append("current")
        except LifeChanged:
            outcomes.append("told")

    both = [Thread(target=publish, args=(key,)) for key in (OLD, LATER)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["current", "told"]


@pytest.mark.thorough
@sqlite_only
def test_a_step_is_taken_once(database: Database, ann: str, clock: Clock) -> None:
    move = Move("microneedling", 1, OLD, "d" * 64, Act.CURRENT, ann, clock())
    with database.write() as session:
        add_move(session, move)
    with pytest.raises(DBAPIError), database.write() as session:
        add_move(session, move)


@pytest.mark.thorough
@sqlite_only
def test_an_adjusted_version_of_a_file_that_was_edited_since_is_not_offered(
    database: Database, ann: str, clock: Clock
) -> None:
    library, old = LIBRARY.adjusting(partial(adjustments_in, database)), LIBRARY.get(OLD)
    with database.write() as session:
        higher = Adjustments().with_level("faints", Level.STOP)
        made = adjust(session, old, higher, library, "Why.", Actor("staff", ann), clock())
    edited = altered(LIBRARY, OLD).adjusting(partial(adjustments_in, database))
    with database.read() as session:
        assert made.key in read_lives(session, library).lives
        assert made.key not in read_lives(session, edited).lives
