"""Earlier editions of an episode, and possible matches, with what changed since."""

from dataclasses import dataclass

from screening.domain.clinic import Clinic
from screening.domain.protocol import Level
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.services.earlier import Matches
from screening.storage.submissions import SubmissionRecord
from screening.web.changes import Change, changes
from screening.web.queue import LEVELS, disposition_words
from screening.web.texts import long_date, long_time


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another submission beside this one; `changes` lead from it to the one on the page."""

    id: str
    title: str
    level: Level
    level_words: str
    outcome: str
    changes: list[Change]


def earlier_editions(
    opened: OpenedSubmission, library: ProtocolLibrary, clinic: Clinic
) -> list[Earlier]:
    """The latest first, without the one on the page and those after it."""
    before = [one for one in opened.editions if one.edition < opened.record.edition]
    return [
        Earlier(
            id=one.id,
            title=f"Edition {one.edition}, {long_time(one.received_at, clinic.time_zone)}",
            level=Level(one.level),
            level_words=LEVELS[Level(one.level)],
            outcome=_outcome(opened, one),
            changes=changes(library, one, opened.record),
        )
        for one in reversed(before)
    ]


def possible(
    matches: Matches,
    opened: OpenedSubmission,
    library: ProtocolLibrary,
    clinic: Clinic,
) -> list[Earlier]:
    return [
        Earlier(
            id=one.record.id,
            title=f"{one.record.reference}, {_day(one.record, clinic)}",
            level=Level(one.record.level),
            level_words=LEVELS[Level(one.record.level)],
            outcome=disposition_words(one.decision.disposition, one.decision.defer_until)
            if one.decision
            else "Not decided",
            changes=changes(library, one.record, opened.record),
        )
        for one in matches.shown
    ]


def _outcome(opened: OpenedSubmission, record: SubmissionRecord) -> str:
    made = [
        one
        for one in opened.reviews
        if one.submission_id == record.id and one.effective_at is not None
    ]
    return disposition_words(made[-1].disposition, made[-1].defer_until) if made else "Not decided"


def _day(record: SubmissionRecord, clinic: Clinic) -> str:
    return long_date(clinic.day(record.received_at))
