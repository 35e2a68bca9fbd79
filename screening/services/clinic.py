"""The clinic's settings and logo: change them, witnessed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from screening.domain.audit import SYSTEM, Actor, AuditEvent
from screening.domain.clinic import Clinic, ClinicRefused
from screening.storage.audit import append_event
from screening.storage.clinic import ClinicNotSet, hold_clinic, write_clinic, write_logo
from screening.storage.database import Session
from screening.storage.sealing import canonical_json

Changes = Mapping[str, Any]
_NEEDED = ("name", "phone", "emergency_number", "urgent_line")


_ERASES_SOONER = ("submission_years", "audit_years")
_TOGETHER = "Make it no shorter: what is erased sooner needs a second person too."


class OtherDoor(ValueError):
    """Whether a second person is needed is no setting like the others: see second_person."""


class ClinicChanged(Exception):
    """Somebody else changed the settings meanwhile; `now` are theirs."""

    def __init__(self, now: Clinic) -> None:
        super().__init__("the settings were changed meanwhile")
        self.now = now


def edition_of(clinic: Clinic) -> str:
    """Equal for equal settings: tells whether they are still those that a form was filled from."""
    shown = {name: value for name, value in asdict(clinic).items() if name != "second_person"}
    return hashlib.sha256(canonical_json(shown)).hexdigest()[:16]


def change_clinic(
    session: Session,
    changes: Changes,
    now: datetime,
    actor: Actor = SYSTEM,
    edition: str | None = None,
) -> Clinic:
    """The settings with these changes, kept and witnessed; raises ClinicRefused: what to do.

    Where the edition that the changes were made to is named and has passed by, nothing is
    changed: raises ClinicChanged.
    """
    if "second_person" in changes:
        raise OtherDoor
    before = _settings(session)
    clinic = Clinic(**((before or dict.fromkeys(_NEEDED, "")) | dict(changes)))
    after = asdict(clinic)
    changed = sorted(name for name in after if before is None or after[name] != before[name])
    if not changed:
        return clinic
    if before is not None and edition not in (None, edition_of(Clinic(**before))):
        raise ClinicChanged(Clinic(**before))
    if before is not None and before["second_person"] and actor.kind == "staff":
        _refuse_sooner(before, after)
    keep_clinic(session, clinic, changed, actor, now)
    return clinic


def keep_clinic(
    session: Session, clinic: Clinic, changed: Iterable[str], actor: Actor, now: datetime
) -> None:
    """Witnessed with the names of the fields that are other than before."""
    write_clinic(session, clinic, now)
    facts = {"fields": ",".join(changed)}
    append_event(session, AuditEvent("clinic.changed", now, actor, "clinic", None, facts))


def _settings(session: Session) -> dict[str, Any] | None:
    """Held, so that nobody changes them in between; None before there are any."""
    try:
        return asdict(hold_clinic(session))
    except ClinicNotSet:
        return None


def _refuse_sooner(before: Changes, after: Changes) -> None:
    """A year less would let the daily job erase what one person may not erase alone."""
    errors = {name: _TOGETHER for name in _ERASES_SOONER if after[name] < before[name]}
    if errors:
        raise ClinicRefused(errors)


def change_logo(session: Session, png: bytes | None, actor: Actor, now: datetime) -> None:
    """None takes the logo away."""
    write_logo(session, png, now)
    facts = {"bytes": len(png or b"")}
    append_event(session, AuditEvent("clinic.logo-changed", now, actor, "clinic", None, facts))
