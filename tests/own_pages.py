"""A patient at their own page, and what the clinic does meanwhile, kept as its services keep it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from secrets import token_bytes
from typing import Any

from flask import Flask

from screening.domain.answers import read_answers
from screening.domain.audit import Actor, AuditEvent
from screening.domain.codes import REFERENCE
from screening.domain.draft import Draft
from screening.services import intake
from screening.services.casefile import OpenedSubmission, read_opened
from screening.services.intake import Agreement, Case
from screening.storage import questions, reviews, submissions
from screening.storage.audit import append_event
from screening.storage.clinic import read_clinic
from screening.storage.database import Database
from screening.storage.drafts import read_draft
from screening.storage.questions import Question
from screening.storage.submissions import SubmissionRecord
from tests.actors import REACH, Patient
from tests.clock import Clock
from tests.questionnaires import ASHA
from tests.stored import a_review, add_clinician, id_of
from tests.worked_cases import PROTOCOL

ROBIN = id_of(9)
PATIENT = Actor("patient")
STAFF = Actor("staff", ROBIN)
BORN = {"date_of_birth": "1990-06-15"}
WRONG = {"date_of_birth": "1991-06-15"}


def sends_in(
    database: Database,
    clock: Clock,
    changes: Mapping[str, object] | None = None,
    visit: str = "",
    before: int = 0,
) -> SubmissionRecord:
    """Asha has answered everything and sent it, as some did before; Robin works at the clinic."""
    about = {**REACH, **({"treatment_date": visit} if visit else {})}
    draft, agreement = Draft({**ASHA, **(changes or {})}, about=about), Agreement("1", clock())
    with database.write() as session:
        if not before:
            add_clinician(session)
        draft_id = intake.start(session, PROTOCOL, draft, agreement, PATIENT, clock(), token_bytes)
        record = read_draft(session, draft_id, clock())
        assert record is not None
        case = Case(record, draft, PROTOCOL, read_clinic(session), clock())
        answers = read_answers(PROTOCOL, case.context, draft.answers)
        return intake.submit(session, case, answers, PATIENT, partial(_tokens, before))


def _tokens(before: int, size: int) -> bytes:
    """Random but for the reference: one such as 04MG would read like a dose."""
    reference = b"\x01\x03\x11\x13\x15\x17\x19" + bytes((27 - before,))
    return reference if size == REFERENCE else token_bytes(size)


def comes_in(app: Flask, submission: SubmissionRecord, born: Mapping[str, str] = BORN) -> Patient:
    """The same person at another device, past the door."""
    patient = Patient(app.test_client())
    patient.opens("/visit")
    patient.continues({"reference": submission.reference, **born})
    assert patient.page.path == "/visit"
    return patient


def corrects(patient: Patient, section: str, *items: str) -> Patient:
    """Picks these questions to answer again."""
    patient.opens("/visit/correct")
    patient.continues({section: list(items)})
    return patient


def sends(patient: Patient) -> Patient:
    assert patient.page.path == "/visit/check", patient.page.text
    patient.presses("Send to the clinic")
    return patient


def latest(database: Database, submission: SubmissionRecord, clock: Clock) -> OpenedSubmission:
    with database.read() as session:
        newest = submissions.latest_edition(session, submission.episode_id)
        assert newest is not None
        return read_opened(session, newest, clock())


def looks_at(database: Database, clock: Clock, submission: SubmissionRecord) -> None:
    with database.write() as session:
        facts = {"version": 1}
        seen = AuditEvent("submission.viewed", clock(), STAFF, "submission", submission.id, facts)
        append_event(session, seen)


def decides(database: Database, clock: Clock, submission: SubmissionRecord, **changes: Any) -> None:
    """Robin has read it and decided; a decision to go on, where nothing else is said."""
    looks_at(database, clock, submission)
    review = a_review(
        1, submission_id=submission.id, disposition="proceed", decided_at=clock(), message="See you"
    )
    facts = {"review": review.id, "version": 1}
    with database.write() as session:
        assert submissions.bump_version(session, submission.id, 1)
        reviews.add_review(session, replace(review, **changes))
        append_event(
            session,
            AuditEvent("review.decided", clock(), STAFF, "submission", submission.id, facts),
        )


def asks(
    database: Database,
    clock: Clock,
    submission: SubmissionRecord,
    text: str = "",
    items: tuple[str, ...] = (),
    number: int = 77,
) -> Question:
    question = Question(id_of(number), submission.id, ROBIN, text, items, clock())
    with database.write() as session:
        questions.add_question(session, question)
    return question


def asks_instead(
    database: Database,
    clock: Clock,
    submission: SubmissionRecord,
    text: str = "",
    items: tuple[str, ...] = (),
) -> Question:
    """A new decision: what was asked before is needed no more, and this is asked."""
    takes_back(database, clock, submission)
    return asks(database, clock, submission, text, items, number=78)


def takes_back(database: Database, clock: Clock, submission: SubmissionRecord) -> None:
    """A new decision: what was asked before is needed no more."""
    with database.write() as session:
        questions.withdraw_questions(session, [submission.id], clock())
