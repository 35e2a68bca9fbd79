"""The second clinician's yes or no to a decision that overrides a stop."""

from dataclasses import dataclass
from datetime import datetime

from screening.domain.audit import Actor
from screening.domain.review import NOTE_LIMIT, ReviewRefused
from screening.services import claims
from screening.services.asking import replace_questions
from screening.services.casefile import OpenedSubmission, read_opened
from screening.services.decision import Verdict, in_the_way, witness
from screening.storage.database import Session
from screening.storage.reviews import ReviewRecord, SecondOpinion, add_second_opinion
from screening.storage.submissions import bump_version, hold_episode

SAME_PERSON = "Ask a colleague: whoever proposed a decision cannot agree to it."
WHY_NOT = "Write why you decline, so that your colleague can go on."


@dataclass(frozen=True, slots=True)
class Opinion:
    """Whether a clinician agrees to a proposal, read at which version of the submission."""

    review_id: str
    version: int
    agreed: bool
    note: str = ""


def give_opinion(
    session: Session, submission_id: str, opinion: Opinion, actor: Actor, now: datetime
) -> Verdict:
    """Keep it; from now on the proposal has effect, or never will.

    Raises ReviewRefused for the one who proposed, or where a note is missing. The same opinion
    sent twice is no conflict.
    """
    hold_episode(session, submission_id)
    opened = read_opened(session, submission_id, now)
    proposal = _proposal(opened, opinion.review_id)
    if proposal is not None and _given_already(proposal, opinion, actor):
        return Verdict.STANDS
    verdict = in_the_way(session, opened, opinion.version, actor, now)
    if verdict and (proposal is None or not opened.standing.proposed):
        return Verdict.STALE
    if verdict and proposal is not None:
        _check(proposal, opinion, actor)
        _keep(session, opened, proposal, opinion, actor, now)
    return verdict


def _proposal(opened: OpenedSubmission, review_id: str) -> ReviewRecord | None:
    """The latest decision on this edition, if it is the one that is meant."""
    here = [review for review in opened.reviews if review.submission_id == opened.record.id]
    return here[-1] if here and here[-1].id == review_id else None


def _given_already(proposal: ReviewRecord, opinion: Opinion, actor: Actor) -> bool:
    second = proposal.second
    return second is not None and (second.staff_id, second.agreed) == (actor.id, opinion.agreed)


def _check(proposal: ReviewRecord, opinion: Opinion, actor: Actor) -> None:
    if proposal.staff_id == actor.id:
        raise ReviewRefused({"second": SAME_PERSON})
    if not opinion.agreed and not opinion.note.strip():
        raise ReviewRefused({"second_note": WHY_NOT})
    if len(opinion.note) > NOTE_LIMIT:
        raise ReviewRefused({"second_note": f"Shorten the note to {NOTE_LIMIT} characters."})


def _keep(
    session: Session,
    opened: OpenedSubmission,
    proposal: ReviewRecord,
    opinion: Opinion,
    actor: Actor,
    now: datetime,
) -> None:
    bump_version(session, opened.record.id, opinion.version)
    note = opinion.note.strip() or None
    add_second_opinion(
        session, proposal.id, SecondOpinion(str(actor.id), opinion.agreed, note, now)
    )
    event = "review.agreed" if opinion.agreed else "review.declined"
    witness(session, event, opened.record.id, actor, now, review=proposal.id)
    if opinion.agreed:
        replace_questions(session, opened, proposal, now)
    claims.finish(session, opened)
