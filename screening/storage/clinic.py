"""The clinic's settings: one row."""

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from screening.domain.clinic import Clinic
from screening.storage.tables import ClinicRow

COLUMNS = [getattr(ClinicRow, field.name) for field in fields(Clinic)]


class ClinicNotSet(LookupError):
    """Nobody has said yet which clinic this is."""


def read_clinic(session: Session) -> Clinic:
    row = session.execute(select(*COLUMNS)).one_or_none()
    if row is None:
        raise ClinicNotSet("the clinic's settings are missing: set them with a command first")
    return Clinic(**row._mapping)


def write_clinic(session: Session, clinic: Clinic, now: datetime) -> None:
    values = {**asdict(clinic), "updated_at": now}
    changed = session.execute(update(ClinicRow).values(**values).returning(ClinicRow.id))
    if changed.one_or_none() is None:
        session.execute(insert(ClinicRow).values(id=1, **values))
