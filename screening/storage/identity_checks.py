"""That a patient's photo identity was checked: by whom, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from screening.storage.episode_tables import IdentityCheckRow


@dataclass(frozen=True)
class IdentityCheck:
    episode_id: str
    staff_id: str
    at: datetime


def read_identity_check(session: Session, episode_id: str) -> IdentityCheck | None:
    row = session.execute(
        select(IdentityCheckRow.__table__).where(IdentityCheckRow.episode_id == episode_id)
    ).one_or_none()
    return None if row is None else IdentityCheck(**row._mapping)


def add_identity_check(session: Session, check: IdentityCheck) -> bool:
    """False where it was recorded before: the first one stands."""
    if read_identity_check(session, check.episode_id) is not None:
        return False
    session.execute(
        insert(IdentityCheckRow).values(
            episode_id=check.episode_id, staff_id=check.staff_id, at=check.at
        )
    )
    return True


def checked_episodes(session: Session) -> frozenset[str]:
    """The episodes whose patient's identity was checked."""
    return frozenset(session.scalars(select(IdentityCheckRow.episode_id)))
