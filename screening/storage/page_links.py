"""Links to a patient's own page, made by staff to be copied; only their hash is kept."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from screening.storage.episode_tables import PageLinkRow


def add_page_link(
    session: Session,
    token_hash: str,
    episode_id: str,
    staff_id: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(PageLinkRow).values(
            token_hash=token_hash,
            episode_id=episode_id,
            staff_id=staff_id,
            created_at=now,
            expires_at=expires_at,
        )
    )


def find_page_link(session: Session, token_hash: str, now: datetime) -> str | None:
    """The episode whose page the link opens; None if unknown, ended or revoked alike."""
    return session.scalar(
        select(PageLinkRow.episode_id).where(
            PageLinkRow.token_hash == token_hash,
            PageLinkRow.expires_at > now,
            PageLinkRow.revoked_at.is_(None),
        )
    )


def revoke_page_links(session: Session, episode_id: str, now: datetime) -> None:
    session.execute(
        update(PageLinkRow)
        .where(PageLinkRow.episode_id == episode_id, PageLinkRow.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def close_ended_links(session: Session, now: datetime) -> None:
    """Whatever a clock says later, they stay closed."""
    session.execute(
        update(PageLinkRow)
        .where(PageLinkRow.expires_at <= now, PageLinkRow.revoked_at.is_(None))
        .values(revoked_at=PageLinkRow.expires_at)
    )


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link as it may be told: not what opens it."""

    staff_id: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def list_page_links(session: Session, episode_id: str) -> list[PageLink]:
    names = [field.name for field in fields(PageLink)]
    columns = [getattr(PageLinkRow, name) for name in names]
    query = select(*columns).where(PageLinkRow.episode_id == episode_id)
    return [PageLink(*row) for row in session.execute(query.order_by(PageLinkRow.created_at))]
