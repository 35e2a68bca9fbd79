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
    "submission.reopened": "Looked at again, because the patient sent new answers",
    "submission.age-stop": "A date of birth under 18 was given in a correction, and was not kept",
    "submission.link-made": "Link to the patient’s own page made",
    "submission.link-sent": "Link to the patient’s own page sent by e-mail",
    "submission.reminded": "Patient reminded by e-mail of an open question",
    "submission.page-opened": "Patient’s own page opened",
    "submission.page-refused": "Patient’s own page: wrong date of birth",
    "submission.page-closed": "Patient’s own page closed for an hour after wrong dates of birth",
    "submission.viewed": "Opened",
    "submission.compared": "Shown beside another visit of the same name and date of birth",
    "submission.backtested": "Listed with its flags when a version was tried on the past",
    "submission.unreadable": "Could not be read",
    "submission.printed": "Summary opened to be printed",
    "submission.exported": "Downloaded as a file",
    "review.decided": "Decided",
    "review.proposed": "Proposed",
    "review.agreed": "Agreed, as second clinician, to",
    "review.declined": "Declined, as second clinician,",
    "submission.claimed": "Began working on it",
    "claim.taken-over": "Took it over",
    "claim.released": "Gave it back",
    "identity.checked": "Photo identity checked",
    "review.conflicted": "A decision was not saved, because the submission had changed meanwhile",
    "desk.opened": "Opened at the front desk",
    "assessment.failed": "The rules could not be run",
}
SECOND = ("review.agreed", "review.declined")
ACTORS = {"patient": "Patient", "system": "Prelude"}
Names = Mapping[str, str]


def timeline(
    events: Iterable[AuditEvent],
    reviews: Iterable[ReviewRecord],
    names: Names,
    zone: str,
    editions: Mapping[str, int],
) -> list[dict[str, str | None]]:
    """The latest first; what one person did several times running is one line.

    `editions` gives the number of each submission among several of one episode.
    """
    decisions = {review.id: review for review in reviews}
    runs = [list(run) for _, run in groupby(events, key=_sameness)]
    return [_entry(run, decisions, names, zone, editions) for run in reversed(runs)]


def who(kind: str, actor_id: str | None, names: Names) -> str:
    if kind == "staff":
        return names.get(actor_id or "", "Staff")
    return ACTORS[kind]


def _sameness(event: AuditEvent) -> tuple[object, ...]:
    return (event.event, event.actor.id, event.facts.get("review"), event.subject_id)


def _entry(
    run: list[AuditEvent],
    decisions: Mapping[str, ReviewRecord],
    names: Names,
    zone: str,
    editions: Mapping[str, int],
) -> dict[str, str | None]:
    latest = run[-1]
    words = WORDS.get(latest.event, latest.event)
    review = decisions.get(str(latest.facts.get("review")))
    if review is not None:
        colon = "" if latest.event in SECOND else ":"
        words = f"{words}{colon} {disposition_words(review.disposition, review.defer_until)}"
    edition = editions.get(latest.subject_id or "", 1)
    return {
        "text": f"{words} ({len(run)} times)" if len(run) > 1 else words,
        "who": who(latest.actor.kind, latest.actor.id, names),
        "when": long_time(latest.at, zone),
        "datetime": latest.at.isoformat(timespec="seconds"),
        "detail": f"Edition {edition}" if len(editions) > 1 else None,
    }
