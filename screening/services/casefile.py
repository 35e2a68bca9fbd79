"""One submission with all that belongs to it, read in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.domain.assessment import Assessment
from screening.domain.audit import AuditEvent
from screening.domain.protocol import Level
from screening.domain.review import Grounds
from screening.domain.submission import Facts, Status
from screening.protocols.library import ProtocolLibrary
from screening.storage.accounts import read_account
from screening.storage.audit import list_events
from screening.storage.database import Session
from screening.storage.reviews import ReviewRecord, list_reviews
from screening.storage.sealing import CannotUnseal
from screening.storage.submissions import SubmissionRecord, read_submission

SUBMISSION = "submission"
VIEWED = "submission.viewed"


class SubmissionNotFound(LookupError):
    """No submission has this id."""


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """One submission with all that belongs to it; of reviews and events the latest are last.

    `assessment` is None where the rules could not be run on the answers; the stored level counts.
    `names` are those of the staff who appear in reviews and events, by their id.
    """

    record: SubmissionRecord
    assessment: Assessment | None
    reviews: tuple[ReviewRecord, ...]
    events: tuple[AuditEvent, ...]
    names: Mapping[str, str]

    @property
    def status(self) -> Status:
        viewed = (event.at for event in self.events if event.event == VIEWED)
        decided = self.reviews[-1].decided_at if self.reviews else None
        return Facts(min(viewed, default=None), decided).status

    @property
    def level(self) -> Level:
        """The stored level, which stays `review` where the rules could not be run."""
        return Level(self.record.level)


def grounds_of(opened: OpenedSubmission, library: ProtocolLibrary) -> Grounds:
    """What a decision on this submission is measured by."""
    record = opened.record
    return Grounds.of(
        library.get(record.protocol),
        opened.assessment or Assessment(()),
        record.completed_on,
        record.treatment_date,
        opened.level,
    )


def read_opened(session: Session, submission_id: str) -> OpenedSubmission:
    """Unwitnessed; raises SubmissionNotFound, or CannotUnseal where the record is damaged."""
    record = read_submission(session, submission_id)
    if record is None:
        raise SubmissionNotFound
    reviews = tuple(list_reviews(session, record.id))
    events = tuple(list_events(session, SUBMISSION, record.id))
    staff = {review.staff_id for review in reviews}
    staff |= {one.actor.id for one in events if one.actor.kind == "staff" and one.actor.id}
    names = {staff_id: _name(session, staff_id) for staff_id in sorted(staff)}
    return OpenedSubmission(record, _assessment(record), reviews, events, names)


def _name(session: Session, staff_id: str) -> str:
    try:
        account = read_account(session, staff_id)
    except CannotUnseal:
        return "Name cannot be read"
    return account.staff.name if account else "Former member of staff"


def _assessment(record: SubmissionRecord) -> Assessment | None:
    return None if record.assessment.get("failed") else Assessment.from_json(record.assessment)
