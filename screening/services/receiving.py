"""Answers become a submission: the first of an episode, or the edition that follows another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from screening.domain.answers import Answers
from screening.domain.assessment import evaluate
from screening.domain.audit import Actor, AuditEvent
from screening.domain.codes import REFERENCE, new_code
from screening.domain.context import Context
from screening.domain.protocol import Level, ScreeningProtocol
from screening.services import search_terms
from screening.storage import drafts, submissions
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord
from screening.storage.sealing import canonical_json, keyring_of
from screening.storage.submissions import SubmissionRecord

Tokens = Callable[[int], bytes]


@dataclass(frozen=True)
class Parcel:
    """All that a draft has become when it is sent. ``more`` is sealed beside the answers.

    ``reference``: what the patient and the clinic know it by already; empty if by nothing yet.
    """

    record: DraftRecord
    protocol: ScreeningProtocol
    answers: Answers
    context: Context
    withdrawn: Mapping[str, object]
    identity: Mapping[str, object]
    now: datetime
    is_demo: bool
    follows: SubmissionRecord | None = None
    more: Mapping[str, Sequence[object]] = field(default_factory=dict)
    reference: str = ""

    def sealed(self) -> dict[str, object]:
        return {
            "answers": self.answers.to_json(),
            "withdrawn": dict(self.withdrawn),
            "context": self.context.to_json(),
            **{name: list(part) for name, part in self.more.items()},
        }


def receive(session: Session, parcel: Parcel, actor: Actor, tokens: Tokens) -> SubmissionRecord:
    """Keep it, assess it, delete the draft, in this one transaction."""
    level, assessment = _assess(session, parcel, actor)
    submission = _record(session, parcel, level, assessment, tokens)
    submissions.add_submission(session, submission)
    search_terms.index(session, parcel.protocol, submission)
    drafts.delete_draft(session, parcel.record.id)
    facts = {"protocol": parcel.protocol.key}
    append_event(
        session,
        AuditEvent("submission.received", parcel.now, actor, "submission", submission.id, facts),
    )
    return submission


def _record(
    session: Session,
    parcel: Parcel,
    level: Level,
    assessment: Mapping[str, object],
    tokens: Tokens,
) -> SubmissionRecord:
    sealed, earlier = parcel.sealed(), parcel.follows
    body = canonical_json([sealed, dict(parcel.identity)])
    return SubmissionRecord(
        id=tokens(16).hex(),
        reference=_reference(parcel, tokens),
        draft_id=parcel.record.id,
        protocol=parcel.protocol.key,
        digest=parcel.protocol.digest,
        received_at=parcel.now,
        completed_on=parcel.context.completed_on,
        treatment_date=parcel.context.treatment_date,
        level=level.value,
        answers=sealed,
        assessment=assessment,
        identity=parcel.identity,
        body_mac=keyring_of(session).mac("data", "submission", body),
        notice_version=parcel.record.notice_version,
        agreed_at=parcel.record.agreed_at,
        is_demo=parcel.is_demo,
        episode_id=earlier.episode_id if earlier else "",
        edition=earlier.edition + 1 if earlier else 1,
    )


def _reference(parcel: Parcel, tokens: Tokens) -> str:
    if parcel.follows:
        return parcel.follows.reference
    return parcel.reference or new_code(tokens, REFERENCE)


def assess(
    protocol: ScreeningProtocol, answers: Answers, context: Context
) -> tuple[Level, dict[str, object], str]:
    """What the rules say: level, assessment as it is kept, and what error they ended in, if any.

    If they fail, the submission is kept for a clinician to look at.
    """
    try:
        assessment = evaluate(protocol, answers, context)
    except Exception as error:
        return Level.REVIEW, {"flags": [], "failed": True}, type(error).__name__
    return assessment.level, assessment.to_json(), ""


def _assess(session: Session, parcel: Parcel, actor: Actor) -> tuple[Level, dict[str, object]]:
    level, assessment, error = assess(parcel.protocol, parcel.answers, parcel.context)
    if error:
        about = parcel.record.id
        append_event(
            session,
            AuditEvent("assessment.failed", parcel.now, actor, "draft", about, {"error": error}),
        )
    return level, assessment
