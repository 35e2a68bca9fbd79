"""Many at once: one submission for each draft, one decision for each version."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.orm import Session

from screening.storage import queue, reviews, submissions
from screening.storage.database import Database
from tests.stored import a_review, a_submission, add_clinician, id_of

AT_ONCE = 8
ROUNDS = 3


def race(database: Database, attempt: Callable[[Session, int], bool]) -> int:
    """How many of the eight who start together are told that they succeeded."""
    start = Barrier(AT_ONCE)

    def run(number: int) -> bool:
        start.wait()
        with database.write() as session:
            return attempt(session, number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(run, range(AT_ONCE)))


def test_a_button_pressed_eight_times_submits_once(database: Database) -> None:
    for turn in range(1, ROUNDS + 1):
        draft = id_of(5000 + turn)

        def submit(session: Session, number: int, turn: int = turn, draft: str = draft) -> bool:
            mine = a_submission(turn * 100 + number, draft_id=draft)
            kept = submissions.add_submission(session, mine)
            first = submissions.find_by_draft(session, draft)
            assert first is not None  # whoever came second is shown the first one's receipt
            return kept

        assert race(database, submit) == 1
    with database.read() as session:
        assert len(queue.list_queue(session)) == ROUNDS


def test_of_eight_clinicians_who_decide_together_one_succeeds(database: Database) -> None:
    with database.write() as session:
        add_clinician(session)
        submissions.add_submission(session, a_submission())
    for version in range(1, ROUNDS + 1):

        def decide(session: Session, number: int, version: int = version) -> bool:
            if not submissions.bump_version(session, id_of(1), version):
                return False
            mine = a_review(version, id=id_of(version * 100 + number))
            reviews.add_review(session, mine)
            return True

        assert race(database, decide) == 1
    with database.read() as session:
        assert len(reviews.list_reviews(session, id_of(1))) == ROUNDS
