"""The patient's questionnaire: start it, keep each page, send it once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from screening.domain.answer_events import Advised, Occasion, events_between
from screening.domain.answers import Answers, examine, shown_items
from screening.domain.assessment import Flag, evaluate
from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.context import Context
from screening.domain.draft import Draft, Raw, Typed
from screening.domain.moving import moved, put_aside
from screening.domain.points import Point, free_texts, points_in
from screening.domain.protocol import ScreeningProtocol
from screening.domain.settled import Settled, sealed_points, settling
from screening.protocols.library import ProtocolLibrary
from screening.services.invitation_course import note_answered
from screening.services.keeping import Events, begin, refuse_endless, save
from screening.services.protocol_life import in_use_of, is_retired
from screening.services.receiving import Parcel, Tokens, receive
from screening.storage import drafts, submissions
from screening.storage.audit import append_event
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord
from screening.storage.invitations import find_by_draft
from screening.storage.submissions import SubmissionRecord

NOTICE_VERSION = "2026-11-23"
"""Names the text of templates/patient/privacy.html: change both together."""


@dataclass(frozen=True)
class Agreement:
    """Which privacy notice was agreed to, and when."""

    notice_version: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """One draft under its own protocol version, at this clinic, at this moment.

    ``successor``: the version it has to move to before it can be sent, where its own is retired.
    """

    record: DraftRecord
    draft: Draft
    protocol: ScreeningProtocol
    clinic: Clinic
    now: datetime
    successor: ScreeningProtocol | None = None

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
    advised: Sequence[Advised] = (),
) -> str:
    """A new draft, once the gate is passed; its id. `advised`: what held it up before."""
    drafts.delete_expired(session, now)
    draft = replace(put_aside(draft, advised, protocol), answers=draft.answers)
    record = DraftRecord(
        id=tokens(16).hex(),
        protocol=protocol.key,
        digest=protocol.digest,
        created_at=now,
        updated_at=now,
        expires_at=now + read_clinic(session).draft_life,
        version=1,
        body=draft.to_json(),
        notice_version=agreement.notice_version,
        agreed_at=agreement.at,
    )
    said = events_between(Draft(), draft, Occasion(protocol.key, now))
    begin(session, record, [*_events_of(advised, now), *said])
    facts = {"protocol": protocol.key}
    append_event(session, AuditEvent("draft.started", now, actor, "draft", record.id, facts))
    return record.id


def save_page(
    session: Session, case: Case, asked: Iterable[str], posted: Raw, unfinished: Typed
) -> Case:
    """Keep what one page said, finished or not; raises TooManyPages."""
    refuse_endless(case.record)
    draft = case.draft.saying(case.protocol, case.context, asked, posted, unfinished)
    return keep(session, case, draft)


def save_about(
    session: Session, case: Case, about: Mapping[str, str], typed: Mapping[str, str]
) -> Case:
    """Keep the name, the ways to reach the person, the day of the visit; and what is mistyped."""
    return keep(session, case, replace(case.draft, about=about, about_typed=typed))


def hold(session: Session, draft_id: str, tokens: Tokens) -> str:
    """This browser session goes on with the draft; the name by which it is known as the one."""
    holder = tokens(16).hex()
    drafts.set_holder(session, draft_id, holder)
    return holder


def take_over(session: Session, case: Case, actor: Actor, tokens: Tokens) -> str:
    """From another browser session, whose next page is told so."""
    taken = AuditEvent("draft.taken-over", case.now, actor, "draft", case.record.id)
    append_event(session, taken)
    return hold(session, case.record.id, tokens)


def take_back(session: Session, case: Case, advised: Advised) -> Case:
    """An urgent sign was ticked in a running draft: it must be answered again afterwards."""
    draft = put_aside(case.draft, [advised], case.protocol)
    return keep(session, case, draft, urgent=frozenset(advised.signs))


def advised_already(session: Session, case: Case, advised: Sequence[Advised]) -> Case:
    """Keep what was advised on before it was known here that another device had begun the form."""
    draft = put_aside(case.draft, advised, case.protocol)
    return _saved(session, case, draft, _events_of(advised, case.now))


def come_back(session: Session, case: Case, advised: Advised) -> None:
    """Keep what was said of urgent signs on the way back from their advice."""
    _saved(session, case, case.draft, advised.events(case.now))


def _events_of(advised: Iterable[Advised], at: datetime) -> Events:
    return [event for one in advised for event in one.events(at)]


def _saved(session: Session, case: Case, draft: Draft, events: Events) -> Case:
    life = case.clinic.draft_life
    record = save(session, case.record, draft.to_json(), events, case.now, life)
    return replace(case, record=record, draft=draft)


def keep(
    session: Session, case: Case, draft: Draft, *, urgent: frozenset[str] = frozenset()
) -> Case:
    """The draft as it is from now on; what changed in its answers is appended beside it.

    The version that the record names asked for them, also where the draft moves to another.
    """
    occasion = Occasion(case.record.protocol, case.now, urgent)
    return _saved(session, case, draft, events_between(case.draft, draft, occasion))


def points(case: Case, answers: Answers) -> tuple[Point, ...]:
    """What is put to the patient once more; every answer was given in this very draft."""
    texts = free_texts(case.protocol, answers.to_json())
    return points_in(case.protocol, answers, case.context, texts)


def settle(session: Session, case: Case, point: Point, settled: Settled) -> Case:
    """Remember what was said to a point; no answer changes."""
    kept = settling(case.draft.settled, point, settled)
    return keep(session, case, replace(case.draft, settled=kept))


def successor_of(
    session: Session, record: DraftRecord, library: ProtocolLibrary
) -> ScreeningProtocol | None:
    """The version that a draft must move to; None as long as its own is allowed."""
    if not is_retired(session, record.protocol):
        return None
    return in_use_of(session, library, library.get(record.protocol).name)


def move_on(session: Session, case: Case, actor: Actor) -> Case:
    """To the version that is in use; whoever is there already stays."""
    new = case.successor
    if new is None:
        return case
    draft = moved(case.draft, case.protocol, new, case.context).draft
    drafts.move_draft(session, case.record.id, new.key, new.digest)
    facts = {"before": case.protocol.key, "after": new.key}
    event = AuditEvent("draft.moved", case.now, actor, "draft", case.record.id, facts)
    append_event(session, event)
    return keep(session, replace(case, protocol=new, successor=None), draft)


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
    invitation = find_by_draft(session, case.record.id)
    parcel = Parcel(
        record=case.record,
        protocol=case.protocol,
        answers=answers,
        context=case.context,
        withdrawn=case.draft.withdrawn,
        identity=case.draft.identity,
        now=case.now,
        is_demo=case.clinic.is_demo,
        more={**sealed_points(points(case, answers), case.draft.settled), **_gone(case.draft)},
        reference=invitation.reference if invitation else "",
    )
    sent = receive(session, parcel, actor, tokens)
    if invitation is not None:
        note_answered(session, invitation, sent, actor)
    return sent


def _gone(draft: Draft) -> dict[str, list[object]]:
    """What was said to questions of an earlier version: kept for the clinician, read by no rule."""
    found = [{"protocol": key, "answers": dict(raw)} for key, raw in draft.gone.items()]
    return {"gone": list(found)} if found else {}
