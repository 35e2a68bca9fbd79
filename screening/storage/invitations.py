"""Invitations: sealed, with links of which only the hash is kept, found by words of a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Row, Table, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from screening.storage.invitation_tables import (
    InvitationLinkRow,
    InvitationRow,
    InvitationTermRow,
)
from screening.storage.outbox_tables import OutboxRow
from screening.storage.sealing import CannotUnseal, keyring_of
from screening.storage.tables import DraftRow

TABLE, PERSON = "invitations", "sealed_person"
WORD = "search-word"  # the same index as that of submissions: one word, one way to look for it


@dataclass(frozen=True)
class InvitationRecord:
    """`person` is name, email and phone; empty where the record is damaged."""

    id: str
    reference: str
    treatment: str
    treatment_date: date
    person: Mapping[str, str]
    staff_id: str
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    draft_id: str | None = None
    submission_id: str | None = None
    revoked_at: datetime | None = None
    by_mail: bool = False
    reminded_day: int | None = None
    is_demo: bool = False


PLAIN = [one.name for one in fields(InvitationRecord) if one.name != "person"]
COLUMNS = [getattr(InvitationRow, name) for name in (*PLAIN, PERSON)]


def add_invitation(session: Session, one: InvitationRecord, words: Iterable[str]) -> bool:
    """False, and nothing kept, where there is one of this id already."""
    values = {name: getattr(one, name) for name in PLAIN}
    sealed = keyring_of(session).seal_json(dict(one.person), TABLE, PERSON, one.id)
    once = _insert(session, InvitationRow).values(**values, sealed_person=sealed)
    made = once.on_conflict_do_nothing(index_elements=["id"]).returning(InvitationRow.id)
    if session.scalar(made) is None:
        return False
    add_terms(session, one.id, words)
    return True


def add_link(
    session: Session, token_hash: str, invitation_id: str, now: datetime, until: datetime
) -> None:
    session.execute(
        insert(InvitationLinkRow).values(
            token_hash=token_hash, invitation_id=invitation_id, made_at=now, expires_at=until
        )
    )
    change(session, invitation_id, expires_at=until)


def drop_links(session: Session, invitation_id: str) -> None:
    of_it = InvitationLinkRow.invitation_id == invitation_id
    session.execute(delete(InvitationLinkRow).where(of_it))


def drop_letters(session: Session, invitation_id: str) -> None:
    """Messages that have not gone out yet would lead nowhere, or remind of what is done."""
    waiting = OutboxRow.invitation_id == invitation_id, OutboxRow.sent_at.is_(None)
    session.execute(delete(OutboxRow).where(*waiting))


def change(session: Session, invitation_id: str, **values: object) -> None:
    which = InvitationRow.id == invitation_id
    session.execute(update(InvitationRow).where(which).values(**values))


def read_invitation(session: Session, invitation_id: str) -> InvitationRecord | None:
    """Inside a write the row is held until the transaction ends."""
    return _one(session, InvitationRow.id == invitation_id)


def find_by_link(session: Session, token_hash: str, now: datetime) -> InvitationRecord | None:
    """None if unknown, ended or taken back alike."""
    links = select(InvitationLinkRow.invitation_id).where(
        InvitationLinkRow.token_hash == token_hash, InvitationLinkRow.expires_at > now
    )
    return _one(session, InvitationRow.id.in_(links), InvitationRow.revoked_at.is_(None))


def has_link(session: Session, invitation_id: str, token_hash: str) -> bool:
    """False once it was replaced or taken back; one that has ended since is still its own."""
    link = select(InvitationLinkRow.token_hash).where(
        InvitationLinkRow.token_hash == token_hash, InvitationLinkRow.invitation_id == invitation_id
    )
    return session.scalar(link) is not None


def find_by_draft(session: Session, draft_id: str) -> InvitationRecord | None:
    return _one(session, InvitationRow.draft_id == draft_id)


def find_by_submission(session: Session, submission_id: str) -> InvitationRecord | None:
    """The one that the first submission of an episode answers."""
    return _one(session, InvitationRow.submission_id == submission_id, held=False)


def list_unanswered(session: Session) -> list[InvitationRecord]:
    """In the order of the visits."""
    query = select(*COLUMNS).where(InvitationRow.submission_id.is_(None))
    ordered = query.order_by(InvitationRow.treatment_date, InvitationRow.reference)
    return [_record(session, row) for row in session.execute(ordered)]


def find_invited(session: Session, word: str) -> frozenset[str]:
    """The ids of the invitations whose name has this word."""
    indexes = keyring_of(session).blind_indexes(WORD, word)
    query = select(InvitationTermRow.invitation_id).where(InvitationTermRow.term.in_(indexes))
    return frozenset(session.scalars(query))


def find_by_code(session: Session, reference: str) -> str | None:
    query = select(InvitationRow.id).where(InvitationRow.reference == reference)
    return session.scalar(query)


def closed_invitations(session: Session) -> frozenset[str]:
    """The ids of those whose draft was closed after wrong dates of birth."""
    closed = select(DraftRow.id).where(DraftRow.locked_at.is_not(None))
    return frozenset(
        session.scalars(select(InvitationRow.id).where(InvitationRow.draft_id.in_(closed)))
    )


def add_terms(session: Session, invitation_id: str, words: Iterable[str]) -> None:
    """What it can be found by, under the current key alone."""
    of_it = InvitationTermRow.invitation_id == invitation_id
    session.execute(delete(InvitationTermRow).where(of_it))
    terms = {keyring_of(session).blind_index(WORD, word) for word in words}
    rows = [{"term": term, "invitation_id": invitation_id} for term in sorted(terms)]
    if rows:
        session.execute(insert(InvitationTermRow), rows)


def over_since(session: Session, moment: datetime, today: date) -> list[str]:
    """Unanswered ones taken back by `moment`, or whose link had ended by then; no visit to come."""
    ended = (InvitationRow.expires_at <= moment) & (InvitationRow.treatment_date < today)
    query = select(InvitationRow.id).where(
        InvitationRow.submission_id.is_(None), or_(InvitationRow.revoked_at <= moment, ended)
    )
    return list(session.scalars(query.order_by(InvitationRow.id)))


def delete_invitation(session: Session, invitation_id: str) -> bool:
    """With all that belongs to it; messages that have not been sent go with its row."""
    for table in (InvitationTermRow, InvitationLinkRow):
        session.execute(delete(table).where(table.invitation_id == invitation_id))
    done = session.execute(
        delete(InvitationRow).where(
            InvitationRow.id == invitation_id, InvitationRow.submission_id.is_(None)
        )
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def _insert(session: Session, table: type[InvitationRow]) -> Any:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(cast("Table", table.__table__))


def _one(
    session: Session, *where: ColumnElement[bool], held: bool = True
) -> InvitationRecord | None:
    query = select(*COLUMNS).where(*where)
    if held and session.info["writes"]:
        # Two devices at once on PostgreSQL; SQLite's write lock is already ours.
        query = query.with_for_update()
    row = session.execute(query).one_or_none()
    return None if row is None else _record(session, row)


def _record(session: Session, row: Row[Any]) -> InvitationRecord:
    values = dict(row._mapping)
    sealed = values.pop(PERSON)
    try:
        person = keyring_of(session).unseal_json(sealed, TABLE, PERSON, row.id)
    except CannotUnseal:
        person = {}
    return InvitationRecord(**values, person={name: str(one) for name, one in person.items()})
