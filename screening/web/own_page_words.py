"""The words of the patient's own page: where the form stands, and what was decided.

Nothing here promises anything or gives a reason; the clinic's own message comes first.
"""

from datetime import date

from screening.domain.clinic import Clinic
from screening.domain.own_page import Stage
from screening.domain.patient_message import default_message
from screening.domain.review import Disposition
from screening.services.own_page import OwnPage

_STAGES = {
    Stage.RECEIVED: (
        "The clinic has your answers",
        "A clinician will read them before your visit.",
    ),
    Stage.READING: (
        "A clinician is reading your answers",
        "Look here again later. If the clinic needs to know more, it will ask you.",
    ),
    Stage.ASKED: (
        "The clinic has a question for you",
        "The clinic needs your answer before it can plan your visit.",
    ),
    Stage.DECIDED: (
        "The clinic has read your answers",
        "This is what the clinic tells you about your visit.",
    ),
    Stage.AGAIN: (
        "The clinic is looking at your answers again",
        "What it told you before may change. Before you come, wait until you hear from the "
        "clinic, or call.",
    ),
    Stage.CLOSED: ("This form is closed", "Call the clinic if you have a question about it."),
}


def stage_words(stage: Stage) -> tuple[str, str]:
    """A title and a sentence."""
    return _STAGES[stage]


def decision_words(page: OwnPage, clinic: Clinic, today: date) -> list[str]:
    """The clinic's message in paragraphs; where it wrote none, the usual words."""
    review = page.review
    if review is None:
        return []
    ahead = page.visit if page.visit is not None and page.visit >= today else None
    disposition = Disposition(review.disposition)
    message = review.message or default_message(
        disposition, clinic.phone, ahead, review.defer_until
    )
    return paragraphs(message)


def paragraphs(message: str) -> list[str]:
    """As the patient reads it, and as the clinician sees it before it is sent."""
    return [line.strip() for line in message.splitlines() if line.strip()]
