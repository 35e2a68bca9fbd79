"""Confirming several plain submissions: each was listed, each is decided by itself.

To be listed is to be opened: the list shows what there is to know of a plain submission, and is
witnessed as a view of each, so that nobody decides on what nobody has seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from screening.domain.audit import Actor
from screening.domain.listed import Listed
from screening.domain.plain import not_plain
from screening.domain.protocol import Level
from screening.domain.queue import Band
from screening.domain.review import Disposition, ReviewRefused
from screening.domain.submission import Status, Turn
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import VIEWED, OpenedSubmission, assessment_of, read_opened
from screening.services.decision import Decision, witness
from screening.services.listing import listed_of
from screening.services.placing import Day, Queued, claimed_by, placed
from screening.services.review import decide
from screening.storage.database import Database, Session
from screening.storage.sealing import CannotUnseal
from screening.storage.submissions import SubmissionRecord, read_submission

MOST = 50
"""So many on one page: a longer list would not be read."""


@dataclass(frozen=True, slots=True)
class Plain:
    """One that may be confirmed with others, and where it stands in the queue."""

    queued: Queued
    record: SubmissionRecord
    who: Listed


class Outcome(Enum):
    CONFIRMED = "confirmed"
    CHANGED = "somebody decided or claimed it, or the patient sent newer answers, meanwhile"
    NOT_PLAIN = "it has to be read by itself"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of one; `name` as lists have it, of those confirmed and of no other.

    Somebody may ask for one that they were never shown, and nothing would say that they were.
    """

    submission_id: str
    outcome: Outcome
    reference: str = ""
    name: str | None = None


def list_plain(
    database: Database, library: ProtocolLibrary, actor: Actor, day: Day
) -> tuple[Plain, ...]:
    """Those that may be confirmed together, in the queue's order; nothing is shown before
    `note_viewed`.
    """
    return tuple(islice(_plain(database, library, actor, day), MOST))


def note_viewed(session: Session, listed: Iterable[Plain], actor: Actor, day: Day) -> None:
    """Each of them is opened by being listed; see note_list for why apart from reading them."""
    for one in listed:
        record = one.record
        witness(session, VIEWED, record.id, actor, day.now, version=record.version)


def confirm(
    session: Session,
    library: ProtocolLibrary,
    submission_id: str,
    version: int,
    *,
    review_id: str,
    actor: Actor,
    day: Day,
) -> Confirmed:
    """Proceed, if it still is as it was listed; raises SubmissionNotFound.

    Sent twice it is confirmed once: the second time the decision stands already.
    """
    try:
        opened = read_opened(session, submission_id, day.now)
    except CannotUnseal:
        return Confirmed(submission_id, Outcome.NOT_PLAIN)
    outcome = Outcome.NOT_PLAIN
    if opened.record.version != version or _confirmable(opened, library, day):
        outcome = _decide(session, library, submission_id, version, review_id, actor, day)
    name = None
    if outcome is Outcome.CONFIRMED:
        name = listed_of(library, opened.record, day.today).name
    return Confirmed(submission_id, outcome, opened.record.reference, name)


def _decide(
    session: Session,
    library: ProtocolLibrary,
    submission_id: str,
    version: int,
    review_id: str,
    actor: Actor,
    day: Day,
) -> Outcome:
    decision = Decision(version, Disposition.PROCEED, in_bulk=True)
    try:
        verdict = decide(
            session, submission_id, decision, library, review_id=review_id, actor=actor, now=day.now
        )
    except ReviewRefused:
        return Outcome.NOT_PLAIN
    return Outcome.CONFIRMED if verdict else Outcome.CHANGED


def _plain(database: Database, library: ProtocolLibrary, actor: Actor, day: Day) -> Iterator[Plain]:
    for one in placed(database, library, day):
        if _may_be_plain(one, actor, day):
            try:
                with database.read() as session:
                    record = read_submission(session, one.row.id)
            except CannotUnseal:
                continue
            if record is not None and _is_plain(record, library):
                yield Plain(one, record, listed_of(library, record, day.today))


def _may_be_plain(one: Queued, actor: Actor, day: Day) -> bool:
    """As far as stands in the clear: answered once, decided by nobody, the visit not over."""
    return (
        one.place.turn is Turn.CLINIC
        and one.status in (Status.RECEIVED, Status.IN_REVIEW)
        and one.place.level is Level.INFO
        and one.row.edition == 1
        and one.place.band(day.today) is not Band.PASSED
        and claimed_by(one.row, day.now) in (None, actor.id)
    )


def _confirmable(opened: OpenedSubmission, library: ProtocolLibrary, day: Day) -> bool:
    visit = opened.record.treatment_date
    return (
        opened.status is Status.IN_REVIEW
        and opened.standing.turn(opened.status, day.today) is Turn.CLINIC
        and opened.record.edition == 1
        and (visit is None or visit >= day.today)
        and _is_plain(opened.record, library)
    )


def _is_plain(record: SubmissionRecord, library: ProtocolLibrary) -> bool:
    protocol, answers = library.get(record.protocol), record.answers
    assessment = assessment_of(record)
    withdrawn = answers.get("withdrawn") or answers.get("gone") or {}
    return not not_plain(protocol, assessment, answers["answers"], withdrawn)
