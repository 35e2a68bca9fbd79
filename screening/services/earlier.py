"""Other episodes that may be the same person's: equal names and birthdays do happen."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from screening.domain.audit import Actor
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.services.decision import witness
from screening.services.search_terms import birth_date_of, person_term
from screening.storage.database import Session
from screening.storage.reviews import ReviewRecord, list_reviews
from screening.storage.sealing import CannotUnseal
from screening.storage.search import latest_elsewhere
from screening.storage.submissions import SubmissionRecord, read_submission

COMPARED = "submission.compared"
MOST, TRIED = 5, 10


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """The latest edition of another episode, and the decision that stands on it."""

    record: SubmissionRecord
    decision: ReviewRecord | None


@dataclass(frozen=True, slots=True)
class Matches:
    """The latest few that can be read; `more` cannot, or were not looked at: somebody may have
    sent in any number.
    """

    shown: tuple[PossibleMatch, ...] = ()
    more: int = 0


def possible_matches(
    session: Session, opened: OpenedSubmission, library: ProtocolLibrary
) -> Matches:
    """The same name and date of birth, the latest first; nothing is ever merged."""
    record = opened.record
    name = str(record.identity.get("name") or "")
    born = birth_date_of(library.get(record.protocol), record)
    if not (name.strip() and born):
        return Matches()
    found = latest_elsewhere(session, record.episode_id, "person", person_term(name, born))
    tried = (_readable(session, one) for one in found[:TRIED])
    readable = (one for one in tried if one is not None)
    shown = tuple(PossibleMatch(one, _decision(session, one)) for one in islice(readable, MOST))
    return Matches(shown, len(found) - len(shown))


def note_compared(
    session: Session, matches: Matches, opened: OpenedSubmission, actor: Actor, now: datetime
) -> None:
    """What differs from these is about to be shown beside this one: a look at each of them."""
    beside = opened.record.id
    for one in matches.shown:
        witness(session, COMPARED, one.record.id, actor, now, beside=beside)


def _readable(session: Session, submission_id: str) -> SubmissionRecord | None:
    """A damaged record of another visit must not hide this one."""
    try:
        return read_submission(session, submission_id)
    except CannotUnseal:
        return None


def _decision(session: Session, record: SubmissionRecord) -> ReviewRecord | None:
    reviews = list_reviews(session, record.id)
    return next((one for one in reversed(reviews) if one.effective_at is not None), None)
