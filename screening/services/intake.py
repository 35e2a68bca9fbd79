"""The patient's questionnaire: start it, keep each page, send it once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from screening.domain.answers import Answers, examine, shown_items
from screening.domain.assessment import Flag, evaluate
from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.codes import REFERENCE, new_code
from screening.domain.context import Context
from screening.domain.draft import Draft, Raw, Typed
from screening.domain.protocol import Level, ScreeningProtocol
from screening.storage import drafts, submissions
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord
from screening.storage.sealing import canonical_json, keyring_of
from screening.storage.submissions import SubmissionRecord

DRAFT_LIFE = timedelta(days=30)
NOTICE_VERSION = "2026-11-22"
"""Names the text of templates/patient/privacy.html: change both together."""
Tokens = Callable[[int], bytes]


@dataclass(frozen=True)
class Agreement:
    """Which privacy notice was agreed to, and when."""

    notice_version: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """One draft under its own protocol version, at this clinic, at this moment."""

    record: DraftRecord
    draft: Draft
    protocol: ScreeningProtocol
    clinic: Clinic
    now: datetime

    @property
    def context(self) -> Context:
        return context_for(self.clinic, self.now, self.draft)

    @property
    def today(self) -> date:
        return self.clinic.day(self.now)

    def shown(self) -> tuple[str, ...]:
        return tuple(i.id for i in shown_items(self.protocol, self.context, self.draft.answers))


def context_for(clinic: Clinic, now: datetime, draft: Draft) -> Context:
    """The clinic's own day counts, not the server's."""
    visit = draft.about.get("treatment_date")
    return Context(
        completed_on=clinic.day(now),
        treatment_date=date.fromisoformat(visit) if visit else None,
        jurisdiction=clinic.jurisdiction,
        modality=clinic.modality,
        changed_after_result=frozenset(draft.changed),
    )


def gate_flags(protocol: ScreeningProtocol, context: Context, raw: Raw) -> tuple[Flag, ...]:
    """What the gate's answers raise that nobody may override: an age, or an urgent sign."""
    gate = {name: one for name, one in raw.items() if protocol.items[name].gate}
    answers, _ = examine(protocol, context, gate)
    flags = evaluate(protocol, answers, context).flags
    return tuple(flag for flag in flags if not protocol.rules[flag.rule].override)


def start(
    session: Session,
    protocol: ScreeningProtocol,
    draft: Draft,
    agreement: Agreement,
    actor: Actor,
    now: datetime,
    tokens: Tokens,
) -> str:
    """A new draft, once the gate is passed; its id."""
    drafts.delete_expired(session, now)
    record = DraftRecord(
        id=tokens(16).hex(),
        protocol=protocol.key,
        digest=protocol.digest,
        created_at=now,
        updated_at=now,
        expires_at=now + DRAFT_LIFE,
        version=1,
        body=draft.to_json(),
        notice_version=agreement.notice_version,
        agreed_at=agreement.at,
    )
    drafts.add_draft(session, record)
    facts = {"protocol": protocol.key}
    append_event(session, AuditEvent("draft.started", now, actor, "draft", record.id, facts))
    return record.id


def save_page(
    session: Session, case: Case, asked: Iterable[str], posted: Raw, unfinished: Typed
) -> Case:
    """Keep what one page said, finished or not."""
    draft = case.draft.saying(case.protocol, case.context, asked, posted, unfinished)
    return keep(session, case, draft)


def save_about(session: Session, case: Case, about: Mapping[str, str]) -> Case:
    """Keep the name, the ways to reach the person, and the day of the visit."""
    return keep(session, case, replace(case.draft, about=about))


def take_back(session: Session, case: Case, raw: Raw) -> Case:
    """An urgent sign was ticked in a running draft: it must be answered again afterwards."""
    answers = {name: one for name, one in case.draft.answers.items() if name not in raw}
    draft = replace(case.draft, answers=answers, changed={**case.draft.changed, **raw})
    return keep(session, case, draft)


def keep(session: Session, case: Case, draft: Draft) -> Case:
    body, now = draft.to_json(), case.now
    drafts.save_draft(session, case.record.id, body, now, now + DRAFT_LIFE)
    return replace(case, draft=draft)


def discard(session: Session, case: Case) -> None:
    """Nothing is kept of somebody whom the clinic may not ask."""
    drafts.delete_draft(session, case.record.id)


def receipt(session: Session, draft_id: str) -> SubmissionRecord | None:
    """What became of a draft that was sent."""
    return submissions.find_by_draft(session, draft_id)


def submit(
    session: Session, case: Case, answers: Answers, actor: Actor, tokens: Tokens
) -> SubmissionRecord:
    """Move the draft to a submission, in this one transaction. The caller saw to the gaps."""
    level, assessment = _assess(session, case, answers, actor)
    sealed = {
        "answers": answers.to_json(),
        "withdrawn": case.draft.withdrawn,
        "context": case.context.to_json(),
    }
    identity = {name: one for name, one in case.draft.about.items() if name != "treatment_date"}
    body = canonical_json([sealed, identity])
    submission = SubmissionRecord(
        id=tokens(16).hex(),
        reference=new_code(tokens, REFERENCE),
        draft_id=case.record.id,
        protocol=case.protocol.key,
        digest=case.protocol.digest,
        received_at=case.now,
        completed_on=case.context.completed_on,
        treatment_date=case.context.treatment_date,
        level=level.value,
        answers=sealed,
        assessment=assessment,
        identity=identity,
        body_mac=keyring_of(session).mac("data", "submission", body),
        notice_version=case.record.notice_version,
        agreed_at=case.record.agreed_at,
        is_demo=case.clinic.is_demo,
    )
    submissions.add_submission(session, submission)
    drafts.delete_draft(session, case.record.id)
    facts = {"protocol": case.protocol.key}
    event = AuditEvent("submission.received", case.now, actor, "submission", submission.id, facts)
    append_event(session, event)
    return submission


def _assess(
    session: Session, case: Case, answers: Answers, actor: Actor
) -> tuple[Level, dict[str, object]]:
    """What the rules say. If they fail, the submission is kept for a clinician to look at."""
    try:
        assessment = evaluate(case.protocol, answers, case.context)
    except Exception as error:
        facts = {"error": type(error).__name__}
        event = AuditEvent("assessment.failed", case.now, actor, "draft", case.record.id, facts)
        append_event(session, event)
        return Level.REVIEW, {"flags": [], "failed": True}
    return assessment.level, assessment.to_json()
