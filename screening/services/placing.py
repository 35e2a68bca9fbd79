"""Every episode in its place in the queue, from what stands in the clear.

Only the assessments of those that still wait are unsealed, however many are decided; names are
read for those that a page shows. No transaction is open meanwhile: whoever reads a SQLite file
for long keeps others from committing, and then from reading.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from screening.domain.assessment import Assessment, Flag
from screening.domain.protocol import Level
from screening.domain.queue import Need, Place, need_of
from screening.domain.review import Disposition
from screening.domain.submission import Facts, Standing, Status, Turn
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import name_of
from screening.storage.database import Database, Session
from screening.storage.queue import (
    MOST_NAMED,
    QueueRow,
    list_queue,
    read_assessments,
    unsealed_assessment,
)

Assessments = Mapping[str, tuple[str, Assessment | None]]


@dataclass(frozen=True, slots=True)
class Day:
    """Now, and the day that it is at the clinic."""

    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Queued:
    """One episode in its place; ``flags`` are those of one that still waits."""

    row: QueueRow
    place: Place
    status: Status
    flags: tuple[Flag, ...] = ()
    assessed: bool = True


def placed(
    database: Database, library: ProtocolLibrary, day: Day, only: Collection[str] | None = None
) -> list[Queued]:
    """Every episode, or these only, in its place, in order; unwitnessed, and without names.

    One that is erased meanwhile may still be among them.
    """
    with database.read() as session:
        listed = list_queue(session, names=False, only=only)
    rows = [(row, status_of(row)) for row in listed]
    turns = {row.id: turn_of(row, status, day.today) for row, status in rows}
    waiting = [row.id for row, _ in rows if turns[row.id] is not Turn.NOBODY]
    assessments = dict(_assessments(database, waiting))
    found = [_queued(row, status, turns[row.id], assessments, library) for row, status in rows]
    return sorted(found, key=lambda one: one.place.key(day.today))


def colleagues_on(session: Session, entries: Sequence[Queued], now: datetime) -> Mapping[str, str]:
    """The names of the staff that a list of these needs, and no other."""
    staff = {claimed_by(one.row, now) for one in entries}
    staff |= {name for one in entries for name in (one.row.proposed_by, one.row.decided_by)}
    return {one: name_of(session, one) for one in sorted(filter(None, staff))}


def status_of(row: QueueRow) -> Status:
    """The latest edition reopens an episode of which an earlier one was decided; so does a stop."""
    before = row.decided_before
    reopened = [max(row.received_at, before)] if before else []
    reopened += [row.age_stop_at] if row.age_stop_at else []
    return Facts(
        first_viewed_at=row.first_viewed_at,
        last_decided_at=row.effective_at or before,
        last_reopened_at=max(reopened, default=None),
    ).status


def is_stopped(row: QueueRow) -> bool:
    """A correction gave a date of birth under 18, and no decision has answered it yet."""
    decided = row.effective_at or row.decided_before
    return row.age_stop_at is not None and (decided is None or decided <= row.age_stop_at)


def turn_of(row: QueueRow, status: Status, today: date) -> Turn:
    asks = row.question_open or row.disposition == Disposition.ASK_PATIENT
    return Standing(row.proposed, asks, row.defer_until).turn(status, today)


def claimed_by(row: QueueRow, now: datetime) -> str | None:
    """Who is working on it now; a lease that has run out holds nobody back."""
    runs = row.claim_expires_at is not None and row.claim_expires_at > now
    return row.claimed_by if runs else None


def _assessments(
    database: Database, submission_ids: Sequence[str]
) -> Iterator[tuple[str, tuple[str, Assessment | None]]]:
    for first in range(0, len(submission_ids), MOST_NAMED):
        with database.read() as session:
            sealed = read_assessments(session, submission_ids[first : first + MOST_NAMED])
        for one in sealed:
            raw = unsealed_assessment(database.keyring, one) or {"failed": True}
            assessment = None if raw.get("failed") else Assessment.from_json(raw)
            yield one.id, (one.protocol, assessment)


def _queued(
    row: QueueRow, status: Status, turn: Turn, assessments: Assessments, library: ProtocolLibrary
) -> Queued:
    protocol, assessment = assessments.get(row.id, ("", None))
    place = Place(
        id=row.id,
        turn=turn,
        level=Level.STOP if is_stopped(row) else Level(row.level),
        visit=row.treatment_date,
        since=_since(row, turn),
        need=need_of(assessment, library.handling(protocol)) if protocol else Need(),
        opened=row.first_viewed_at is not None,
        until=row.defer_until,
        decided_at=row.last_decided_at,
    )
    flags = assessment.flags if assessment else ()
    return Queued(row, place, status, flags, assessed=not protocol or assessment is not None)


def _since(row: QueueRow, turn: Turn) -> datetime:
    """When this wait began: a deferral that is over waits since its day."""
    if turn is Turn.CLINIC and row.defer_until is not None:
        return datetime.combine(row.defer_until, time(), tzinfo=UTC)
    return row.received_at
