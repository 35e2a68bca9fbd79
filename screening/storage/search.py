"""Finding an episode by who it is about, none of which is kept in the clear.

Each word of a name, the date of birth, name and date of birth together, the e-mail address and the
telephone number are kept as blind indexes: equal for equal normalised texts, telling nothing else
without the key.
"""

from collections.abc import Iterable
from typing import Literal, cast

from sqlalchemy import Select, Table, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from screening.storage.episode_tables import SearchTermRow
from screening.storage.sealing import keyring_of
from screening.storage.tables import SubmissionRow

Kind = Literal["word", "born", "person", "email", "phone"]
IN_EVERY: Kind = "email"  # an index of nothing where there is no address
Term = tuple[Kind, str]
_TERMS = cast("Table", SearchTermRow.__table__)


def add_terms(session: Session, episode_id: str, terms: Iterable[Term]) -> None:
    """What the episode can be found by from now on, beside what it could be before."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = sorted({(kind, _indexes(session, kind, text)[0]) for kind, text in terms})
    if rows:
        session.execute(
            insert(_TERMS).on_conflict_do_nothing(),
            [{"kind": kind, "term": term, "episode_id": episode_id} for kind, term in rows],
        )


def find_episodes(session: Session, kind: Kind, text: str) -> frozenset[str]:
    """The ids of the episodes that have this term."""
    return frozenset(session.scalars(_having(session, kind, text)))


def latest_elsewhere(session: Session, episode_id: str, kind: Kind, text: str) -> list[str]:
    """The submissions that stand for the other episodes with this term now, the latest first."""
    later = aliased(SubmissionRow)
    followed = exists().where(
        later.episode_id == SubmissionRow.episode_id, later.edition > SubmissionRow.edition
    )
    query = select(SubmissionRow.id).where(
        SubmissionRow.episode_id.in_(_having(session, kind, text)),
        SubmissionRow.episode_id != episode_id,
        ~followed,
    )
    return list(session.scalars(query.order_by(SubmissionRow.received_at.desc(), SubmissionRow.id)))


def drop_older_terms(session: Session, episode_id: str, terms: Iterable[Term]) -> None:
    """What an older key made of these terms; what the current one made stays."""
    older = [
        {"of_kind": kind, "as_was": term}
        for kind, text in terms
        for term in _indexes(session, kind, text)[1:]
    ]
    if older:
        session.execute(
            delete(_TERMS).where(
                _TERMS.c.episode_id == episode_id,
                _TERMS.c.kind == bindparam("of_kind"),
                _TERMS.c.term == bindparam("as_was"),
            ),
            older,
        )


def episodes_without_terms(session: Session) -> list[str]:
    """The ids of the episodes that cannot yet be found by all that there is."""
    whole = select(SearchTermRow.episode_id).where(SearchTermRow.kind == IN_EVERY)
    query = select(SubmissionRow.episode_id).where(
        SubmissionRow.edition == 1, SubmissionRow.episode_id.not_in(whole)
    )
    return list(session.scalars(query))


def _having(session: Session, kind: Kind, text: str) -> Select[str]:
    return select(SearchTermRow.episode_id).where(
        SearchTermRow.kind == kind, SearchTermRow.term.in_(_indexes(session, kind, text))
    )


def _indexes(session: Session, kind: Kind, text: str) -> tuple[bytes, ...]:
    """The current key's first."""
    return keyring_of(session).blind_indexes(f"search-{kind}", text)
