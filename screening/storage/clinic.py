"""The clinic's settings: one row."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from screening.domain.clinic import Clinic
from screening.storage.episode_tables import ClinicLogoRow
from screening.storage.tables import ClinicRow

COLUMNS = [getattr(ClinicRow, field.name) for field in fields(Clinic)]


class ClinicNotSet(LookupError):
    """Nobody has said yet which clinic this is."""


def read_clinic(session: Session) -> Clinic:
    return _clinic(session.execute(select(*COLUMNS)).one_or_none())


def hold_clinic(session: Session) -> Clinic:
    """The settings, which nobody else changes until this transaction ends."""
    return _clinic(session.execute(select(*COLUMNS).with_for_update()).one_or_none())


def _clinic(row: Row[Any] | None) -> Clinic:
    if row is None:
        raise ClinicNotSet("the clinic's settings are missing: set them with a command first")
    values = dict(row._mapping)
    days = tuple(int(day) for day in values.pop("reminder_days").split())
    return Clinic(**values, reminder_days=days)


def write_clinic(session: Session, clinic: Clinic, now: datetime) -> None:
    days = " ".join(str(day) for day in clinic.reminder_days)
    values = {**asdict(clinic), "reminder_days": days, "updated_at": now}
    changed = session.execute(update(ClinicRow).values(**values).returning(ClinicRow.id))
    if changed.one_or_none() is None:
        session.execute(insert(ClinicRow).values(id=1, **values))


def read_logo(session: Session) -> bytes | None:
    """The clinic's logo as PNG."""
    return session.scalar(select(ClinicLogoRow.png))


def logo_changed_at(session: Session) -> datetime | None:
    """When the logo was last put there; None where there is none."""
    return session.scalar(select(ClinicLogoRow.updated_at))


def write_logo(session: Session, png: bytes | None, now: datetime) -> None:
    """None takes the logo away."""
    session.execute(delete(ClinicLogoRow))
    if png is not None:
        session.execute(insert(ClinicLogoRow).values(id=1, png=png, updated_at=now))
