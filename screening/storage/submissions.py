"""Finished questionnaires, as they were received; the later editions of an episode follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from screening.storage.sealing import CannotUnseal, KeyRing, keyring_of
from screening.storage.tables import SubmissionRow

SEALED = ("answers", "assessment", "identity")
NOT_ASSESSED: Mapping[str, Any] = {"flags": [], "failed": True, "damaged": True}
"""Stands for an assessment that cannot be read: the level counts, every answer is to be read."""


@dataclass(frozen=True)
class SubmissionRecord:
    id: str
    reference: str
    draft_id: str
    protocol: str
    digest: str
    received_at: datetime
    completed_on: date
    treatment_date: date | None
    level: str
    answers: Mapping[str, Any]
    assessment: Mapping[str, Any]
    identity: Mapping[str, Any]
    body_mac: bytes
    notice_version: str
    agreed_at: datetime
    version: int = 1
    is_demo: bool = False
    episode_id: str = ""
    edition: int = 1

    def __post_init__(self) -> None:
        # The first of an episode gives the episode its name.
        object.__setattr__(self, "episode_id", self.episode_id or self.id)


@dataclass(frozen=True)
class Remains:
    """A submission as far as it can be read; None stands for what cannot."""

    id: str
    episode_id: str
    edition: int
    reference: str
    protocol: str
    received_at: datetime
    treatment_date: date | None
    level: str
    answers: Mapping[str, Any] | None
    identity: Mapping[str, Any] | None


PLAIN = [field.name for field in fields(SubmissionRecord) if field.name not in SEALED]


def add_submission(session: Session, submission: SubmissionRecord) -> bool:
    """False, and nothing kept, if its draft has been submitted before: find_by_draft has it.

    A later edition raises the version of the one it follows, so that a decision on that one,
    begun before and saved meanwhile, is refused. Of two that follow the same one, the second
    is refused by the table (IntegrityError).
    """
    values = {name: getattr(submission, name) for name in PLAIN}
    for name in SEALED:
        column = f"sealed_{name}"
        values[column] = keyring_of(session).seal_json(
            getattr(submission, name), "submissions", column, submission.id
        )
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    once = (
        insert(SubmissionRow).values(**values).on_conflict_do_nothing(index_elements=["draft_id"])
    )
    if session.scalar(once.returning(SubmissionRow.id)) is None:
        return False
    session.execute(
        update(SubmissionRow)
        .where(
            SubmissionRow.episode_id == submission.episode_id,
            SubmissionRow.edition == submission.edition - 1,
        )
        .values(version=SubmissionRow.version + 1)
    )
    return True


def find_by_draft(session: Session, draft_id: str) -> SubmissionRecord | None:
    return _read(session, _whole().where(SubmissionRow.draft_id == draft_id))


def read_submission(session: Session, submission_id: str) -> SubmissionRecord | None:
    """Raises CannotUnseal if answers or identity are damaged; see NOT_ASSESSED for the rest."""
    return _read(session, _whole().where(SubmissionRow.id == submission_id))


def read_remains(session: Session, submission_id: str) -> Remains | None:
    """Whatever can be read of it; None if there is no such submission."""
    row = session.execute(_whole().where(SubmissionRow.id == submission_id)).one_or_none()
    if row is None:
        return None
    keyring, parts = keyring_of(session), ("answers", "identity")
    values = {field.name: getattr(row, field.name, None) for field in fields(Remains)}
    return Remains(**values | {name: _part(keyring, row, name) for name in parts})


def bump_version(session: Session, submission_id: str, expected: int) -> bool:
    """Claims the next version; False if somebody else was faster, or a newer edition came."""
    later = aliased(SubmissionRow)
    followed = exists().where(
        later.episode_id == SubmissionRow.episode_id, later.edition > SubmissionRow.edition
    )
    done = session.execute(
        update(SubmissionRow)
        .where(SubmissionRow.id == submission_id, SubmissionRow.version == expected, ~followed)
        .values(version=expected + 1)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def hold_episode(session: Session, submission_id: str) -> None:
    """Whoever else wants to change the episode waits until this transaction ends.

    PostgreSQL only: SQLite's one write lock is ours already.
    """
    episode = select(SubmissionRow.episode_id).where(SubmissionRow.id == submission_id)
    session.execute(
        select(SubmissionRow.id)
        .where(SubmissionRow.id == episode.scalar_subquery())
        .with_for_update(key_share=True)
    )


def episode_of(session: Session, submission_id: str) -> str | None:
    return session.scalar(select(SubmissionRow.episode_id).where(SubmissionRow.id == submission_id))


def list_editions(session: Session, episode_id: str) -> list[SubmissionRecord]:
    """All submissions of one episode, the latest last; raises CannotUnseal if one is damaged."""
    query = _whole().where(SubmissionRow.episode_id == episode_id).order_by(SubmissionRow.edition)
    return [_unsealed(session, row) for row in session.execute(query)]


def edition_numbers(session: Session, episode_id: str) -> dict[str, int]:
    """Of every submission of the episode, those that cannot be read among them, in order."""
    query = select(SubmissionRow.id, SubmissionRow.edition).where(
        SubmissionRow.episode_id == episode_id
    )
    rows = session.execute(query.order_by(SubmissionRow.edition))
    return {row.id: row.edition for row in rows}


def find_by_reference(session: Session, reference: str) -> str | None:
    """The episode that people know by this reference."""
    return session.scalar(
        select(SubmissionRow.episode_id).where(
            SubmissionRow.reference == reference, SubmissionRow.edition == 1
        )
    )


def references_of(session: Session, episode_ids: Iterable[str]) -> dict[str, str]:
    """What people know these episodes by."""
    query = select(SubmissionRow.episode_id, SubmissionRow.reference).where(
        SubmissionRow.id.in_([*episode_ids])
    )
    return {row.episode_id: row.reference for row in session.execute(query)}


def latest_edition(session: Session, episode_id: str) -> str | None:
    """The id of the submission that stands for the episode now."""
    return session.scalar(
        select(SubmissionRow.id)
        .where(SubmissionRow.episode_id == episode_id)
        .order_by(SubmissionRow.edition.desc())
        .limit(1)
    )


def _whole() -> Select[Any]:
    names = [*PLAIN, *(f"sealed_{name}" for name in SEALED)]
    return select(*(getattr(SubmissionRow, name) for name in names))


def _read(session: Session, query: Select[Any]) -> SubmissionRecord | None:
    row = session.execute(query).one_or_none()
    return None if row is None else _unsealed(session, row)


def _unsealed(session: Session, row: Row[Any]) -> SubmissionRecord:
    values = dict(row._mapping)
    keyring = keyring_of(session)
    for name in SEALED:
        column = f"sealed_{name}"
        sealed = values.pop(column)
        if name == "assessment":
            values[name] = _part(keyring, row, name) or NOT_ASSESSED
        else:
            values[name] = keyring.unseal_json(sealed, "submissions", column, row.id)
    return SubmissionRecord(**values)


def _part(keyring: KeyRing, row: Row[Any], name: str) -> Mapping[str, Any] | None:
    column = f"sealed_{name}"
    try:
        return keyring.unseal_json(getattr(row, column), "submissions", column, row.id)
    except CannotUnseal:
        return None
