"""Which protocol versions there are at this clinic, what happened to them, which one is used."""

from collections.abc import Iterable
from dataclasses import dataclass

from screening.domain.adjustments import Adjustments
from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_life import (
    Act,
    Approval,
    Life,
    Move,
    altered,
    current_key,
    offered_key,
)
from screening.protocols.library import NoSuchProtocol, ProtocolLibrary
from screening.storage import protocol_life as stored
from screening.storage.database import Database, Session
from screening.storage.protocol_life import is_retired as is_retired


class ProtocolAltered(Exception):
    """A version is not what somebody at this clinic approved or published: never used silently."""


@dataclass(frozen=True)
class Lives:
    """Every version with its life; `steps`: how many moves each protocol name has seen.

    `in_use` are the versions that new drafts use; `adjusted` the clinic's own versions, without
    those of a draft whose file has been edited since.
    """

    versions: tuple[ScreeningProtocol, ...]
    lives: dict[str, Life]
    steps: dict[str, int]
    in_use: frozenset[str]
    adjusted: dict[str, stored.AdjustedVersion]


def adjustments_in(database: Database, key: str) -> Adjustments | None:
    """For the library: the adjustments that make the version with this key."""
    with database.read() as session:
        return adjustments_kept(session, key)


def adjustments_kept(session: Session, key: str) -> Adjustments | None:
    found = stored.list_adjusted_versions(session, key)
    return found[0].adjustments if found else None


def in_use(session: Session, library: ProtocolLibrary) -> ScreeningProtocol:
    """The version that new drafts use: the clinic's current one, else the library's default.

    Raises ProtocolAltered where that is not what somebody published here.
    """
    return in_use_of(session, library, library.current.name) or library.current


def in_use_of(session: Session, library: ProtocolLibrary, name: str) -> ScreeningProtocol | None:
    """The same of the protocol with this name; None where it has no default and none is current.

    A form that was begun before its treatment was given up ends on its own version.
    """
    moves = stored.list_moves(session, name)
    key = offered_key(moves)
    made_current = [move for move in moves if move.act is Act.CURRENT and move.protocol == key]
    if made_current:
        return _unaltered(library, made_current[-1])
    return library.current if library.current.name == name else None


def approval_of(session: Session, protocol: ScreeningProtocol) -> Approval | None:
    """Who first approved exactly this version at this clinic, and when."""
    return next(stored.list_approvals(session, protocol.digest), None)


def unapproved(
    session: Session, library: ProtocolLibrary, keys: Iterable[str]
) -> list[ScreeningProtocol]:
    """Those of these versions that nobody at this clinic has approved."""
    approved = {given.digest for given in stored.list_approvals(session)}
    versions = (library.get(key) for key in sorted(set(keys)) if _digest(library, key))
    return [one for one in versions if one.digest not in approved]


def check_unaltered(session: Session, library: ProtocolLibrary) -> None:
    """Raises ProtocolAltered where a version is not what was approved or published here."""
    facts: list[Approval | Move] = [*stored.list_approvals(session), *stored.list_moves(session)]
    digests = {fact.protocol: _digest(library, fact.protocol) for fact in facts}
    found = altered(facts, digests)
    if found:
        raise ProtocolAltered(
            f"these protocol versions are not what was approved here: {', '.join(found)}. "
            "A released file never changes: put the approved file back, and give the change "
            "a version of its own"
        )


def read_lives(session: Session, library: ProtocolLibrary) -> Lives:
    """All versions with all that has happened to them."""
    made = [one for one in stored.list_adjusted_versions(session) if _digest(library, one.protocol)]
    versions = (*library.versions.values(), *(library.get(one.protocol) for one in made))
    moves = stored.list_moves(session)
    names = sorted({one.name for one in versions})
    using = (in_use_of(session, library, name) for name in names)
    return Lives(
        versions=versions,
        lives=_lives(session, versions, moves),
        steps={name: sum(move.name == name for move in moves) for name in names},
        in_use=frozenset(one.key for one in using if one is not None),
        adjusted={one.protocol: one for one in made},
    )


def life_of(session: Session, library: ProtocolLibrary, key: str) -> Life:
    """Raises NoSuchProtocol."""
    one = library.get(key)
    return _lives(session, (one,), stored.list_moves(session, one.name))[one.key]


def _lives(
    session: Session, versions: tuple[ScreeningProtocol, ...], moves: list[Move]
) -> dict[str, Life]:
    checks, approvals = tuple(stored.list_checks(session)), tuple(stored.list_approvals(session))
    return {
        one.key: Life(
            protocol=one.key,
            digest=one.digest,
            checks=tuple(check for check in checks if check.protocol == one.key),
            approvals=tuple(given for given in approvals if given.protocol == one.key),
            moves=tuple(move for move in moves if move.protocol == one.key),
            is_current=current_key([m for m in moves if m.name == one.name]) == one.key,
        )
        for one in versions
    }


def _unaltered(library: ProtocolLibrary, move: Move) -> ScreeningProtocol:
    if _digest(library, move.protocol) != move.digest:
        raise ProtocolAltered(f"{move.protocol} is not what was made current here")
    return library.get(move.protocol)


def _digest(library: ProtocolLibrary, key: str) -> str:
    """Empty where the version is gone."""
    try:
        return library.get(key).digest
    except NoSuchProtocol:
        return ""
