"""The audit log keeps declared facts in order, and nothing can change or remove them."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening.domain.audit import EVENTS, SYSTEM, Actor, AuditEvent, UndeclaredFacts
from screening.domain.clinic import Clinic
from screening.storage.audit import append_event, list_events
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from tests.clinic_actor import Clinician
from tests.clinic_cases import Received
from tests.clock import MONDAY_MORNING, Clock
from tests.stored import id_of

NURSE = Actor("staff", id_of(9), "req-1")


def viewed(clock: Clock, actor: Actor = NURSE) -> AuditEvent:
    return AuditEvent("submission.viewed", clock(), actor, "submission", id_of(1), {"version": 1})


def test_events_come_back_in_the_order_they_were_witnessed(
    database: Database, clock: Clock
) -> None:
    with database.write() as session:
        append_event(session, viewed(clock))
        append_event(session, AuditEvent("staff.signed-out", clock(), NURSE, "staff", id_of(9)))
        clock.advance(timedelta(hours=-1))
        append_event(session, viewed(clock, SYSTEM))
    with database.read() as session:
        first, second = list_events(session, "submission", id_of(1))
    assert (first.actor, first.at, first.facts) == (NURSE, MONDAY_MORNING, {"version": 1})
    assert (second.actor, second.at) == (SYSTEM, clock())
    assert first.seq is not None
    assert second.seq is not None
    assert first.seq < second.seq


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_events SET event = 'queue.viewed'",
        "DELETE FROM audit_events",
        "UPDATE audit_events SET seq = 99",
    ],
)
def test_events_can_be_neither_changed_nor_removed(
    database: Database, clock: Clock, tampering: str
) -> None:
    with database.write() as session:
        append_event(session, viewed(clock))
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(tampering))
    with database.read() as session:
        assert len(list_events(session, "submission", id_of(1))) == 1


def test_what_was_kept_before_a_fact_was_declared_is_read_and_nothing_new_lacks_it(
    database: Database, clock: Clock
) -> None:
    with pytest.raises(UndeclaredFacts):
        AuditEvent("staff.created", clock(), SYSTEM, "staff", id_of(9))
    kept = AuditEvent("staff.created", clock(), SYSTEM, "staff", id_of(9), {"roles": "lead"})
    with database.write() as session:
        append_event(session, replace(kept, facts={}, seq=1))
    with database.read() as session:
        (read,) = list_events(session, "staff", id_of(9))
        assert (read.event, read.facts) == ("staff.created", {})
        assert check_chain(session).broken is None


def test_what_a_newer_version_kept_is_read_as_it_is(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    """It may run beside this one, while machine after machine is upgraded."""
    clinician = Clinician(client, database).joins(clock()).signs_in()
    submission = Received().into(database)
    newer = text(
        "INSERT INTO audit_events (at, actor_kind, event, subject_kind, subject_id, facts) VALUES "
        "(:at, 'system', :event, 'submission', :id, :facts)"
    )
    at = f"{clock():%Y-%m-%d %H:%M:%S}"
    with database.write() as session:
        for event, facts in (
            ("weighed", '{"kilograms": 3}'),
            ("viewed", '{"version": 1, "by": 2}'),
        ):
            values = {"at": at, "event": f"submission.{event}", "id": submission, "facts": facts}
            session.execute(newer, values)
    assert "submission.weighed" in clinician.reads(submission).by_id("timeline").text


def test_an_event_cannot_be_replaced_nor_all_be_truncated(
    database: Database, clock: Clock, engine_name: str
) -> None:
    by_trick = {
        "sqlite": "INSERT OR REPLACE INTO audit_events (seq, at, actor_kind, event, facts) "
        "SELECT seq, at, actor_kind, 'queue.viewed', facts FROM audit_events",
        "postgresql": "TRUNCATE audit_events",
    }
    with database.write() as session:
        append_event(session, viewed(clock))
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(by_trick[engine_name]))


def test_an_event_that_fails_takes_what_it_witnessed_with_it(
    database: Database, clock: Clock
) -> None:
    def view_then_fail() -> None:
        with database.write() as session:
            append_event(session, viewed(clock))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        view_then_fail()
    with database.read() as session:
        assert list_events(session, "submission", id_of(1)) == []


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("submission.enjoyed", {}),
        ("submission.viewed", {}),
        ("submission.viewed", {"version": 1, "name": "Ada"}),
        ("staff.sign-in-refused", {"reason": "ada@example.org is unknown"}),
    ],
)
def test_an_event_holds_exactly_the_facts_it_declares(
    event: str, facts: dict[str, str | int | bool]
) -> None:
    with pytest.raises(UndeclaredFacts) as refused:
        AuditEvent(event, MONDAY_MORNING, SYSTEM, facts=facts)
    assert "ada" not in str(refused.value).lower()


def test_every_event_is_called_subject_dot_past_tense() -> None:
    assert all(name.count(".") == 1 and name.split(".")[1].islower() for name in EVENTS)


def test_a_clinic_that_changes_all_its_settings_at_once_fits_an_event(clock: Clock) -> None:
    """As the first set-up does."""
    every = ",".join(sorted(one.name for one in fields(Clinic)))
    AuditEvent("clinic.changed", clock(), SYSTEM, facts={"fields": every})
