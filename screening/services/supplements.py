"""A patient answers some questions again: asked by the clinic, or to correct an answer.

Until it is sent it is a draft of its own, bound to the visit to the own page; see amending.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from screening.domain.answer_events import Advised, Occasion, events_between
from screening.domain.answers import Answers
from screening.domain.assessment import Flag
from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.context import Context
from screening.domain.draft import Draft, Raw, Typed
from screening.domain.points import Point, free_texts, points_in
from screening.domain.protocol import ScreeningProtocol
from screening.domain.recogniser import REPLY
from screening.domain.settled import Settled, settling
from screening.domain.supplement import Names, Supplement
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import AGE_STOP, SUBMISSION, OpenedSubmission
from screening.services.intake import Case, gate_flags
from screening.services.keeping import Events, begin, refuse_endless, save
from screening.services.receiving import Tokens
from screening.storage import drafts
from screening.storage.audit import append_event, list_events
from screening.storage.database import Session
from screening.storage.drafts import DraftRecord
from screening.storage.questions import Question
from screening.storage.submissions import (
    SubmissionRecord,
    bump_version,
    edition_numbers,
    hold_episode,
    latest_edition,
    read_submission,
)

LIFE = timedelta(days=1)
"""It lives as long as the visit to the own page, which ends within half a day."""


@dataclass(frozen=True)
class Running:
    """A supplement, the submission it follows, and the circumstances."""

    record: DraftRecord
    supplement: Supplement
    earlier: SubmissionRecord
    protocol: ScreeningProtocol
    clinic: Clinic
    now: datetime

    @property
    def case(self) -> Case:
        return Case(self.record, self.supplement.draft, self.protocol, self.clinic, self.now)

    @property
    def context(self) -> Context:
        return self.case.context

    @property
    def today(self) -> date:
        return self.case.today

    def with_(self, supplement: Supplement) -> "Running":
        return replace(self, supplement=supplement)

    def asking(self, picked: Iterable[str]) -> "Running":
        return self.with_(self.supplement.asking(self.protocol, self.context, picked))

    def answering(self, questions: Iterable[Question]) -> "Running":
        """The clinic's questions; items that this protocol does not know are left out."""
        found = tuple(questions)
        items = {name for one in found for name in one.items if name in self.protocol.items}
        supplement = self.supplement.answering(one.id for one in found)
        return self.with_(supplement).asking(items)


def open_questions(opened: OpenedSubmission) -> tuple[Question, ...]:
    """What the clinic still waits for, whichever edition it was asked about."""
    return tuple(question for question in opened.questions if question.open)


def fresh(
    earlier: SubmissionRecord, protocol: ScreeningProtocol, clinic: Clinic, now: datetime
) -> Running:
    """One that asks nothing yet and is not kept."""
    visit = earlier.treatment_date
    about = dict(earlier.identity) | ({"treatment_date": visit.isoformat()} if visit else {})
    draft = Draft(answers=earlier.answers["answers"], about=about)
    record = DraftRecord(
        id="",
        protocol=protocol.key,
        digest=protocol.digest,
        created_at=now,
        updated_at=now,
        expires_at=now + LIFE,
        version=1,
        body={},
        notice_version=earlier.notice_version,
        agreed_at=earlier.agreed_at,
        follows=earlier.id,
    )
    return Running(record, Supplement(draft), earlier, protocol, clinic, now)


def start(session: Session, running: Running, actor: Actor, tokens: Tokens) -> Running:
    """Keep it from now on."""
    drafts.delete_expired(session, running.now)
    body = running.supplement.to_json()
    record = replace(running.record, id=tokens(16).hex(), body=body)
    begin(session, record, ())
    facts = {"protocol": running.protocol.key}
    append_event(
        session, AuditEvent("draft.started", running.now, actor, "draft", record.id, facts)
    )
    return replace(running, record=record)


