"""The decisions on an episode as its page tells them: the one that counts first."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.domain.clinic import Clinic
from screening.domain.protocol import Level
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.storage.reviews import ReviewRecord
from screening.web.preview import reason_lines
from screening.web.queue import LEVELS, disposition_words
from screening.web.texts import long_time

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """`standing` says whether, and since when, it counts. `open` waits for a second clinician."""

    id: str
    words: str
    standing: str
    made: str
    by: str
    open: bool
    precautions: tuple[str, ...]
    texts: list[tuple[str, list[str]]]
    message: list[str]


def decisions_made(
    opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> list[Made]:
    """The latest first."""
    return [_made(one, opened, library, clinic) for one in reversed(opened.reviews)]


def _made(
    review: ReviewRecord, opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> Made:
    when = long_time(review.decided_at, clinic.time_zone)
    against = ", decided against it" if review.against_level else ""
    bulk = " Confirmed with others from the list." if review.in_bulk else ""
    level = f"Level then: {LEVELS[Level(review.level)]}{against}."
    open_here = review.id == _open_proposal(opened)
    return Made(
        id=review.id,
        words=disposition_words(review.disposition, review.defer_until),
        standing=_standing(review, opened),
        made=f"{opened.names[review.staff_id]}, {when}. {level}{bulk}",
        by=review.staff_id,
        open=open_here,
        precautions=review.precautions,
        message=(review.message or "").splitlines(),
        texts=[(label, lines) for label, lines in _texts(review, opened, library, clinic) if lines],
    )


def _open_proposal(opened: OpenedSubmission) -> str | None:
    return opened.reviews[-1].id if opened.reviews and opened.standing.proposed else None


def _standing(review: ReviewRecord, opened: OpenedSubmission) -> str:
    """Empty for the decision that counts now."""
    if review.second is not None and not review.second.agreed:
        return "declined"
    if review.effective_at is None:
        waits = review.id == _open_proposal(opened)
        return "proposed: waits for a second clinician" if waits else "proposed, passed by"
    if review.submission_id != opened.latest.id:
        return "on earlier answers"
    later = [one for one in opened.reviews if one.effective_at is not None]
    return "" if later[-1].id == review.id else "replaced"


def _texts(
    review: ReviewRecord, opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> list[tuple[str, list[str]]]:
    return [
        ("Reason", list(reason_lines(review.reason_code, review.reason))),
        ("Asked", _asked(review, opened, library)),
        ("Note", (review.note or "").splitlines()),
        ("Second clinician", _second(review, opened.names, clinic)),
    ]


def _asked(review: ReviewRecord, opened: OpenedSubmission, library: ProtocolLibrary) -> list[str]:
    question = next((one for one in opened.questions if one.id == review.id), None)
    if question is None:
        return []
    items = library.get(opened.record.protocol).items
    wordings = [items[name].wording for name in question.items if name in items]
    return [*question.text.splitlines(), *wordings]


def _second(review: ReviewRecord, names: Names, clinic: Clinic) -> list[str]:
    second = review.second
    if second is None:
        return []
    did = "agreed" if second.agreed else "declined"
    when = long_time(second.at, clinic.time_zone)
    return [f"{names[second.staff_id]} {did}, {when}.", *(second.note or "").splitlines()]
