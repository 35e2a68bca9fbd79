"""The clinic's settings: change them, witnessed."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from screening.domain.audit import SYSTEM, Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.storage.audit import append_event
from screening.storage.clinic import ClinicNotSet, read_clinic, write_clinic
from screening.storage.database import Session

Changes = Mapping[str, Any]
_NEEDED = ("name", "phone", "emergency_number", "urgent_line")


def change_clinic(
    session: Session, changes: Changes, now: datetime, actor: Actor = SYSTEM
) -> Clinic:
    """The settings with these changes, kept and witnessed; raises ClinicRefused: what to do."""
    try:
        settings = asdict(read_clinic(session))
    except ClinicNotSet:
        settings = dict.fromkeys(_NEEDED, "")
    clinic = Clinic(**(settings | dict(changes)))
    write_clinic(session, clinic, now)
    facts = {"fields": ",".join(sorted(changes))}
    append_event(session, AuditEvent("clinic.changed", now, actor, "clinic", None, facts))
    return clinic
