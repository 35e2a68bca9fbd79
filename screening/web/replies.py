"""What the clinic asked the patient, and what was answered to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from screening.domain.clinic import Clinic
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.storage.questions import Question
from screening.storage.submissions import SubmissionRecord
from screening.web.changes import Change, change_of
from screening.web.texts import long_time


@dataclass(frozen=True, slots=True)
class Reply:
    """A question of the clinic; `answers` are what was answered to it, then and now."""

    asked: str
    text: list[str]
    items: list[str]
    standing: str
    reply: list[str]
    answers: list[Change]


def replies(opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic) -> list[Reply]:
    """The latest first."""
    return [_reply(one, opened, library, clinic) for one in reversed(opened.questions)]


def _reply(
    question: Question, opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> Reply:
    editions = {one.id: one for one in opened.editions}
    asked_on, answer = (
        editions.get(question.submission_id),
        editions.get(question.answered_by or ""),
    )
    items = library.get((asked_on or opened.record).protocol).items
    when = long_time(question.asked_at, clinic.time_zone)
    return Reply(
        asked=f"{opened.names[question.staff_id]}, {when}",
        text=question.text.splitlines(),
        items=[items[name].wording for name in question.items if name in items],
        standing=_reply_standing(question, answer, clinic),
        reply=_written(question, answer),
        answers=list(_answered(question, asked_on, answer, library)) if asked_on and answer else [],
    )


def _answered(
    question: Question, then: SubmissionRecord, now: SubmissionRecord, library: ProtocolLibrary
) -> Iterator[Change]:
    """Each question that was asked again, changed or not; other changes stand elsewhere."""
    for name, item in library.get(then.protocol).items.items():
        if name in question.items:
            yield change_of(library, item, then, now)


def _written(question: Question, answer: SubmissionRecord | None) -> list[str]:
    """What the patient wrote to it."""
    written: list[Mapping[str, str]] = answer.answers.get("replies", []) if answer else []
    return [line for one in written if one["question"] == question.id for line in _lines(one)]


def _lines(reply: Mapping[str, str]) -> list[str]:
    return reply["text"].splitlines()


def _reply_standing(question: Question, answer: SubmissionRecord | None, clinic: Clinic) -> str:
    if answer is not None:
        return f"Answered {long_time(answer.received_at, clinic.time_zone)}"
    if question.withdrawn_at is not None:
        return f"Taken back {long_time(question.withdrawn_at, clinic.time_zone)}"
    return "Waits for the patient"
