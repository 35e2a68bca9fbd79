"""Every stored submission, a batch at a time, each readable or not on its own.

Only what comparing takes is opened: no name is. A damaged row must not hide the others, so the
columns are taken as they are and none is made a date or a number on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import NullType

from screening.storage.sealing import CannotUnseal, KeyRing, keyring_of, unpad
from screening.storage.tables import SubmissionRow

TABLE = "submissions"


@dataclass(frozen=True)
class StoredAnswers:
    """`answers` is None where they cannot be read, `assessment` are the bytes as they were kept,
    None where they cannot be read or were not asked for."""

    id: str
    reference: str
    protocol: str
    digest: str
    level: str
    answers: Mapping[str, Any] | None
    assessment: bytes | None = None


PLAIN = ("id", "reference", "protocol", "digest", "level")


def list_answers(
    session: Session, after: str, most: int, *, latest_only: bool = False, assessed: bool = False
) -> list[StoredAnswers]:
    """Up to so many with an id after this one, by id; of an episode the latest edition only, or
    every one."""
    sealed = [SubmissionRow.sealed_answers, *([SubmissionRow.sealed_assessment] * assessed)]
    query = (
        select(*(getattr(SubmissionRow, name) for name in PLAIN))
        .add_columns(*(type_coerce(one, NullType()) for one in sealed))
        .where(SubmissionRow.id > after)
        .order_by(SubmissionRow.id)
        .limit(most)
    )
    if latest_only:
        later = aliased(SubmissionRow)
        query = query.where(
            ~exists().where(
                later.episode_id == SubmissionRow.episode_id, later.edition > SubmissionRow.edition
            )
        )
    keyring = keyring_of(session)
    return [_row(keyring, *row) for row in session.execute(query)]


def count_episodes(session: Session) -> int:
    """How many there are with `latest_only`."""
    return session.scalar(select(func.count(SubmissionRow.episode_id.distinct()))) or 0


def _row(keyring: KeyRing, *columns: Any) -> StoredAnswers:
    plain, sealed = columns[: len(PLAIN)], columns[len(PLAIN) :]
    answers = _answers(keyring, sealed[0], plain[0])
    assessment = _assessment(keyring, sealed[1], plain[0]) if len(sealed) > 1 else None
    values = {name: str(one) for name, one in zip(PLAIN, plain, strict=True)}
    return StoredAnswers(**values, answers=answers, assessment=assessment)


def _answers(keyring: KeyRing, sealed: object, row_id: str) -> Mapping[str, Any] | None:
    try:
        return keyring.unseal_json(_bytes(sealed), TABLE, "sealed_answers", row_id)
    except (CannotUnseal, ValueError):
        return None


def _assessment(keyring: KeyRing, sealed: object, row_id: str) -> bytes | None:
    try:
        column = "sealed_assessment"
        return unpad(keyring.unseal(_bytes(sealed), TABLE, column, row_id, form="json"))
    except CannotUnseal:
        return None


def _bytes(sealed: object) -> bytes:
    """Whatever the database holds in place of bytes opens as nothing."""
    return bytes(sealed) if isinstance(sealed, bytes | memoryview) else b""
