"""A draft is kept sealed, saved as a whole, found again by link or code, and expires."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from screening.storage import drafts
from screening.storage.database import Database
from screening.storage.tables import DraftRow
from tests.clock import Clock
from tests.stored import a_draft, id_of

TWO_WEEKS = timedelta(days=14)
DAY = timedelta(days=1)


@pytest.fixture
def started(database: Database) -> drafts.DraftRecord:
    draft = a_draft()
    with database.write() as session:
        drafts.add_draft(session, draft)
    return draft


def test_a_draft_comes_back_as_it_was_kept(
    database: Database, started: drafts.DraftRecord, clock: Clock
) -> None:
    with database.read() as session:
        assert drafts.read_draft(session, started.id, clock()) == started
        assert drafts.read_draft(session, id_of(2), clock()) is None


def test_saving_replaces_the_body_and_counts_the_page(
    database: Database, started: drafts.DraftRecord, clock: Clock
) -> None:
    clock.advance(DAY)
    body = {"answers": {"herpes": "yes"}}
    with database.write() as session:
        assert drafts.save_draft(session, started.id, body, clock(), clock() + TWO_WEEKS)
    with database.read() as session:
        kept = drafts.read_draft(session, started.id, clock())
    assert kept is not None
    assert (kept.body, kept.version, kept.updated_at) == (body, 2, clock())
    assert kept.expires_at == clock() + TWO_WEEKS
    assert kept.created_at == started.created_at


def test_a_page_costs_one_select_and_one_update(
    database: Database, started: drafts.DraftRecord, clock: Clock
) -> None:
    statements: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda *said: statements.append(said[2].split()[0]),
    )
    with database.write() as session:
        kept = drafts.read_draft(session, started.id, clock())
        assert kept is not None
        drafts.save_draft(session, started.id, kept.body, clock(), clock() + TWO_WEEKS)
    assert [said for said in statements if said not in ("PRAGMA", "BEGIN")] == ["SELECT", "UPDATE"]


def test_an_expired_draft_is_gone_for_everyone(
    database: Database, started: drafts.DraftRecord, clock: Clock
) -> None:
    with database.write() as session:
        drafts.set_resume(session, started.id, "t" * 64, "C" * 10)
    clock.advance(TWO_WEEKS)
    with database.write() as session:
        assert drafts.read_draft(session, started.id, clock()) is None
        assert drafts.find_by_resume_token(session, "t" * 64, clock()) is None
        assert not drafts.save_draft(session, started.id, {}, clock(), clock() + DAY)
        assert drafts.delete_expired(session, clock()) == 1
        assert drafts.delete_expired(session, clock()) == 0


def test_a_draft_is_found_by_its_latest_link_and_code_only(
    database: Database, started: drafts.DraftRecord, clock: Clock
) -> None:
    with database.write() as session:
        drafts.set_resume(session, started.id, "old".ljust(64), "0LD")
        drafts.set_resume(session, started.id, "new".ljust(64), "NEW")
    with database.read() as session:
        assert drafts.find_by_resume_token(session, "new".ljust(64), clock()) == started
        assert drafts.find_by_resume_code(session, "NEW", clock()) == started
        assert drafts.find_by_resume_token(session, "old".ljust(64), clock()) is None
        assert drafts.find_by_resume_code(session, "0LD", clock()) is None


def test_two_drafts_never_share_a_code(database: Database, started: drafts.DraftRecord) -> None:
    with database.write() as session:
        drafts.add_draft(session, a_draft(2))
        drafts.set_resume(session, started.id, "a" * 64, "C" * 10)
    with pytest.raises(IntegrityError), database.write() as session:
        drafts.set_resume(session, id_of(2), "b" * 64, "C" * 10)


def test_failures_to_come_back_are_counted_until_the_draft_is_locked(
    database: Database, started: drafts.DraftRecord, clock: Clock
) -> None:
    with database.write() as session:
        assert [drafts.count_resume_failure(session, started.id) for _ in range(3)] == [1, 2, 3]
        assert drafts.count_resume_failure(session, id_of(2)) == 0
        drafts.lock_draft(session, started.id, clock())
        kept = drafts.read_draft(session, started.id, clock())
    assert kept is not None
    assert (kept.resume_failures, kept.locked_at) == (3, clock())


def test_a_deleted_draft_leaves_no_row(database: Database, started: drafts.DraftRecord) -> None:
    with database.write() as session:
        drafts.delete_draft(session, started.id)
        assert session.execute(select(DraftRow.id)).all() == []
