"""Asking the patient: which questions can be asked again, and keeping what was asked."""

from collections.abc import Iterable
from datetime import datetime

from screening.domain.answers import examine
from screening.domain.context import read_context
from screening.domain.protocol import Item, ScreeningProtocol
from screening.domain.review import Disposition, Review, ReviewRefused
from screening.services.casefile import OpenedSubmission
from screening.storage.database import Session
from screening.storage.questions import Question, add_question, withdraw_questions
from screening.storage.reviews import ReviewRecord


def askable(opened: OpenedSubmission, protocol: ScreeningProtocol) -> tuple[Item, ...]:
    """The questions that were shown, in their order: only those can be answered again."""
    answers = opened.record.answers
    context, _ = read_context(answers["context"], protocol.items)
    return examine(protocol, context, answers["answers"])[0].shown


def check_items(items: Iterable[str], offered: Iterable[Item]) -> None:
    """Raises ReviewRefused where somebody is to be asked what they were never shown."""
    if not set(items) <= {item.id for item in offered}:
        raise ReviewRefused({"items": "Tick only questions that the patient was shown."})


def replace_questions(
    session: Session,
    opened: OpenedSubmission,
    kept: ReviewRecord,
    now: datetime,
    review: Review | None = None,
) -> None:
    """A decision that has effect takes back what was asked before, and may ask anew.

    A question has the id of the decision that asked it.
    """
    withdraw_questions(session, list(opened.numbers), now)
    if review is not None and review.disposition is Disposition.ASK_PATIENT:
        asked = Question(
            kept.id, kept.submission_id, kept.staff_id, review.question, review.items, now
        )
        add_question(session, asked)
