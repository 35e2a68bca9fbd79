"""Unfinished questionnaires: sealed, expiring, one SELECT and one UPDATE per page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, insert, select, update
from sqlalchemy.orm import Session

from screening.storage.sealing import keyring_of
from screening.storage.tables import DraftRow

RESUME_CODE = "resume-code"  # names the field of its blind index
PLAIN: tuple[Any, ...] = (
    DraftRow.id,
    DraftRow.protocol,
    DraftRow.digest,
    DraftRow.created_at,
    DraftRow.updated_at,
    DraftRow.expires_at,
    DraftRow.version,
    DraftRow.notice_version,
    DraftRow.agreed_at,
    DraftRow.resume_failures,
    DraftRow.locked_at,
    DraftRow.follows,
    DraftRow.holder,
)


@dataclass(frozen=True)
class DraftRecord:
    """What was answered so far; the body's shape belongs to the service that fills it in.

    ``follows`` is the submission that this draft, a supplement, will follow as a later edition.
    ``holder`` names the browser session that goes on with it; None: any that knows it.
    """

    id: str
    protocol: str
    digest: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    version: int
    body: Mapping[str, Any]
    notice_version: str
    agreed_at: datetime
    resume_failures: int = 0
    locked_at: datetime | None = None
    follows: str | None = None
    holder: str | None = None


def add_draft(session: Session, draft: DraftRecord) -> None:
    values = {column.key: getattr(draft, column.key) for column in PLAIN}
    sealed = _seal(session, draft.id, draft.body)
    session.execute(insert(DraftRow).values(**values, sealed=sealed))


def read_draft(session: Session, draft_id: str, now: datetime) -> DraftRecord | None:
    """None once it has expired. Inside a write the row is held until the transaction ends."""
    return _read(session, DraftRow.id == draft_id, now)


def list_following(session: Session, *submission_ids: str) -> list[DraftRecord]:
    """Supplements to these that were not sent, expired or not."""
    query = select(*PLAIN, DraftRow.sealed).where(DraftRow.follows.in_(submission_ids))
    rows = session.execute(query.order_by(DraftRow.created_at, DraftRow.id)).all()
    return [_record(session, dict(row._mapping)) for row in rows]


def find_by_resume_token(session: Session, token_hash: str, now: datetime) -> DraftRecord | None:
    return _read(session, DraftRow.resume_token_hash == token_hash, now)


def find_by_resume_code(session: Session, code: str, now: datetime) -> DraftRecord | None:
    indexes = keyring_of(session).blind_indexes(RESUME_CODE, code)
    return _read(session, DraftRow.resume_code_index.in_(indexes), now)


def save_draft(
    session: Session, draft_id: str, body: Mapping[str, Any], now: datetime, expires_at: datetime
) -> bool:
    """The whole body anew, version raised by one; False if the draft is gone or expired."""
    values = {
        "sealed": _seal(session, draft_id, body),
        "version": DraftRow.version + 1,
        "updated_at": now,
        "expires_at": expires_at,
    }
    return _update(session, DraftRow.id == draft_id, DraftRow.expires_at > now, **values)


def move_draft(session: Session, draft_id: str, protocol: str, digest: str) -> bool:
    """From now on it is a draft of this protocol version."""
    return _update(session, DraftRow.id == draft_id, protocol=protocol, digest=digest)


def follow(session: Session, draft_id: str, submission_id: str) -> bool:
    """From now on it is a supplement to this edition."""
    return _update(session, DraftRow.id == draft_id, follows=submission_id)


def set_holder(session: Session, draft_id: str, holder: str) -> bool:
    """From now on this browser session goes on with it."""
    return _update(session, DraftRow.id == draft_id, holder=holder)


def unlock_draft(session: Session, draft_id: str) -> bool:
    """Coming back is open again, as if nobody had ever guessed."""
    return _update(session, DraftRow.id == draft_id, locked_at=None, resume_failures=0)


def set_resume(session: Session, draft_id: str, token_hash: str, code: str) -> bool:
    """A new link and code; those given out before stop working.

    The code is sealed as well: a new key can make its index only from the code itself.
    """
    keyring = keyring_of(session)
    return _update(
        session,
        DraftRow.id == draft_id,
        resume_token_hash=token_hash,
        resume_code_index=keyring.blind_index(RESUME_CODE, code),
        sealed_resume_code=keyring.seal_text(code, "drafts", "sealed_resume_code", draft_id),
    )


def count_resume_failure(session: Session, draft_id: str) -> int:
    """How often in all coming back to this draft has failed, this time included."""
    failures = session.scalar(
        update(DraftRow)
        .where(DraftRow.id == draft_id)
        .values(resume_failures=DraftRow.resume_failures + 1)
        .returning(DraftRow.resume_failures)
    )
    return failures or 0


def lock_draft(session: Session, draft_id: str, now: datetime) -> bool:
    return _update(session, DraftRow.id == draft_id, locked_at=now)


def delete_draft(session: Session, draft_id: str) -> None:
    session.execute(delete(DraftRow).where(DraftRow.id == draft_id))


def delete_expired(session: Session, now: datetime) -> int:
    done = session.execute(delete(DraftRow).where(DraftRow.expires_at <= now))
    return cast("CursorResult[Any]", done).rowcount


def count_expired(session: Session, now: datetime) -> int:
    query = select(func.count()).where(DraftRow.expires_at <= now)
    return session.scalar(query) or 0


def _update(session: Session, *where: ColumnElement[bool], **values: object) -> bool:
    done = session.execute(update(DraftRow).where(*where).values(**values))
    return cast("CursorResult[Any]", done).rowcount == 1


def _read(session: Session, which: ColumnElement[bool], now: datetime) -> DraftRecord | None:
    query = select(*PLAIN, DraftRow.sealed).where(which, DraftRow.expires_at > now)
    if session.info["writes"]:
        # Two tabs at once on PostgreSQL; SQLite's write lock is already ours.
        query = query.with_for_update()
    row = session.execute(query).one_or_none()
    return None if row is None else _record(session, dict(row._mapping))


def _record(session: Session, values: dict[str, Any]) -> DraftRecord:
    sealed = values.pop("sealed")
    body = keyring_of(session).unseal_json(sealed, "drafts", "sealed", values["id"])
    return DraftRecord(**values, body=body)


def _seal(session: Session, draft_id: str, body: Mapping[str, Any]) -> bytes:
    return keyring_of(session).seal_json(body, "drafts", "sealed", draft_id)
