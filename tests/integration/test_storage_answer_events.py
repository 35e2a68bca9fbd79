"""Answer events are added to a draft, never edited, and go when nobody holds them any more."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import DBAPIError

from screening.domain.answer_events import AnswerEvent
from screening.storage import drafts, submissions
from screening.storage.answer_events import add_answer_events, list_answer_events
from screening.storage.answer_tables import AnswerEventRow
from screening.storage.database import Database
from screening.storage.sealing import CannotUnseal
from screening.storage.tables import SubmissionRow
from tests.clock import MONDAY_MORNING, Clock
from tests.questionnaires import count
from tests.stored import a_draft, a_submission, id_of

DRAFT = id_of(1)
EVENTS = (
    AnswerEvent("microneedling/2026-1", "herpes", None, "yes", None, MONDAY_MORNING),
    AnswerEvent("microneedling/2026-1", "sun", ["tan"], None, ["tan"], MONDAY_MORNING, True),
)


@pytest.fixture
def kept(database: Database) -> Database:
    """A draft with two pages sent."""
    with database.write() as session:
        drafts.add_draft(session, a_draft())
        add_answer_events(session, DRAFT, 1, MONDAY_MORNING, EVENTS)
        add_answer_events(session, DRAFT, 3, MONDAY_MORNING, EVENTS[:1])
    return database


def test_they_come_back_in_order_for_each_draft(kept: Database) -> None:
    with kept.write() as session:
        drafts.add_draft(session, a_draft(2))
        add_answer_events(session, id_of(2), 1, MONDAY_MORNING, EVENTS[1:])
        found = list_answer_events(session, [DRAFT, id_of(2), id_of(3)])
    assert found == {DRAFT: (*EVENTS, EVENTS[0]), id_of(2): EVENTS[1:]}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE answer_events SET at = at",
        "DELETE FROM answer_events",
        "INSERT INTO answer_events SELECT * FROM answer_events",
    ],
)
def test_the_database_itself_refuses_to_change_them(kept: Database, change: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|UNIQUE|unique"), kept.write() as session:
        session.execute(text(change))
    assert count(kept, "answer_events") == 2


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nor_may_one_be_put_in_place_of_another(kept: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"), kept.write() as session:
        session.execute(text("INSERT OR REPLACE INTO answer_events SELECT * FROM answer_events"))


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_nor_may_the_table_be_emptied(kept: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"), kept.write() as session:
        session.execute(text("TRUNCATE answer_events"))


def test_none_is_added_where_there_is_no_draft(kept: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"), kept.write() as session:
        add_answer_events(session, id_of(7), 1, MONDAY_MORNING, EVENTS)


def test_with_a_draft_that_is_put_aside_they_are_erased(kept: Database) -> None:
    with kept.write() as session:
        drafts.delete_draft(session, DRAFT)
    assert count(kept, "answer_events") == 0


def test_with_drafts_that_expire_they_are_erased(kept: Database, clock: Clock) -> None:
    with kept.write() as session:
        later = clock() + timedelta(days=20)
        drafts.add_draft(session, a_draft(2, expires_at=later))
        add_answer_events(session, id_of(2), 1, MONDAY_MORNING, EVENTS)
        drafts.delete_expired(session, clock() + timedelta(days=15))
        assert list_answer_events(session, [DRAFT, id_of(2)]) == {id_of(2): EVENTS}


def test_with_a_submission_they_stay_until_it_goes(kept: Database) -> None:
    with kept.write() as session:
        submissions.add_submission(session, a_submission(draft_id=DRAFT))
        drafts.delete_draft(session, DRAFT)
        assert len(list_answer_events(session, [DRAFT])[DRAFT]) == 3
    with pytest.raises(DBAPIError, match="append-only"), kept.write() as session:
        session.execute(delete(AnswerEventRow))
    with pytest.raises(DBAPIError, match="append-only"), kept.write() as session:
        add_answer_events(session, DRAFT, 4, MONDAY_MORNING, EVENTS)
    with kept.write() as session:
        session.execute(delete(SubmissionRow))
    assert count(kept, "answer_events") == 0


def test_moved_to_another_place_they_cannot_be_read(kept: Database) -> None:
    with kept.write() as session:
        stolen = session.query(AnswerEventRow.sealed).where(AnswerEventRow.seq == 1).scalar()
        drafts.add_draft(session, a_draft(2))
        row = {"draft_id": id_of(2), "seq": 1, "at": MONDAY_MORNING, "sealed": stolen}
        session.execute(insert(AnswerEventRow).values(**row))
        with pytest.raises(CannotUnseal):
            list_answer_events(session, [id_of(2)])
        assert list_answer_events(session, [DRAFT])


def test_how_many_answers_a_page_had_cannot_be_told_from_its_row(kept: Database) -> None:
    with kept.read() as session:
        lengths = set(session.scalars(text("SELECT length(sealed) FROM answer_events")))
    assert len(lengths) == 1
