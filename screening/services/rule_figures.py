"""The figures of each rule over a period, gathered from what came in and what was decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from screening.domain.assessment import Assessment
from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.review import Disposition
from screening.domain.rule_figures import Assessed, ProtocolFigures, Standing, by_protocol
from screening.services.figures import Period
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.figures import DecisionRow, ReceivedRow, list_decisions, list_received


def gather_rules(session: Session, clinic: Clinic, period: Period) -> tuple[ProtocolFigures, ...]:
    """Of the latest editions that came in on the days of this period."""
    since, until = period.bounds(clinic)
    standing = _standing(list_decisions(session, since))
    received = list_received(session, since, until)
    return by_protocol(_assessed(row, standing.get(row.id)) for row in received)


def export_rules(
    session: Session, clinic: Clinic, period: Period, actor: Actor, now: datetime
) -> tuple[ProtocolFigures, ...]:
    """The same, to be taken away: witnessed."""
    append_event(session, AuditEvent("figures.rules-exported", now, actor, facts=period.facts))
    return gather_rules(session, clinic, period)


def _standing(decisions: Iterable[DecisionRow]) -> Mapping[str, Standing]:
    """The last one in effect on each submission. Whoever only asks has not decided yet."""
    last = {one.submission_id: one for one in decisions if one.effective_at}
    return {
        name: Standing(Disposition(one.disposition), one.defer_until, one.reason_code or "")
        for name, one in last.items()
        if one.disposition != Disposition.ASK_PATIENT
    }


def _assessed(row: ReceivedRow, decision: Standing | None) -> Assessed:
    stored = row.assessment or {"failed": True}
    flags = None if stored.get("failed") else Assessment.from_json(stored).flags
    return Assessed(row.protocol, flags, row.treatment_date or row.completed_on, decision)
