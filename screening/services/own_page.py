"""The patient's own page: the two doors to it, and what stands on it.

Reference and date of birth are known to the front desk too, so behind the door there is never
an answer, a flag, a level or a reason (AZ-6). Wrong and unknown are told alike (AN-14, AN-16).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.codes import REFERENCE, read_code
from screening.domain.own_page import Stage, stage_of
from screening.domain.review import Disposition
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import SUBMISSION, OpenedSubmission, read_opened
from screening.services.receiving import Tokens
from screening.services.search_terms import birth_date_of
from screening.services.supplements import open_questions
from screening.services.throttle import Bucket, address_block, admit, labelled
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.page_links import add_page_link, find_page_link, revoke_page_links
from screening.storage.reviews import ReviewRecord
from screening.storage.submissions import find_by_reference, latest_edition, read_submission
from screening.storage.throttles import count_hits, forget_hits

LINK_LIFE = timedelta(days=30)
MOST_FAILURES = 5
CLOSED_FOR = timedelta(hours=1)
ONE_DOOR = "own page"
"""The bucket that is full when this reference or link has been tried wrongly too often."""

ONE_DAY, MOST_A_DAY = "own page day", 20
"""There are some 30,000 birthdays: five an hour for as long as a link lives is a tenth of them."""


@dataclass(frozen=True)
class Attempt:
    """Somebody at the door: the reference they typed, or the token of their link."""

    reference: str = ""
    token: str = ""

    @property
    def key(self) -> str:
        """One reference is one, however it is written."""
        return self.token or read_code(self.reference, REFERENCE) or self.reference


@dataclass(frozen=True)
class OwnPage:
    """What the page says, apart from its words."""

    reference: str
    visit: date | None
    stage: Stage
    review: ReviewRecord | None
    question_open: bool


def make_link(
    session: Session, episode_id: str, actor: Actor, now: datetime, tokens: Tokens
) -> str:
    """The token of a new link; earlier ones stop working."""
    token = tokens(32).hex()
    revoke_page_links(session, episode_id, now)
    add_page_link(session, hashed(token), episode_id, str(actor.id), now, now + LINK_LIFE)
    _witness(session, "submission.link-made", episode_id, actor, now)
    return token


def admit_attempt(session: Session, attempt: Attempt, address: str | None, now: datetime) -> None:
    """Count it before it is judged; raises TooManyAttempts. A transaction of its own."""
    buckets = [
        Bucket("own page address", address_block(address), 20, timedelta(minutes=15)),
        Bucket(ONE_DOOR, attempt.key, MOST_FAILURES, CLOSED_FOR),
        Bucket(ONE_DAY, attempt.key, MOST_A_DAY, timedelta(days=1)),
    ]
    admit(session, buckets, now)


def enter(
    session: Session,
    attempt: Attempt,
    born: date | None,
    library: ProtocolLibrary,
    actor: Actor,
    now: datetime,
) -> str | None:
    """The episode, if the date of birth is right; None for every other reason alike."""
    episode_id = _found(session, attempt, now)
    if episode_id is None:
        return None
    labels = labelled(session, ONE_DOOR, attempt.key)
    if born is not None and is_birth_date(session, episode_id, born, library):
        for bucket in (ONE_DOOR, ONE_DAY):
            forget_hits(session, labelled(session, bucket, attempt.key))
        _witness(session, "submission.page-opened", episode_id, actor, now)
        return episode_id
    failures = count_hits(session, labels, now - CLOSED_FOR)
    _witness(session, "submission.page-refused", episode_id, actor, now, failures=failures)
    if failures >= MOST_FAILURES:
        _witness(session, "submission.page-closed", episode_id, actor, now, failures=failures)
    return None


def read_own(session: Session, episode_id: str, now: datetime) -> OpenedSubmission | None:
    """The edition that stands for the episode; None where it is gone."""
    latest = latest_edition(session, episode_id)
    return read_opened(session, latest, now) if latest else None


def own_page(opened: OpenedSubmission, today: date) -> OwnPage:
    waiting, review = bool(open_questions(opened)), _latest_effective(opened)
    turn, stopped = opened.standing.turn(opened.status, today), opened.stopped_at is not None
    stage = stage_of(opened.status, turn, waiting, stopped)
    asks = review is not None and review.disposition == Disposition.ASK_PATIENT
    told = stage is Stage.DECIDED or (stage is Stage.ASKED and asks)
    return OwnPage(
        reference=opened.record.reference,
        visit=opened.record.treatment_date,
        stage=stage,
        review=review if told else None,
        question_open=waiting,
    )


def hashed(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _found(session: Session, attempt: Attempt, now: datetime) -> str | None:
    if attempt.token:
        return find_page_link(session, hashed(attempt.token), now)
    reference = read_code(attempt.reference, REFERENCE)
    return find_by_reference(session, reference) if reference else None


def note_page_opened(session: Session, episode_id: str, actor: Actor, now: datetime) -> None:
    """Somebody came in by another door than those of this module, with the date of birth."""
    _witness(session, "submission.page-opened", episode_id, actor, now)


def is_birth_date(session: Session, episode_id: str, born: date, library: ProtocolLibrary) -> bool:
    latest = latest_edition(session, episode_id)
    submission = read_submission(session, latest) if latest else None
    if submission is None:
        return False
    told = birth_date_of(library.get(submission.protocol), submission)
    return hmac.compare_digest(told, born.isoformat())


def _latest_effective(opened: OpenedSubmission) -> ReviewRecord | None:
    """A decision on an earlier edition says nothing about this one."""
    here = [
        one
        for one in opened.reviews
        if one.submission_id == opened.record.id and one.effective_at is not None
    ]
    return max(here, key=lambda one: one.effective_at or one.decided_at, default=None)


def _witness(
    session: Session, event: str, episode_id: str, actor: Actor, now: datetime, **facts: Fact
) -> None:
    append_event(session, AuditEvent(event, now, actor, SUBMISSION, episode_id, facts))
