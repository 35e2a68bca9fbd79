"""One submission with all that belongs to it, read in the caller's transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from screening.domain.answer_events import AnswerEvent
from screening.domain.answer_history import History, Sent, history
from screening.domain.assessment import Assessment
from screening.domain.audit import AuditEvent
from screening.domain.protocol import Level
from screening.domain.review import Disposition, Grounds
from screening.domain.submission import Facts, Standing, Status
from screening.protocols.library import ProtocolLibrary
from screening.storage.accounts import read_account
from screening.storage.answer_events import list_answer_events
from screening.storage.audit import list_events
from screening.storage.claims import Claim, read_claim
from screening.storage.database import Session
from screening.storage.identity_checks import IdentityCheck, read_identity_check
from screening.storage.invitations import InvitationRecord, find_by_submission
from screening.storage.questions import Question, list_questions
from screening.storage.reviews import ReviewRecord, list_reviews
from screening.storage.sealing import CannotUnseal
from screening.storage.submissions import (
    SubmissionRecord,
    edition_numbers,
    read_submission,
)

SUBMISSION = "submission"
VIEWED = "submission.viewed"
AGE_STOP = "submission.age-stop"


class SubmissionNotFound(LookupError):
    """No submission has this id."""


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """One submission with all that belongs to its episode; lists have the latest last.

    `assessment` is None where the rules could not be run on the answers; the stored level counts.
    `editions` are all submissions of the episode, this one among them. `reviews`, `events` and
    `questions` are those of every edition. `names` are those of the staff who appear, by id.
    `said` are the answer events by draft; none of one from before they were kept, None where
    they cannot be read. `numbers` are the editions of all submissions by id; those `unread` are
    damaged, and missing in `editions`.
    """

    record: SubmissionRecord
    assessment: Assessment | None
    editions: tuple[SubmissionRecord, ...]
    reviews: tuple[ReviewRecord, ...]
    events: tuple[AuditEvent, ...]
    questions: tuple[Question, ...]
    names: Mapping[str, str]
    said: Mapping[str, tuple[AnswerEvent, ...] | None]
    claim: Claim | None = None
    identity_check: IdentityCheck | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    invitation: InvitationRecord | None = None

    @property
    def unread(self) -> tuple[int, ...]:
        readable = {one.edition for one in self.editions}
        return tuple(sorted(set(self.numbers.values()) - readable))

    @property
    def latest(self) -> SubmissionRecord:
        return self.editions[-1]

    @property
    def superseded(self) -> bool:
        """Has a newer edition come, which is the one to decide on."""
        return self.latest.id != self.record.id

    @property
    def viewed_at(self) -> datetime | None:
        """When somebody first opened this edition."""
        viewed = (e.at for e in self.events if e.event == VIEWED and e.subject_id == self.record.id)
        return min(viewed, default=None)

    @property
    def status(self) -> Status:
        here, earlier = self._effective(of_this=True), self._effective(of_this=False)
        # What was decided on an earlier edition is reopened by this one, whichever came first.
        reopened = [max(self.record.received_at, earlier)] if earlier else []
        reopened += [self.stopped_at] if self.stopped_at else []
        return Facts(self.viewed_at, here or earlier, max(reopened, default=None)).status

    @property
    def stopped_at(self) -> datetime | None:
        """When a correction gave a date of birth under 18, which no decision has answered yet."""
        last = max((one.at for one in self.events if one.event == AGE_STOP), default=None)
        if last is None or self.superseded:
            return None
        effective = (review.effective_at for review in self.reviews)
        return last if all(at is None or at <= last for at in effective) else None

    def _effective(self, *, of_this: bool) -> datetime | None:
        """Since when the latest decision on this, or else on an earlier, edition has effect."""
        found = (
            review.effective_at
            for review in self.reviews
            if (review.submission_id == self.record.id) == of_this and review.effective_at
        )
        return max(found, default=None)

    @property
    def standing(self) -> Standing:
        """What the latest decisions on this edition say about whose turn it is."""
        here = [review for review in self.reviews if review.submission_id == self.record.id]
        effective = [review for review in here if review.effective_at is not None]
        latest = effective[-1] if effective else None
        asking = any(q.open and q.submission_id == self.record.id for q in self.questions)
        return Standing(
            # A later decision passes a proposal by.
            proposed=bool(here) and here[-1].proposed,
            asks=asking or bool(latest and latest.disposition == Disposition.ASK_PATIENT),
            defer_until=latest.defer_until if latest else None,
        )

    @property
    def level(self) -> Level:
        """The stored level, which stays `review` where the rules could not be run.

        A date of birth under 18 that was given since is a stop until a clinician decides.
        """
        return Level.STOP if self.stopped_at else Level(self.record.level)


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


def read_opened(session: Session, submission_id: str, now: datetime) -> OpenedSubmission:
    """Unwitnessed; raises SubmissionNotFound, or CannotUnseal where the record is damaged."""
    record = read_submission(session, submission_id)
    if record is None:
        raise SubmissionNotFound
    numbers = edition_numbers(session, record.episode_id)
    editions = tuple(_editions(session, record, numbers))
    ids = list(numbers)
    reviews = tuple(list_reviews(session, *ids))
    events = tuple(list_events(session, SUBMISSION, *ids))
    questions = tuple(list_questions(session, *ids))
    claim = read_claim(session, record.episode_id, now)
    check = read_identity_check(session, record.episode_id)
    staff = {review.staff_id for review in reviews}
    staff |= {review.second.staff_id for review in reviews if review.second}
    staff |= {one.actor.id for one in events if one.actor.kind == "staff" and one.actor.id}
    staff |= {question.staff_id for question in questions}
    invitation = find_by_submission(session, record.episode_id)
    staff |= {one.staff_id for one in (claim, check, invitation) if one}
    names = {staff_id: name_of(session, staff_id) for staff_id in sorted(staff)}
    said = {one.draft_id: _said(session, one.draft_id) for one in editions}
    assessment = assessment_of(record)
    return OpenedSubmission(
        record, assessment, editions, reviews, events, questions, names, said, claim, check,
        numbers,
        invitation,
    )  # fmt: skip


def _editions(
    session: Session, record: SubmissionRecord, numbers: Mapping[str, int]
) -> Iterator[SubmissionRecord]:
    """A damaged earlier one is left out; without a later one nobody knows what counts."""
    for submission_id, edition in numbers.items():
        if submission_id == record.id:
            yield record
            continue
        try:
            other = read_submission(session, submission_id)
        except CannotUnseal:
            if edition > record.edition:
                raise
        else:
            if other is not None:
                yield other


def _said(session: Session, draft_id: str) -> tuple[AnswerEvent, ...] | None:
    try:
        return list_answer_events(session, [draft_id]).get(draft_id, ())
    except CannotUnseal:
        return None


def history_of(opened: OpenedSubmission, edition: SubmissionRecord) -> History:
    """How the answers came to be what this edition sent; empty where nothing was recorded."""
    earlier = [one for one in opened.editions if one.edition == edition.edition - 1]
    sent = Sent(
        protocol=edition.protocol,
        answers=edition.answers["answers"],
        at=edition.received_at,
        earlier=earlier[0].answers["answers"] if earlier else None,
    )
    return history(opened.said.get(edition.draft_id) or (), sent)


def name_of(session: Session, staff_id: str) -> str:
    account = read_account(session, staff_id)
    return account.staff.name if account else "Former member of staff"


def assessment_of(record: SubmissionRecord) -> Assessment | None:
    """None where the rules could not be run when it was received."""
    return None if record.assessment.get("failed") else Assessment.from_json(record.assessment)
