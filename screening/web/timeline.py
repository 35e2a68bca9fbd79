"""The audit events of a submission in words: who did what, and when."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from screening.domain.audit import AuditEvent
from screening.storage.reviews import ReviewRecord
from screening.web.queue import disposition_words
from screening.web.texts import long_time

WORDS = {
    "submission.received": "Answers received",
    "submission.outcome-viewed": "Outcome page shown to the patient",
    "submission.copy-viewed": "Copy of the answers shown to the patient",
    "submission.viewed": "Opened",
    "review.decided": "Decided",
    "review.conflicted": "A decision was not saved, because the submission had changed meanwhile",
    "assessment.failed": "The rules could not be run",
}
ACTORS = {"patient": "Patient", "system": "Prelude"}
Names = Mapping[str, str]


def timeline(
    events: Iterable[AuditEvent], reviews: Iterable[ReviewRecord], names: Names, zone: str
) -> list[dict[str, str | None]]:
    """The latest first; what one person did several times running is one line."""
    decisions = {review.id: review for review in reviews}
    runs = [list(run) for _, run in groupby(events, key=_sameness)]
    return [_entry(run, decisions, names, zone) for run in reversed(runs)]


def who(kind: str, actor_id: str | None, names: Names) -> str:
    if kind == "staff":
        return names.get(actor_id or "", "Staff")
    return ACTORS[kind]


def _sameness(event: AuditEvent) -> tuple[str, str | None, object]:
    return (event.event, event.actor.id, event.facts.get("review"))


def _entry(
    run: list[AuditEvent], decisions: Mapping[str, ReviewRecord], names: Names, zone: str
) -> dict[str, str | None]:
    latest = run[-1]
    words = WORDS.get(latest.event, latest.event)
    review = decisions.get(str(latest.facts.get("review")))
    if review is not None:
        words = f"Decided: {disposition_words(review.disposition, review.defer_until)}"
    return {
        "text": f"{words} ({len(run)} times)" if len(run) > 1 else words,
        "who": who(latest.actor.kind, latest.actor.id, names),
        "when": long_time(latest.at, zone),
        "datetime": latest.at.isoformat(timespec="seconds"),
        "detail": None,
    }
