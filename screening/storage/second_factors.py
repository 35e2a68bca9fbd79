"""Authenticator apps (TOTP seeds, sealed) and recovery codes (hashes)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from screening.storage.account_tables import PasskeyRow, RecoveryCodeRow, TotpSeedRow
from screening.storage.sealing import CannotUnseal, keyring_of


@dataclass(frozen=True)
class TotpSeed:
    """``last_step`` is the time-step of the last code accepted.

    ``seed`` is None where it cannot be read: then no code is the right one.
    """

    seed: bytes | None
    last_step: int
    added_at: datetime


def has_second_factor(session: Session, staff_id: str) -> bool:
    by_code = exists().where(TotpSeedRow.staff_id == staff_id)
    by_key = exists().where(PasskeyRow.staff_id == staff_id)
    return bool(session.scalar(select(by_code | by_key)))


def put_seed(session: Session, staff_id: str, totp: TotpSeed) -> None:
    """In place of an older one."""
    if totp.seed is None:
        raise ValueError("a seed that cannot be read is not kept")
    session.execute(delete(TotpSeedRow).where(TotpSeedRow.staff_id == staff_id))
    sealed = keyring_of(session).seal(totp.seed, "totp_seeds", "sealed_seed", staff_id)
    session.execute(
        insert(TotpSeedRow).values(
            staff_id=staff_id,
            sealed_seed=sealed,
            last_step=totp.last_step,
            added_at=totp.added_at,
        )
    )


def read_seed(session: Session, staff_id: str) -> TotpSeed | None:
    row = session.execute(
        select(TotpSeedRow.__table__).where(TotpSeedRow.staff_id == staff_id)
    ).one_or_none()
    if row is None:
        return None
    return TotpSeed(_seed(session, row.sealed_seed, staff_id), row.last_step, row.added_at)


def _seed(session: Session, sealed: bytes, staff_id: str) -> bytes | None:
    try:
        return keyring_of(session).unseal(sealed, "totp_seeds", "sealed_seed", staff_id)
    except CannotUnseal:
        return None


def advance_step(session: Session, staff_id: str, step: int) -> bool:
    """False unless this time-step is later than every one before: of many at once one wins."""
    advanced = session.execute(
        update(TotpSeedRow)
        .where(TotpSeedRow.staff_id == staff_id, TotpSeedRow.last_step < step)
        .values(last_step=step)
    )
    return cast("CursorResult[Any]", advanced).rowcount == 1


def put_recovery_codes(
    session: Session, staff_id: str, hashes: Iterable[str], now: datetime
) -> None:
    """In place of all older ones."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id))
    rows = [{"code_hash": one, "staff_id": staff_id, "made_at": now} for one in hashes]
    session.execute(insert(RecoveryCodeRow), rows)


def use_recovery_code(session: Session, staff_id: str, code_hash: str, now: datetime) -> bool:
    """False if it is unknown or was used: of two at once one wins."""
    used = session.execute(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.code_hash == code_hash,
            RecoveryCodeRow.staff_id == staff_id,
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return cast("CursorResult[Any]", used).rowcount == 1


def count_recovery_codes(session: Session, staff_id: str) -> int:
    """Those that can still be used."""
    query = select(func.count()).where(
        RecoveryCodeRow.staff_id == staff_id, RecoveryCodeRow.used_at.is_(None)
    )
    return session.scalar(query) or 0


def delete_second_factors(session: Session, staff_id: str) -> None:
    for table in (TotpSeedRow, PasskeyRow, RecoveryCodeRow):
        session.execute(delete(table).where(table.staff_id == staff_id))
