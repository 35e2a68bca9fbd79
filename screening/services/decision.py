"""A clinician's decision on its way to becoming a Review: what was chosen, and what is in the way.

Used by the verbs in review.py and second_opinion.py, inside their transactions.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.clinic import Clinic
from screening.domain.patient_message import default_message
from screening.domain.review import Disposition, Grounds, Review, ReviewRefused
from screening.protocols.library import ProtocolLibrary
from screening.services import claims
from screening.services.asking import askable, check_items
from screening.services.casefile import SUBMISSION, OpenedSubmission, grounds_of
from screening.storage.audit import append_event
from screening.storage.clinic import read_clinic
from screening.storage.database import Session

NOT_OPENED = "Read the submission first: nobody has opened it yet."


@dataclass(frozen=True, slots=True)
class Decision:
    """What a clinician chose, about which version of the submission.

    An empty `message` stands for the usual words. `over` is whose claim is to be taken over.
    """

    version: int
    disposition: Disposition
    defer_until: date | None = None
    reason: str = ""
    note: str = ""
    reason_code: str = ""
    precautions: tuple[str, ...] = ()
    message: str = ""
    question: str = ""
    items: tuple[str, ...] = ()
    identity_checked: bool = False
    in_bulk: bool = False
    over: str = ""


class Verdict(Enum):
    """Whether a decision stands, or what came in between; only the first counts as true."""

    STANDS = "stands"
    STALE = "somebody decided meanwhile"
    SUPERSEDED = "the patient sent newer answers meanwhile"
    CLAIMED = "somebody else has claimed it"

    def __bool__(self) -> bool:
        return self is Verdict.STANDS


def in_the_way(
    session: Session,
    opened: OpenedSubmission,
    version: int,
    actor: Actor,
    now: datetime,
    over: str = "",
) -> Verdict:
    """What came in between since this version was read; a lost decision is witnessed."""
    other, found = claims.held_by_other(opened, actor), opened.record.version
    if opened.superseded:
        verdict = Verdict.SUPERSEDED
    elif found != version:
        verdict = Verdict.STALE
    elif other is not None and other.staff_id != over:
        verdict = Verdict.CLAIMED
    else:
        return Verdict.STANDS
    witness(
        session, "review.conflicted", opened.record.id, actor, now, expected=version, found=found
    )
    return verdict


def grounds_here(opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic) -> Grounds:
    """What a decision is measured by at this clinic."""
    return replace(grounds_of(opened, library), second_sign_off=clinic.second_sign_off)


def usual_words(
    opened: OpenedSubmission,
    clinic: Clinic,
    disposition: Disposition,
    until: date | None,
    now: datetime,
) -> str:
    """What the patient reads where the clinician writes nothing else."""
    visit = opened.record.treatment_date
    ahead = visit if visit is not None and visit >= clinic.day(now) else None
    return default_message(disposition, clinic.phone, ahead, until)


def witness(
    session: Session, event: str, submission_id: str, actor: Actor, now: datetime, **facts: Fact
) -> None:
    append_event(session, AuditEvent(event, now, actor, SUBMISSION, submission_id, facts))


def judge(
    session: Session,
    opened: OpenedSubmission,
    decision: Decision,
    library: ProtocolLibrary,
    now: datetime,
) -> Review:
    """The domain's judgement of the decision; raises ReviewRefused."""
    if opened.viewed_at is None:
        raise ReviewRefused({"disposition": NOT_OPENED})
    clinic, until = read_clinic(session), decision.defer_until
    check_items(decision.items, askable(opened, library.get(opened.record.protocol)))
    return Review(
        grounds_here(opened, library, clinic),
        decision.disposition,
        until,
        decision.reason,
        decision.note,
        decision.reason_code,
        decision.precautions,
        decision.message.strip() or usual_words(opened, clinic, decision.disposition, until, now),
        decision.question,
        decision.items,
    )
