"""Submissions that follow each other, and what the clinic keeps around them."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from screening.storage import (
    claims,
    identity_checks,
    page_links,
    questions,
    queue,
    reviews,
    search,
    submissions,
)
from screening.storage.claims import Claim
from screening.storage.database import Database
from screening.storage.identity_checks import IdentityCheck
from screening.storage.questions import Question
from screening.storage.reviews import SecondOpinion
from tests.clock import Clock
from tests.stored import a_review, a_submission, add_clinician, id_of

CLINICIAN = id_of(9)
FIRST = a_submission()
SECOND = a_submission(2, episode_id=FIRST.id, edition=2, reference=FIRST.reference)


@pytest.fixture
def database(database: Database) -> Database:
    with database.write() as session:
        add_clinician(session)
        submissions.add_submission(session, FIRST)
    return database


def test_a_later_edition_shares_the_reference_and_takes_the_place_in_the_queue(
    database: Database,
) -> None:
    with database.write() as session:
        submissions.add_submission(session, SECOND)
        (row,) = queue.list_queue(session)
        assert (row.id, row.edition, row.reference) == (SECOND.id, 2, FIRST.reference)
        assert [one.id for one in submissions.list_editions(session, FIRST.id)] == [
            FIRST.id,
            SECOND.id,
        ]
        assert submissions.find_by_reference(session, FIRST.reference) == FIRST.id
        assert submissions.latest_edition(session, FIRST.id) == SECOND.id


@pytest.mark.parametrize("most", [0, 10])
def test_of_the_queue_those_that_are_asked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """However many: a query cannot name any number of them."""
    monkeypatch.setattr(queue, "MOST_NAMED", most)
    with database.write() as session:
        for number in (3, 4):
            submissions.add_submission(session, a_submission(number))
        for asked in (set(), {id_of(3)}, {FIRST.id, id_of(4), id_of(8)}):
            rows = queue.list_queue(session, names=False, only=asked)
            assert {one.episode_id for one in rows} == asked & {FIRST.id, id_of(3), id_of(4)}


def test_of_two_editions_that_follow_the_same_one_only_one_is_kept(database: Database) -> None:
    with database.write() as session:
        submissions.add_submission(session, SECOND)
    rival = a_submission(3, episode_id=FIRST.id, edition=2, reference=FIRST.reference)
    with pytest.raises(IntegrityError), database.write() as session:
        submissions.add_submission(session, rival)


def test_nobody_decides_on_an_edition_that_was_followed_meanwhile(database: Database) -> None:
    with database.write() as session:
        submissions.add_submission(session, SECOND)
    with database.write() as session:
        followed = submissions.read_submission(session, FIRST.id)
        assert followed is not None
        assert followed.version == 2  # so a form opened before is stale
        assert not submissions.bump_version(session, FIRST.id, followed.version)
        assert submissions.bump_version(session, SECOND.id, 1)


def test_the_queue_knows_that_an_earlier_edition_was_decided(
    database: Database, clock: Clock
) -> None:
    with database.write() as session:
        reviews.add_review(session, a_review(decided_at=clock()))
        submissions.add_submission(session, SECOND)
        (row,) = queue.list_queue(session)
    assert row.decided_before == clock()
    assert row.disposition is None


def test_a_decision_without_its_second_opinion_is_only_proposed(
    database: Database, clock: Clock
) -> None:
    override = a_review(
        disposition="proceed", against_level=True, reason="Seen.", second_required=True
    )
    with database.write() as session:
        reviews.add_review(session, override)
        (row,) = queue.list_queue(session)
        assert (row.proposed, row.proposed_by, row.disposition) == (True, CLINICIAN, None)
        opinion = SecondOpinion(CLINICIAN, agreed=True, note="Agreed.", at=clock())
        reviews.add_second_opinion(session, override.id, opinion)
        (row,) = queue.list_queue(session)
        assert (row.proposed, row.disposition) == (False, "proceed")
        (kept,) = reviews.list_reviews(session, FIRST.id)
    assert kept.second == opinion
    assert kept.effective_at == clock()


def test_what_a_decision_says_comes_back_as_it_was_kept(database: Database) -> None:
    review = a_review(
        disposition="proceed_with_precautions",
        reason_code="examined",
        precautions=("Use a test area first.", "Zoë’s own aftercare"),
        message="See you on the day.",
        in_bulk=True,
    )
    with database.write() as session:
        reviews.add_review(session, review)
        assert reviews.list_reviews(session, FIRST.id) == [review]


def test_a_claim_ends_by_itself_and_can_be_given_back(database: Database, clock: Clock) -> None:
    claim = Claim(FIRST.id, CLINICIAN, clock(), clock() + timedelta(minutes=15))
    with database.write() as session:
        claims.put_claim(session, claim)
        claims.put_claim(session, claim)
        assert claims.read_claim(session, FIRST.id, clock()) == claim
        assert claims.read_claim(session, FIRST.id, claim.expires_at) is None
        claims.drop_claims_of(session, CLINICIAN)
        assert claims.read_claim(session, FIRST.id, clock()) is None


def test_a_question_stays_open_until_it_is_answered_or_withdrawn(
    database: Database, clock: Clock
) -> None:
    asked = Question(id_of(1), FIRST.id, CLINICIAN, "Which cream, Zoë?", ("active",), clock())
    other = Question(id_of(2), FIRST.id, CLINICIAN, "", ("medicines",), clock())
    with database.write() as session:
        questions.add_question(session, asked)
        assert queue.list_queue(session)[0].question_open
        submissions.add_submission(session, SECOND)
        questions.answer_questions(session, [asked.id], SECOND.id)
        questions.add_question(session, other)
        questions.withdraw_questions(session, [FIRST.id], clock())
        first, second = questions.list_questions(session, FIRST.id)
    assert (first.text, first.items, first.answered_by) == (asked.text, asked.items, SECOND.id)
    assert first.withdrawn_at is None
    assert (second.open, second.answered_by) == (False, None)


def test_identity_is_checked_once_and_the_first_check_stands(
    database: Database, clock: Clock
) -> None:
    check = IdentityCheck(FIRST.id, CLINICIAN, clock())
    with database.write() as session:
        assert identity_checks.add_identity_check(session, check)
        clock.advance(timedelta(hours=1))
        assert not identity_checks.add_identity_check(
            session, IdentityCheck(FIRST.id, CLINICIAN, clock())
        )
        assert identity_checks.read_identity_check(session, FIRST.id) == check


def test_a_link_opens_its_page_until_it_ends_or_is_revoked(
    database: Database, clock: Clock
) -> None:
    until = clock() + timedelta(days=30)
    with database.write() as session:
        page_links.add_page_link(session, "a" * 64, FIRST.id, CLINICIAN, clock(), until)
        assert page_links.find_page_link(session, "a" * 64, clock()) == FIRST.id
        assert page_links.find_page_link(session, "b" * 64, clock()) is None
        assert page_links.find_page_link(session, "a" * 64, until) is None
        page_links.revoke_page_links(session, FIRST.id, clock())
        assert page_links.find_page_link(session, "a" * 64, clock()) is None


def test_a_person_is_found_by_any_word_of_the_name_however_it_is_written(
    database: Database,
) -> None:
    terms = [("word", "Zoë"), ("word", "O'Brien"), ("born", "1990-01-31")]
    with database.write() as session:
        search.add_terms(session, FIRST.id, terms)
        search.add_terms(session, FIRST.id, terms)  # a later edition adds them again
        for written in ("zoe", "ZOË", "o’brien"):
            assert search.find_episodes(session, "word", written) == {FIRST.id}, written
        assert search.find_episodes(session, "born", "1990-01-31") == {FIRST.id}
        assert search.find_episodes(session, "word", "1990-01-31") == frozenset()
