"""Other episodes that may be the same person's: equal names and birthdays do happen."""

from dataclasses import dataclass

from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.services.search_terms import birth_date_of, person_term
from screening.storage.database import Session
from screening.storage.reviews import ReviewRecord, list_reviews
from screening.storage.sealing import CannotUnseal
from screening.storage.search import find_episodes
from screening.storage.submissions import SubmissionRecord, latest_edition, read_submission

MOST = 5


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """The latest edition of another episode, and the decision that stands on it."""

    record: SubmissionRecord
    decision: ReviewRecord | None


def possible_matches(
    session: Session, opened: OpenedSubmission, library: ProtocolLibrary
) -> tuple[PossibleMatch, ...]:
    """The same name and date of birth, the latest first; nothing is ever merged."""
    record = opened.record
    name = str(record.identity.get("name") or "")
    born = birth_date_of(library.get(record.protocol), record)
    if not (name.strip() and born):
        return ()
    found = find_episodes(session, "person", person_term(name, born)) - {record.episode_id}
    latest = filter(None, (latest_edition(session, episode) for episode in sorted(found)))
    records = [one for one in (_readable(session, name) for name in latest) if one is not None]
    records.sort(key=lambda one: one.received_at, reverse=True)
    return tuple(PossibleMatch(one, _decision(session, one)) for one in records[:MOST])


def _readable(session: Session, submission_id: str) -> SubmissionRecord | None:
    """A damaged record of another visit must not hide this one."""
    try:
        return read_submission(session, submission_id)
    except CannotUnseal:
        return None


def _decision(session: Session, record: SubmissionRecord) -> ReviewRecord | None:
    reviews = list_reviews(session, record.id)
    return next((one for one in reversed(reviews) if one.effective_at is not None), None)
