"""What happened around one submission: decisions, questions, editions, other visits, events."""

from collections.abc import Iterator
from dataclasses import dataclass

from screening.domain.clinic import Clinic
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.services.earlier import Matches
from screening.web.answer_history import AnswerHistory, answer_history
from screening.web.decisions_made import Made, decisions_made
from screening.web.editions import Earlier, earlier_editions, possible
from screening.web.replies import Reply, replies
from screening.web.texts import long_time
from screening.web.timeline import timeline


@dataclass(frozen=True, slots=True)
class Story:
    """`superseded_by` is the id of the edition that counts instead of this one.

    `damaged` says in sentences what cannot be read of all this.
    """

    edition: int
    editions: int
    superseded_by: str
    came: str
    decisions: list[Made]
    replies: list[Reply]
    changed: AnswerHistory
    earlier: list[Earlier]
    matches: list[Earlier]
    more_matches: int
    identity: str
    events: list[dict[str, str | None]]
    damaged: list[str]


def story_of(
    opened: OpenedSubmission,
    matches: Matches,
    library: ProtocolLibrary,
    clinic: Clinic,
) -> Story:
    zone = clinic.time_zone
    return Story(
        edition=opened.record.edition,
        editions=len(opened.numbers),
        superseded_by=opened.latest.id if opened.superseded else "",
        came=long_time(opened.latest.received_at, zone),
        decisions=decisions_made(opened, library, clinic),
        replies=replies(opened, library, clinic),
        changed=answer_history(opened, library, clinic),
        earlier=earlier_editions(opened, library, clinic),
        matches=possible(matches, opened, library, clinic),
        more_matches=matches.more,
        identity=_identity(opened, clinic),
        events=timeline(
            opened.events,
            opened.reviews,
            opened.names,
            zone,
            opened.numbers,
        ),
        damaged=list(_damaged(opened)),
    )


def _damaged(opened: OpenedSubmission) -> Iterator[str]:
    for number in opened.unread:
        yield f"The answers of edition {number} cannot be read."
    if None in opened.said.values():
        yield "How the answers changed cannot be read."
    if opened.record.assessment.get("damaged"):
        yield "What the rules found cannot be read. The level is the one they found."


def _identity(opened: OpenedSubmission, clinic: Clinic) -> str:
    check = opened.identity_check
    if check is None:
        return ""
    when = long_time(check.at, clinic.time_zone)
    return f"Photo identity checked by {opened.names[check.staff_id]}, {when}"
