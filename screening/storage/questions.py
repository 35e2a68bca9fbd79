"""Questions that clinicians ask a patient about a submission: words, items, and their answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, aliased

from screening.storage.episode_tables import QuestionRow
from screening.storage.sealing import keyring_of
from screening.storage.tables import SubmissionRow

_STILL_OPEN = (QuestionRow.answered_by.is_(None), QuestionRow.withdrawn_at.is_(None))


@dataclass(frozen=True)
class Question:
    """`text` may be empty where items alone are asked; `answered_by` is a submission's id."""

    id: str
    submission_id: str
    staff_id: str
    text: str
    items: tuple[str, ...]
    asked_at: datetime
    answered_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.answered_by is None and self.withdrawn_at is None


def add_question(session: Session, question: Question) -> None:
    body = {"text": question.text, "items": list(question.items)}
    session.execute(
        insert(QuestionRow).values(
            id=question.id,
            submission_id=question.submission_id,
            staff_id=question.staff_id,
            sealed_body=keyring_of(session).seal_json(
                body, "questions", "sealed_body", question.id
            ),
            asked_at=question.asked_at,
        )
    )


def list_questions(session: Session, *submission_ids: str) -> list[Question]:
    """What was asked about these submissions, the latest last."""
    query = (
        select(QuestionRow.__table__)
        .where(QuestionRow.submission_id.in_(submission_ids))
        .order_by(QuestionRow.asked_at, QuestionRow.id)
    )
    keyring = keyring_of(session)
    return [
        _question(
            dict(row._mapping),
            keyring.unseal_json(row.sealed_body, "questions", "sealed_body", row.id),
        )
        for row in session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What is still open about a visit to come; `asked_at` and `staff_id` are of the first."""

    episode_id: str
    visit: date
    asked_at: datetime
    staff_id: str


def list_open_questions(session: Session, today: date) -> list[OpenQuestion]:
    """One for each episode whose visit is after today and that has an open question."""
    latest = aliased(SubmissionRow)
    newest = (
        select(func.max(SubmissionRow.edition))
        .where(SubmissionRow.episode_id == latest.episode_id)
        .scalar_subquery()
    )
    asked = aliased(SubmissionRow)
    query = (
        select(latest.episode_id, latest.treatment_date, QuestionRow.asked_at, QuestionRow.staff_id)
        .join(asked, asked.id == QuestionRow.submission_id)
        .join(latest, (latest.episode_id == asked.episode_id) & (latest.edition == newest))
        .where(latest.treatment_date > today, *_STILL_OPEN)
        .order_by(QuestionRow.asked_at.desc(), QuestionRow.id)
    )
    found = {
        episode: OpenQuestion(episode, visit, asked_at, staff_id)
        for episode, visit, asked_at, staff_id in session.execute(query)
        if visit is not None
    }
    return list(found.values())


def answer_questions(session: Session, question_ids: list[str], answered_by: str) -> None:
    """Those of these questions that are still open are answered by this submission."""
    session.execute(
        update(QuestionRow)
        .where(QuestionRow.id.in_(question_ids), *_STILL_OPEN)
        .values(answered_by=answered_by)
    )


def withdraw_questions(session: Session, submission_ids: list[str], now: datetime) -> None:
    """The clinic no longer needs an answer: it has decided otherwise."""
    session.execute(
        update(QuestionRow)
        .where(QuestionRow.submission_id.in_(submission_ids), *_STILL_OPEN)
        .values(withdrawn_at=now)
    )


def _question(values: dict[str, Any], body: Mapping[str, Any]) -> Question:
    del values["sealed_body"]
    return Question(**values, text=str(body["text"]), items=tuple(body["items"]))
