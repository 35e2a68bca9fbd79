"""The treatments for which this clinic has forms: each protocol of which a version is in use."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_life import offered_key
from screening.protocols.library import ProtocolLibrary
from screening.storage.database import Session
from screening.storage.protocol_life import list_moves


def offered(session: Session, library: ProtocolLibrary) -> Mapping[str, ScreeningProtocol]:
    """By protocol name, the default first, then those that were made current.

    The newest released version of each, for its words alone: which version a form uses is for
    `in_use_of` to say, and it refuses one that is not what was published.
    """
    default = library.current.name
    moves = list_moves(session)
    made = {move.name for move in moves if offered_key([m for m in moves if m.name == move.name])}
    names = [default, *sorted(made - {default})]
    return MappingProxyType({name: library.newest(name) for name in names})


def telling(session: Session, library: ProtocolLibrary, keys: Iterable[str]) -> Mapping[str, str]:
    """For a list of submissions under these versions: what each is for, by protocol name.

    Empty where all are for the same treatment and no other is offered: then nobody need be told.
    """
    names = {key.partition("/")[0] for key in keys} | offered(session, library).keys()
    words = {one.name: one.treatment_words for one in library.versions.values()}
    return {name: words[name] for name in names & words.keys()} if len(names) > 1 else {}
