"""The outbox: committed with its cause, tried by one at a time, never lost, never kept too long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from secrets import token_bytes
from threading import Barrier

import pytest
from sqlalchemy import text

from config import EXAMPLE_KEY
from screening.domain.audit import SYSTEM
from screening.domain.mail import MOST_ATTEMPTS, Mail, MailFailure, MailKind, wait_after
from screening.services import outbox
from screening.services.outbox import LEASE, Claimed
from screening.services.retention import erase
from screening.storage import drafts, submissions
from screening.storage.database import Database
from screening.storage.outbox_lists import count_messages, oldest_waiting
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.stored import a_draft, a_submission, id_of

DOMAIN, ASHA = "clinic.example", "asha@example.org"
LETTER = Mail(MailKind.OWN_PAGE, ASHA, {"path": "/visit/secret"})


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One whose messages somebody sends."""
    database = Database(database_url, KeyRing(EXAMPLE_KEY), mail=True)
    yield database
    database.close()


def post(database: Database, clock: Clock, mail: Mail = LETTER) -> bool:
    with database.write() as session:
        return outbox.post(session, mail, clock(), token_bytes)


def claim(database: Database, clock: Clock, worker: str = "one") -> Claimed:
    claimed = outbox.claim(database, worker, DOMAIN, clock())
    assert claimed is not None
    return claimed


def counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {name: count for name, count in count_messages(session).items() if count}


def test_a_message_is_tried_by_one_and_emptied_when_sent(database: Database, clock: Clock) -> None:
    assert post(database, clock)
    mine = claim(database, clock)
    assert outbox.claim(database, "two", DOMAIN, clock()) is None
    opened = outbox.read(database, mine)
    assert (opened.recipient, opened.parameters) == (ASHA, {"path": "/visit/secret"})
    outbox.note_sent(database, mine, clock())
    assert counts(database) == {"sent": 1}
    with database.read() as session:
        row = session.execute(text("SELECT sealed_recipient, sealed_params FROM outbox")).one()
    assert tuple(row) == (None, None)


def test_what_was_not_committed_is_not_sent(database: Database, clock: Clock) -> None:
    def fails_afterwards() -> None:
        with database.write() as session:
            outbox.post(session, LETTER, clock(), token_bytes)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_afterwards()
    assert outbox.claim(database, "one", DOMAIN, clock()) is None


@pytest.mark.thorough
def test_where_mail_is_off_nothing_piles_up(database_url: str, clock: Clock) -> None:
    database = Database(database_url, KeyRing(EXAMPLE_KEY))
    assert not post(database, clock)
    assert counts(database) == {}
    database.close()


@pytest.mark.thorough
def test_when_a_worker_dies_another_tries_again_as_the_same_message(
    database: Database, clock: Clock
) -> None:
    post(database, clock)
    first = claim(database, clock)
    clock.advance(LEASE + timedelta(seconds=1))
    second = claim(database, clock, "two")
    assert (second.id, second.message_id) == (first.id, first.message_id)
    assert second.attempts == 2
    # The first one was only slow: its failure does not take the message from the second one.
    outbox.note_failed(database, first, "one", MailFailure.TIMED_OUT, clock())
    assert outbox.claim(database, "three", DOMAIN, clock()) is None
    outbox.note_sent(database, first, clock())
    assert counts(database) == {"sent": 1}


@pytest.mark.thorough
def test_it_waits_longer_each_time_and_is_given_up_after_about_three_days(
    database: Database, clock: Clock
) -> None:
    post(database, clock)
    began, waits = clock(), []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        mine = claim(database, clock)
        more = outbox.note_failed(database, mine, "one", MailFailure.UNREACHABLE, clock())
        assert more is (attempt < MOST_ATTEMPTS)
        waits.append(wait_after(attempt))
        clock.advance(waits[-1] - timedelta(seconds=1))
        assert outbox.claim(database, "one", DOMAIN, clock()) is None
        clock.advance(timedelta(seconds=1))
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == timedelta(hours=6)
    assert timedelta(days=2.5) < clock() - began < timedelta(days=3.5)
    assert counts(database) == {"given up": 1}


@pytest.mark.thorough
def test_a_refused_address_is_given_up_at_once_and_tried_again_when_somebody_says_so(
    database: Database, clock: Clock
) -> None:
    post(database, clock)
    mine = claim(database, clock)
    outbox.note_failed(database, mine, "one", MailFailure.RECIPIENT_REFUSED, clock())
    assert counts(database) == {"given up": 1}
    clock.advance(timedelta(days=1))
    with database.write() as session:
        assert outbox.try_again(session, mine.id, SYSTEM, clock())
        assert not outbox.try_again(session, id_of(7), SYSTEM, clock())
        assert oldest_waiting(session) == clock()
    assert claim(database, clock).message_id == mine.message_id


@pytest.mark.thorough
def test_a_message_of_the_same_name_is_posted_once(database: Database, clock: Clock) -> None:
    reminder = Mail(MailKind.QUESTION_REMINDER, ASHA, {"path": "/visit"}, once="question/1/7")
    assert post(database, clock, reminder)
    assert not post(database, clock, reminder)


@pytest.mark.thorough
def test_four_workers_share_what_waits_and_none_is_tried_twice(
    database: Database, clock: Clock
) -> None:
    for _ in range(12):
        post(database, clock)
    start = Barrier(4)

    def works(worker: int) -> list[str]:
        start.wait()
        tried = []
        while (mine := outbox.claim(database, str(worker), DOMAIN, clock())) is not None:
            tried.append(mine.id)
            outbox.note_sent(database, mine, clock())
        return tried

    with ThreadPoolExecutor(4) as pool:
        tried = [one for found in pool.map(works, range(4)) for one in found]
    assert len(tried) == len(set(tried)) == 12
    assert counts(database) == {"sent": 12}


@pytest.mark.thorough
def test_it_goes_with_the_visit_or_the_form_that_it_belongs_to(
    database: Database, clock: Clock
) -> None:
    with database.write() as session:
        submissions.add_submission(session, a_submission())
        drafts.add_draft(session, a_draft())
    path = {"path": "/visit/x"}
    post(database, clock, Mail(MailKind.OWN_PAGE, ASHA, path, episode_id=id_of(1)))
    post(database, clock, Mail(MailKind.SAVED_FORM, ASHA, path, draft_id=a_draft().id))
    with database.write() as session:
        drafts.delete_draft(session, a_draft().id)
    assert counts(database) == {"waiting": 1}
    with database.write() as session:
        assert erase(session, id_of(1), "request", SYSTEM, clock())
    assert counts(database) == {}


@pytest.mark.thorough
def test_a_month_after_it_was_sent_nothing_of_it_is_left(database: Database, clock: Clock) -> None:
    post(database, clock)
    outbox.note_sent(database, claim(database, clock), clock())
    post(database, clock)
    for days, left in ((29, {"sent": 1, "waiting": 1}), (2, {"waiting": 1})):
        clock.advance(timedelta(days=days))
        with database.write() as session:
            outbox.forget_done(session, clock())
        assert counts(database) == left
