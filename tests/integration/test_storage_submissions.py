"""A submission is kept once, as it was received, and stands in the queue with what became of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from screening.domain.audit import Actor, AuditEvent
from screening.storage import audit, queue, reviews, submissions
from screening.storage.database import Database
from screening.storage.sealing import CannotUnseal
from screening.storage.tables import SubmissionRow
from tests.clock import Clock
from tests.stored import a_review, a_submission, add_clinician, id_of


@pytest.fixture
def received(database: Database) -> submissions.SubmissionRecord:
    submission = a_submission(treatment_date=date(2027, 2, 1), is_demo=True)
    with database.write() as session:
        add_clinician(session)
        assert submissions.add_submission(session, submission)
    return submission


def test_a_submission_comes_back_as_it_was_received(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    with database.read() as session:
        assert submissions.read_submission(session, received.id) == received
        assert submissions.find_by_draft(session, received.draft_id) == received
        assert submissions.read_submission(session, id_of(2)) is None
        assert submissions.find_by_draft(session, id_of(2)) is None


def test_one_draft_becomes_one_submission(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    again = a_submission(2, draft_id=received.draft_id)
    with database.write() as session:
        assert not submissions.add_submission(session, again)
        assert submissions.find_by_draft(session, received.draft_id) == received
        assert len(queue.list_queue(session)) == 1


def test_a_reference_is_given_once(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        submissions.add_submission(session, a_submission(2, reference=received.reference))


def test_of_two_decisions_on_one_version_one_is_told_it_came_late(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    with database.write() as session:
        assert submissions.bump_version(session, received.id, 1)
        assert not submissions.bump_version(session, received.id, 1)
        assert submissions.bump_version(session, received.id, 2)
        kept = submissions.read_submission(session, received.id)
    assert kept is not None
    assert kept.version == 3


def test_the_queue_shows_a_new_submission_as_untouched(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    with database.read() as session:
        (row,) = queue.list_queue(session)
    assert row == queue.QueueRow(
        id=received.id,
        episode_id=received.id,
        edition=1,
        reference="REF-1",
        received_at=received.received_at,
        completed_on=received.completed_on,
        treatment_date=received.treatment_date,
        level="review",
        version=1,
        is_demo=True,
        name="Zoë Marker",
        first_viewed_at=None,
        disposition=None,
        defer_until=None,
        last_decided_at=None,
        protocol="microneedling/2026-1",
    )


def test_the_queue_shows_the_first_view_and_the_latest_decision(
    database: Database, received: submissions.SubmissionRecord, clock: Clock
) -> None:
    first_view = clock()
    until = date(2027, 3, 1)
    with database.write() as session:
        for version in (1, 2):
            audit.append_event(session, view_of(received.id, clock))
            clock.advance(timedelta(hours=1))
            reviews.add_review(session, a_review(version, decided_at=clock()))
        last = a_review(3, disposition="defer", defer_until=until, decided_at=clock())
        reviews.add_review(session, last)
        submissions.add_submission(session, a_submission(2, received_at=clock()))
    with database.read() as session:
        untouched, row = queue.list_queue(session)
    assert (row.first_viewed_at, row.disposition, row.defer_until) == (first_view, "defer", until)
    assert row.last_decided_at == clock()
    assert (untouched.id, untouched.disposition) == (id_of(2), None)


def view_of(submission_id: str, clock: Clock) -> AuditEvent:
    by = Actor("staff", id_of(9))
    return AuditEvent("submission.viewed", clock(), by, "submission", submission_id, {"version": 1})


def test_a_damaged_record_is_refused_and_the_others_stay_readable(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    with database.write() as session:
        submissions.add_submission(session, a_submission(2))
        moved = update(SubmissionRow).where(SubmissionRow.id == id_of(2))
        for column in (SubmissionRow.sealed_identity, SubmissionRow.sealed_answers):
            stolen = session.query(column).where(SubmissionRow.id == received.id).scalar()
            session.execute(moved.values({column: stolen}))
    with database.read() as session:
        names = {row.id: row.name for row in queue.list_queue(session)}
        with pytest.raises(CannotUnseal):
            submissions.read_submission(session, id_of(2))
        assert submissions.read_submission(session, received.id) == received
    assert names == {received.id: "Zoë Marker", id_of(2): None}


def test_reviews_come_back_in_order_with_their_words(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    second = a_review(2, disposition="proceed", against_level=True, reason="Seen in person.")
    with database.write() as session:
        reviews.add_review(session, second)
        reviews.add_review(session, a_review(1, note="Rang twice — no answer"))
    with database.read() as session:
        assert reviews.list_reviews(session, received.id) == [
            a_review(1, note="Rang twice — no answer"),
            second,
        ]
        assert reviews.list_reviews(session, id_of(2)) == []


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"disposition": "defer"}, "ck_reviews_defer_has_date"),
        ({"defer_until": date(2027, 3, 1)}, "ck_reviews_defer_has_date"),
        ({"against_level": True}, "ck_reviews_against_level_has_reason"),
        ({"disposition": "maybe"}, "ck_reviews_known_disposition"),
        ({"level": "grave"}, "ck_reviews_known_level"),
    ],
    ids=["defer without date", "date without defer", "no reason", "disposition", "level"],
)
def test_the_database_itself_refuses_half_a_decision(
    database: Database,
    received: submissions.SubmissionRecord,
    wrong: dict[str, Any],
    rule: str,
) -> None:
    with pytest.raises(IntegrityError, match=rule), database.write() as session:
        reviews.add_review(session, a_review(**wrong))


def test_one_version_is_decided_once(
    database: Database, received: submissions.SubmissionRecord
) -> None:
    with database.write() as session:
        reviews.add_review(session, a_review(1))
    with pytest.raises(IntegrityError), database.write() as session:
        reviews.add_review(session, a_review(1, id=id_of(77)))


def test_a_review_needs_its_submission(database: Database) -> None:
    with database.write() as session:
        add_clinician(session)
    with pytest.raises(IntegrityError), database.write() as session:
        reviews.add_review(session, a_review())
