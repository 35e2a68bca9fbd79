"""What makes the lists of the recogniser inconsistent with each other or with the questions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screening.domain.faults import Fault, id_faults
from screening.domain.recogniser import REPLY, Recognised, Recogniser
from screening.domain.spelling import words_of

if TYPE_CHECKING:
    from screening.domain.protocol import ScreeningProtocol

_FEWEST_CHARACTERS = 3


def recogniser_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """Every fault of what is recognised in free text."""
    yield from id_faults("recognised", [kind.id for kind in protocol.recognised])
    owners: dict[tuple[str, ...], str] = {}
    for kind in protocol.recognised:
        yield from _name_faults(kind, owners)
        yield from _answer_faults(kind, protocol)
        yield from _text_faults(kind, protocol)
        for source in (name for name in kind.sources if name not in protocol.sources):
            right = "name a listed source"
            yield Fault(f"recognised.{kind.id}.sources", f"there is no source {source}", right)
    yield from _friend_faults(protocol.recognised)


def _name_faults(kind: Recognised, owners: dict[tuple[str, ...], str]) -> Iterator[Fault]:
    path = f"recognised.{kind.id}.names"
    for name in kind.names:
        words = words_of(name)
        if len("".join(words)) < _FEWEST_CHARACTERS:
            yield Fault(path, f"{name} is too short to be recognised", "write 3 characters or more")
        elif words in owners:
            right = "let each name belong to one class"
            yield Fault(path, f"{name} stands in {owners[words]} already", right)
        owners.setdefault(words, kind.id)


def _answer_faults(kind: Recognised, protocol: "ScreeningProtocol") -> Iterator[Fault]:
    path, item = f"recognised.{kind.id}", protocol.items.get(kind.item)
    if bool(kind.item) != bool(kind.options):
        right = "give both, or none where only the clinician is told"
        yield Fault(path, "an item and its options belong together", right)
    elif kind.item and item is None:
        yield Fault(f"{path}.item", f"there is no item {kind.item}", "name an item of a section")
    if item is None:
        return
    known = [one for one in item.option_ids if one != "not_sure" and one not in item.exclusive_ids]
    for option in (one for one in kind.options if one not in known):
        right = f"use one of {', '.join(known)}" if known else "name a question with options"
        yield Fault(f"{path}.options", f"{option} says nothing of this in {kind.item}", right)


def _text_faults(kind: Recognised, protocol: "ScreeningProtocol") -> Iterator[Fault]:
    texts = [item.id for item in protocol.items.values() if item.kind == "text"]
    for name in (one for one in kind.texts if one not in (*texts, REPLY)):
        right = f"use one of {', '.join((*texts, REPLY))}"
        yield Fault(f"recognised.{kind.id}.texts", f"{name} is no free text", right)


def _friend_faults(kinds: tuple[Recognised, ...]) -> Iterator[Fault]:
    """A false friend is one word that would be taken for a misspelling, and no name itself."""
    if any(not words_of(name) for kind in kinds for name in (*kind.names, *kind.false_friends)):
        return
    without = Recogniser(
        Recognised(kind.id, kind.label, kind.names, kind.sources) for kind in kinds
    )
    names = {word for kind in kinds for name in kind.names for word in words_of(name)}
    for kind in kinds:
        path = f"recognised.{kind.id}.false_friends"
        for friend in kind.false_friends:
            word = words_of(friend)
            if len(word) != 1 or word[0] in names:
                yield Fault(path, f"{friend} is no word beside the names", "write one other word")
            elif not without.reads(friend):
                yield Fault(path, f"{friend} is not taken for a name", "leave it out")
