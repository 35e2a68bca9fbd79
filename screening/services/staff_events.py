"""What happens to an account is witnessed so: who did it, to whom, never how they are called."""

from datetime import datetime

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.staff import Staff
from screening.storage.audit import append_event
from screening.storage.database import Session


def witness(
    session: Session, event: str, now: datetime, actor: Actor, staff_id: str | None, **facts: Fact
) -> None:
    kind = "staff" if staff_id else None
    append_event(session, AuditEvent(event, now, actor, kind, staff_id, facts))


def by(staff: Staff, request_id: str | None) -> Actor:
    return Actor("staff", staff.id, request_id)
