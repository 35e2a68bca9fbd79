"""Claims: who is working on an episode just now; a lease that ends by itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from screening.storage.episode_tables import ClaimRow


@dataclass(frozen=True)
class Claim:
    episode_id: str
    staff_id: str
    claimed_at: datetime
    expires_at: datetime


def read_claim(session: Session, episode_id: str, now: datetime) -> Claim | None:
    """The claim that runs now; one that has ended is none."""
    row = session.execute(
        select(ClaimRow.__table__).where(
            ClaimRow.episode_id == episode_id, ClaimRow.expires_at > now
        )
    ).one_or_none()
    return None if row is None else Claim(**row._mapping)


def put_claim(session: Session, claim: Claim) -> None:
    """This claim instead of whichever there was; the caller has seen to whose it was."""
    drop_claim(session, claim.episode_id)
    session.execute(
        insert(ClaimRow).values(
            episode_id=claim.episode_id,
            staff_id=claim.staff_id,
            claimed_at=claim.claimed_at,
            expires_at=claim.expires_at,
        )
    )


def drop_claim(session: Session, episode_id: str) -> None:
    session.execute(delete(ClaimRow).where(ClaimRow.episode_id == episode_id))


def drop_claims_of(session: Session, staff_id: str) -> None:
    """Whoever signs out or loses the right holds nothing back."""
    session.execute(delete(ClaimRow).where(ClaimRow.staff_id == staff_id))