def find(
    session: Session, draft_id: str, library: ProtocolLibrary, clinic: Clinic, now: datetime
) -> Running | None:
    """The one that is kept under this id; None once it is sent, dropped or expired."""
    record = drafts.read_draft(session, draft_id, now)
    earlier = read_submission(session, record.follows) if record and record.follows else None
    if record is None or earlier is None:
        return None
    supplement = Supplement.from_json(record.body)
    return Running(record, supplement, earlier, library.get(record.protocol), clinic, now)


def keep(session: Session, running: Running, events: Events = ()) -> Running:
    """To ask anew is no event: events are what the patient says from then on."""
    body, now = running.supplement.to_json(), running.now
    record = save(session, running.record, body, events, now, LIFE)
    return replace(running, record=record)


def save_page(
    session: Session,
    running: Running,
    page: Names,
    posted: Raw,
    unfinished: Typed,
    replies: Mapping[str, str],
    signs: Raw | None = None,
) -> Running:
    """Keep what one page said, finished or not; raises TooManyPages.

    Urgent ``signs`` that were ticked are asked again before anything can be sent.
    """
    if not signs:
        refuse_endless(running.record)
    supplement = running.supplement.saying(
        running.protocol, running.context, posted, unfinished, page
    )
    supplement = replace(supplement, replies={**supplement.replies, **replies})
    after = running.with_(supplement.taking_back(signs) if signs else supplement)
    return keep(session, after, said_between(running, after, frozenset(signs or {})))


def said_between(
    before: Running,
    after: Running,
    urgent: frozenset[str] = frozenset(),
    only: Iterable[str] | None = None,
) -> Events:
    occasion = Occasion(before.protocol.key, before.now, urgent)
    return events_between(before.supplement.draft, after.supplement.draft, occasion, only)


def go_on(session: Session, running: Running, left: Iterable[str] = ()) -> Running:
    """To the next page, which is empty where nothing more is asked."""
    supplement = running.supplement.going_on(running.protocol, running.context, left)
    return keep(session, running.with_(supplement))


def points(running: Running, answers: Answers) -> tuple[Point, ...]:
    """What is put to the patient once more; it tells nothing of older answers (AZ-6)."""
    supplement, said = running.supplement, answers.to_json()
    asked = {name: raw for name, raw in said.items() if name in supplement.asked}
    reply = "\n".join(filter(None, supplement.replies.values()))
    texts = free_texts(running.protocol, asked) | ({REPLY: reply} if reply else {})
    return points_in(running.protocol, answers, running.context, texts, asked)


def settle(session: Session, running: Running, point: Point, settled: Settled) -> Running:
    """Remember what was said to a point; no answer changes."""
    kept = settling(running.supplement.draft.settled, point, settled)
    draft = replace(running.supplement.draft, settled=kept)
    return keep(session, running.with_(replace(running.supplement, draft=draft)))


def come_back(session: Session, running: Running, signs: Raw, way: str) -> Running:
    """Keep what was said of urgent signs on the way back from their advice."""
    return keep(session, running, Advised(running.protocol.key, signs, way).events(running.now))


def urgent_flags(running: Running, signs: Raw) -> tuple[Flag, ...]:
    return gate_flags(running.protocol, running.context, signs)


def drop(session: Session, running: Running) -> None:
    drafts.delete_draft(session, running.record.id)


def stop(session: Session, running: Running, actor: Actor) -> None:
    """A date of birth under 18: nothing of it is kept but that the clinic must look again.

    The version rises, so that nobody decides without having read of it. What was decided while
    this waited, or by another server's clock, was decided without it: it never stands after that.
    """
    drop(session, running)
    hold_episode(session, running.earlier.id)
    newest = latest_edition(session, running.earlier.episode_id)
    record = (newest and read_submission(session, newest)) or running.earlier
    bump_version(session, record.id, record.version)
    before = list_events(session, SUBMISSION, *edition_numbers(session, record.episode_id))
    at = max([running.now, *(one.at for one in before)])
    append_event(session, AuditEvent(AGE_STOP, at, actor, SUBMISSION, record.id))
