"""Staff accounts: name and address sealed, the password as an Argon2id hash."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, CursorResult, Row, Update, insert, select, update
from sqlalchemy.orm import Session

from screening.domain.staff import Staff
from screening.storage.sealing import keyring_of
from screening.storage.tables import StaffRow

NAMELESS = "Name cannot be read"


@dataclass(frozen=True)
class Account:
    """A member of staff and what signing in needs; `stamp` changes when all sign-ins must end."""

    staff: Staff
    password_hash: str | None
    active: bool
    stamp: str
    created_at: datetime
    is_demo: bool


def add_account(session: Session, account: Account) -> None:
    staff, keyring = account.staff, keyring_of(session)
    session.execute(
        insert(StaffRow).values(
            id=staff.id,
            email_index=keyring.blind_index("email", staff.email),
            sealed_email=keyring.seal_text(staff.email, "staff", "sealed_email", staff.id),
            sealed_name=keyring.seal_text(staff.name, "staff", "sealed_name", staff.id),
            password_hash=account.password_hash,
            active=account.active,
            fs_uniquifier=account.stamp,
            created_at=account.created_at,
            roles=" ".join(sorted(staff.roles)),
            is_demo=account.is_demo,
        )
    )


def read_account(session: Session, staff_id: str) -> Account | None:
    return _one(session, StaffRow.id == staff_id)


def find_account(session: Session, email: str) -> Account | None:
    indexes = keyring_of(session).blind_indexes("email", email)
    return _one(session, StaffRow.email_index.in_(indexes))


def find_account_by_set_up(session: Session, token_hash: str, now: datetime) -> Account | None:
    """Whose one-time set-up link this is, as long as it lives."""
    return _one(
        session, (StaffRow.set_up_token_hash == token_hash) & (StaffRow.set_up_expires_at > now)
    )


def list_accounts(session: Session) -> list[Account]:
    """Everybody, in the order in which they joined."""
    query = select(StaffRow.__table__).order_by(StaffRow.created_at, StaffRow.id)
    return [_account(session, row) for row in session.execute(query)]


def any_account(session: Session) -> bool:
    return session.scalar(select(StaffRow.id).limit(1)) is not None


def offer_set_up(session: Session, staff_id: str, token_hash: str, expires_at: datetime) -> None:
    """A newer link replaces an older one."""
    session.execute(
        _of(staff_id).values(set_up_token_hash=token_hash, set_up_expires_at=expires_at)
    )


def close_ended_set_ups(session: Session, now: datetime) -> None:
    """Whatever a clock says later, their links stay closed."""
    session.execute(
        update(StaffRow)
        .where(StaffRow.set_up_expires_at <= now)
        .values(set_up_token_hash=None, set_up_expires_at=None)
    )


def close_all_set_ups(connection: Connection) -> None:
    """Whether a link was used or replaced since is not known here, so none works any more."""
    connection.execute(
        update(StaffRow)
        .where(StaffRow.set_up_token_hash.is_not(None))
        .values(set_up_token_hash=None, set_up_expires_at=None)
    )


def use_set_up(
    session: Session, token_hash: str, password_hash: str, stamp: str, now: datetime
) -> bool:
    """False if the link was used meanwhile: of two simultaneous uses one wins."""
    used = session.execute(
        update(StaffRow)
        .where(StaffRow.set_up_token_hash == token_hash, StaffRow.set_up_expires_at > now)
        .values(
            password_hash=password_hash,
            fs_uniquifier=stamp,
            set_up_token_hash=None,
            set_up_expires_at=None,
            set_up_used_at=now,
        )
    )
    return cast("CursorResult[Any]", used).rowcount == 1


def replace_password_hash(session: Session, staff_id: str, old: str, new: str) -> None:
    """The same password under stronger parameters; nothing if it was changed meanwhile."""
    session.execute(_of(staff_id).where(StaffRow.password_hash == old).values(password_hash=new))


def set_password(session: Session, staff_id: str, password_hash: str) -> None:
    """A link for another one that is still about dies with the old one."""
    session.execute(
        _of(staff_id).values(
            password_hash=password_hash, set_up_token_hash=None, set_up_expires_at=None
        )
    )


def set_stamp(session: Session, staff_id: str, stamp: str) -> None:
    """From now on every sign-in under an older stamp is worth nothing."""
    session.execute(_of(staff_id).values(fs_uniquifier=stamp))


def hold_accounts(session: Session) -> None:
    """Until the transaction ends nobody else changes who may do what.

    On SQLite the write transaction is that lock already.
    """
    session.execute(select(StaffRow.id).order_by(StaffRow.id).with_for_update())


def links_offered(session: Session, now: datetime) -> dict[str, datetime]:
    """Whose one-time link is still good, and until when."""
    query = select(StaffRow.id, StaffRow.set_up_expires_at).where(StaffRow.set_up_expires_at > now)
    return {staff_id: until for staff_id, until in session.execute(query) if until is not None}


def set_roles(session: Session, staff_id: str, roles: frozenset[str]) -> None:
    session.execute(_of(staff_id).values(roles=" ".join(sorted(roles))))


def set_active(session: Session, staff_id: str, active: bool) -> None:
    session.execute(_of(staff_id).values(active=active))


def _of(staff_id: str) -> Update:
    return update(StaffRow).where(StaffRow.id == staff_id)


def _one(session: Session, condition: ColumnElement[bool]) -> Account | None:
    row = session.execute(select(StaffRow.__table__).where(condition)).one_or_none()
    return None if row is None else _account(session, row)


def _account(session: Session, row: Row[Any]) -> Account:
    keyring = keyring_of(session)
    return Account(
        staff=Staff(
            id=row.id,
            name=keyring.text_or_so(row.sealed_name, "staff", "sealed_name", row.id, NAMELESS),
            email=keyring.text_or_so(row.sealed_email, "staff", "sealed_email", row.id, ""),
            roles=frozenset(row.roles.split()),
        ),
        password_hash=row.password_hash,
        active=row.active,
        stamp=row.fs_uniquifier,
        created_at=row.created_at,
        is_demo=row.is_demo,
    )
