"""The decision on a submission in the words of its summary."""

from screening.domain.clinic import Clinic
from screening.exchange.summary import Fact, SummaryDecision
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.storage.reviews import ReviewRecord
from screening.web.decisions_made import Made, decisions_made
from screening.web.queue import disposition_words
from screening.web.texts import long_date

NO_DECISION = "No decision has been made on these answers."
PROPOSED = "Not in effect: it waits for a second clinician."
DECLINED = "Not in effect: a second clinician declined it."


def decision_of(
    opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> SummaryDecision | None:
    """The latest on these very answers; None where there is none."""
    made = zip(reversed(opened.reviews), decisions_made(opened, library, clinic), strict=True)
    here = [(review, words) for review, words in made if review.submission_id == opened.record.id]
    if not here:
        return None
    review, latest = here[0]
    told = ("Message to the patient", latest.message)
    return SummaryDecision(
        words=latest.words,
        made=latest.made,
        standing=_standing(here),
        facts=tuple(
            Fact(label, "\n".join(lines)) for label, lines in (*latest.texts, told) if lines
        ),
        precautions=review.precautions,
    )


def no_decision_words(opened: OpenedSubmission, clinic: Clinic) -> str:
    """That there is none on these answers; and what was decided on answers before them."""
    earlier = [one for one in opened.reviews if one.effective_at is not None]
    if not earlier:
        return NO_DECISION
    words = disposition_words(earlier[-1].disposition, earlier[-1].defer_until)
    day = long_date(clinic.day(earlier[-1].decided_at))
    return f"{NO_DECISION} On other answers, {day}: {words}."


def _standing(here: list[tuple[ReviewRecord, Made]]) -> str:
    """That the latest decision does not count, and which one does meanwhile."""
    latest, _ = here[0]
    if latest.effective_at is not None:
        return ""
    why = PROPOSED if latest.proposed else DECLINED
    counting = [made for review, made in here if review.effective_at is not None]
    return f"{why} Until then stands: {counting[0].words}. {counting[0].made}" if counting else why
