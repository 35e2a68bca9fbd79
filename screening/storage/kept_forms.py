"""What somebody had typed when their session ended: sealed, theirs alone, for a day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.orm import Session

from screening.storage.account_tables import KeptFormRow
from screening.storage.sealing import CannotUnseal, keyring_of

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeptForm:
    """``page`` is where the form stands, ``action`` where it is sent.

    ``episode_id`` is the visit that the page is of, and with which all this is erased.
    """

    id: str
    staff_id: str
    page: str
    action: str
    fields: Fields
    kept_at: datetime
    expires_at: datetime
    episode_id: str | None = None


def add_kept_form(session: Session, form: KeptForm) -> None:
    body = {"page": form.page, "action": form.action, "fields": form.fields}
    session.execute(
        insert(KeptFormRow).values(
            id=form.id,
            staff_id=form.staff_id,
            episode_id=form.episode_id,
            sealed_form=keyring_of(session).seal_json(body, "kept_forms", "sealed_form", form.id),
            kept_at=form.kept_at,
            expires_at=form.expires_at,
        )
    )


def list_kept_forms(session: Session, staff_id: str, now: datetime) -> list[KeptForm]:
    """This person's, the latest first; without those that cannot be read."""
    query = (
        select(KeptFormRow.__table__)
        .where(KeptFormRow.staff_id == staff_id, KeptFormRow.expires_at > now)
        .order_by(KeptFormRow.kept_at.desc(), KeptFormRow.id)
    )
    kept = (_kept(session, row) for row in session.execute(query))
    return [one for one in kept if one is not None]


def list_kept_of_episode(session: Session, episode_id: str) -> list[KeptForm]:
    """Whoever typed it, the first kept first; without those that cannot be read."""
    query = (
        select(KeptFormRow.__table__)
        .where(KeptFormRow.episode_id == episode_id)
        .order_by(KeptFormRow.kept_at, KeptFormRow.id)
    )
    kept = (_kept(session, row) for row in session.execute(query))
    return [one for one in kept if one is not None]


def delete_kept_form(session: Session, staff_id: str, form_id: str) -> None:
    session.execute(
        delete(KeptFormRow).where(KeptFormRow.id == form_id, KeptFormRow.staff_id == staff_id)
    )


def delete_expired_forms(session: Session, now: datetime) -> None:
    session.execute(delete(KeptFormRow).where(KeptFormRow.expires_at <= now))


def _kept(session: Session, row: Row[Any]) -> KeptForm | None:
    try:
        body = keyring_of(session).unseal_json(row.sealed_form, "kept_forms", "sealed_form", row.id)
    except CannotUnseal:
        return None
    pairs = cast("list[list[str]]", body["fields"])
    return KeptForm(
        id=row.id,
        staff_id=row.staff_id,
        page=str(body["page"]),
        action=str(body["action"]),
        fields=tuple((name, value) for name, value in pairs),
        kept_at=row.kept_at,
        expires_at=row.expires_at,
        episode_id=row.episode_id,
    )
