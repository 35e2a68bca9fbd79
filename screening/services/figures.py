"""The figures of a period, gathered from what happened."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from screening.domain.assessment import Assessment
from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.figures import Decided, Figures, Received, SignOffs, figures, gone_against
from screening.domain.protocol import Level
from screening.domain.review import Disposition
from screening.domain.submission import Turn
from screening.services.placing import status_of, turn_of
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.figures import (
    DecisionRow,
    ReceivedRow,
    list_decisions,
    list_received,
    read_received,
)
from screening.storage.queue import QueueRow, list_queue


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days at the clinic, both ends included."""

    first: date
    last: date

    def bounds(self, clinic: Clinic) -> tuple[datetime, datetime]:
        """From the first midnight on, and before the second."""
        ends = (self.first, self.last + timedelta(days=1))
        since, until = (datetime.combine(day, time(), clinic.zone) for day in ends)
        return since, until

    @property
    def facts(self) -> Mapping[str, str]:
        """For the audit log."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat()}


def note_viewed(session: Session, event: str, period: Period, actor: Actor, now: datetime) -> None:
    """Figures of chosen days can tell about one visit: each look is witnessed."""
    append_event(session, AuditEvent(event, now, actor, facts=period.facts))


def gather(session: Session, clinic: Clinic, period: Period, now: datetime) -> Figures:
    since, until = period.bounds(clinic)
    received = list_received(session, since, until)
    decisions = list_decisions(session, since)
    effective = [one for one in decisions if one.effective_at and since <= one.effective_at < until]
    return figures(
        (period.first, period.last),
        list(_received(clinic, received, decisions)),
        list(_decided(effective, _with_others(session, received, effective))),
        _sign_offs([one for one in decisions if since <= one.decided_at < until]),
        list(_ages(session, clinic, now)),
    )


def export(
    session: Session, clinic: Clinic, period: Period, actor: Actor, now: datetime
) -> Figures:
    """The same, to be taken away: witnessed."""
    append_event(session, AuditEvent("figures.exported", now, actor, facts=period.facts))
    return gather(session, clinic, period, now)


def _received(
    clinic: Clinic, rows: Iterable[ReceivedRow], decisions: Iterable[DecisionRow]
) -> Iterator[Received]:
    first: dict[str, datetime] = {}
    for one in decisions:
        if one.effective_at:
            known = first.get(one.submission_id, one.effective_at)
            first[one.submission_id] = min(known, one.effective_at)
    for row in rows:
        decided = first.get(row.id)
        yield Received(
            day=clinic.day(row.received_at),
            level=Level(row.level),
            rules=tuple(flag.rule for flag in _assessment(row).flags),
            waited=decided - row.received_at if decided else None,
        )


def _decided(
    decisions: Iterable[DecisionRow], submissions: Mapping[str, ReceivedRow]
) -> Iterator[Decided]:
    for one in decisions:
        kind, about = Disposition(one.disposition), submissions.get(one.submission_id)
        rules: tuple[str, ...] = ()
        if about is not None and one.against_level:
            visit = about.treatment_date or about.completed_on
            rules = gone_against(kind, one.defer_until, _assessment(about).flags, visit)
        yield Decided(kind, one.against_level, one.reason_code, rules, one.in_bulk, one.episode_id)


def _with_others(
    session: Session, received: Iterable[ReceivedRow], decisions: Iterable[DecisionRow]
) -> Mapping[str, ReceivedRow]:
    """Also what came in before the period, or was followed since, and was decided against."""
    known = {row.id: row for row in received}
    wanted = {one.submission_id for one in decisions if one.against_level} - known.keys()
    return known | {row.id: row for row in read_received(session, sorted(wanted))}


def _assessment(row: ReceivedRow) -> Assessment:
    """Without a flag where the rules could not be run, or the record cannot be read."""
    stored = row.assessment
    return Assessment(()) if not stored or stored.get("failed") else Assessment.from_json(stored)


def _sign_offs(decisions: Sequence[DecisionRow]) -> SignOffs:
    answers = [one.agreed for one in decisions if one.second_required]
    return SignOffs(answers.count(True), answers.count(False), answers.count(None))


def _ages(session: Session, clinic: Clinic, now: datetime) -> Iterator[timedelta]:
    """How long those wait whose turn is the clinic's, or a second clinician's."""
    today = clinic.day(now)
    for row in list_queue(session, names=False):
        status = status_of(row)
        if turn_of(row, status, today) in (Turn.CLINIC, Turn.SECOND):
            yield max(now - _waiting_since(row, clinic, status.needs_decision), timedelta())


def _waiting_since(row: QueueRow, clinic: Clinic, undecided: bool) -> datetime:
    """Since its answers came; of a deferral that came back, since the morning of its day."""
    if undecided or row.proposed or row.defer_until is None:
        return row.received_at
    return datetime.combine(row.defer_until, time(), clinic.zone)
