"""The decision once more before it counts, and what the patient will read of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from screening.domain.own_page import Stage
from screening.domain.review import Disposition, Review
from screening.services.casefile import OpenedSubmission
from screening.web.decision_options import REASONS
from screening.web.decisions import DecisionForm
from screening.web.own_page_words import paragraphs, stage_words
from screening.web.parts import parts
from screening.web.queue import LEVELS, disposition_words

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Preview:
    id: str
    reference: str
    name: str
    rows: list[Row]
    second_required: bool
    asks: bool
    title: str
    sentence: str
    paragraphs: list[str]
    message: str
    question: str
    items: list[str]


def preview_of(opened: OpenedSubmission, review: Review, form: DecisionForm) -> Preview:
    protocol = parts().protocols.get(opened.record.protocol)
    asks = review.disposition is Disposition.ASK_PATIENT
    title, sentence = stage_words(Stage.ASKED if asks else Stage.DECIDED)
    rows = {
        "Decision": disposition_words(review.disposition, review.defer_until),
        "Level": f"{LEVELS[review.grounds.level]}{_against(review)}",
        "Precautions": list(review.precautions),
        "Reason": list(reason_lines(review.reason_code, review.reason)),
        "Note for colleagues": review.note.splitlines(),
        "Photo identity": ["Checked"] if form.identity else [],
    }
    return Preview(
        id=opened.record.id,
        reference=opened.record.reference,
        name=str(opened.record.identity.get("name") or "No name given"),
        rows=[{"key": key, "value": value} for key, value in rows.items() if value],
        second_required=review.second_required,
        asks=asks,
        title=title,
        sentence=sentence,
        paragraphs=paragraphs(review.message),
        message=review.message,
        question=review.question,
        items=[protocol.items[item].wording for item in review.items],
    )


def reason_lines(code: str | None, words: str | None) -> Iterator[str]:
    if code:
        yield next((text for known, text in REASONS.items() if known == code), code)
    yield from (words or "").splitlines()


def _against(review: Review) -> str:
    return ", decided against it" if review.against_level else ""
