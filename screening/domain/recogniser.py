"""Recogniser: finds medicines and products that people name in free text, misspelt or not.

It only points out. What it finds raises no flag and changes no answer: the patient is asked
about it before sending, and the clinician sees it beside the words.

Each word is looked up by itself, and a misspelling is compared with few names of about its
length: the time grows with the length of the text and with nothing else. No network, no
regular expression with backtracking.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import contains

from screening.domain.spelling import (
    Reading,
    Spelling,
    folded,
    places_in,
    plain_text,
    words_in,
    words_of,
)

REPLY = "reply"
"""Stands for the reply to the clinic's question where a list names texts."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A class of medicines or products, the names by which people call it, and what it bears on.

    ``item`` and ``options``: an answer to the item with one of the options says the same as the
    words; without an item only the clinician is told. ``texts``: the patient is asked only where
    the words stand in one of these; empty: in any. ``false_friends`` are words of everyday
    language that are no misspelling of a name although they look like one.
    """

    id: str
    label: str
    names: tuple[str, ...]
    sources: tuple[str, ...]
    item: str = ""
    options: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    false_friends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Words as they were written, and the class that they name."""

    kind: Recognised
    words: str


Phrase = tuple[tuple[str, ...], Recognised]
Match = tuple[int, int, Recognised]


class Recogniser:
    """Every list of one protocol version, made ready to be looked up."""

    def __init__(self, kinds: Iterable[Recognised]) -> None:
        # By the first two words, or by the only one and nothing.
        self._phrases: dict[tuple[str, str], list[Phrase]] = {}
        words_in_names: set[str] = set()
        forgiving: set[str] = set()
        friends: set[str] = set()
        for kind in kinds:
            friends.update(word for name in kind.false_friends for word in words_of(name))
            for words in map(words_of, kind.names):
                self._phrases.setdefault(_beginning(words), []).append((words, kind))
                words_in_names.update(words)
                forgiving.add(max(words, key=len))
        self._first_words = frozenset(first for first, _ in self._phrases)
        self._spelling = Spelling(words_in_names, forgiving, friends)

    def find(self, text: str) -> tuple[Mention, ...]:
        """What the text names, in order, each class and wording once."""
        plain = plain_text(text)
        words = words_in(plain)
        known = {word: self._spelling.readings(word) for word in set(words)}
        begin = {word for word, its in known.items() if not self._first_words.isdisjoint(its)}
        if not begin:
            return ()
        readings = [known[word] for word in words] + [()]
        found = self._matches(readings, [at for at, word in enumerate(words) if word in begin])
        return _as_written(plain, list(found))

    def reads(self, word: str) -> bool:
        """Whether this one word is taken for a part of a name, or for a misspelling of one."""
        return bool(self._spelling.readings(word))

    def _matches(self, readings: list[Reading], places: list[int]) -> Iterator[Match]:
        """Place, number of words and class; of names that begin at one place the longest."""
        after = 0
        for place in places:
            if place < after:
                continue
            fitting = self._fitting(readings, place)
            most = max((len(words) for words, _ in fitting), default=0)
            after = place + most
            yield from ((place, most, kind) for words, kind in fitting if len(words) == most)

    def _fitting(self, readings: list[Reading], place: int) -> list[Phrase]:
        return [
            (words, kind)
            for first in readings[place]
            for second in (*readings[place + 1], "")
            for words, kind in self._phrases.get((first, second), ())
            if _goes_on(words, readings, place)
        ]


def _beginning(words: tuple[str, ...]) -> tuple[str, str]:
    return words[0], words[1] if len(words) > 1 else ""


def _goes_on(words: tuple[str, ...], readings: list[Reading], place: int) -> bool:
    """Whether the third word and all after it follow as well."""
    rest = readings[place + 2 : place + len(words)]
    return len(rest) == max(0, len(words) - 2) and all(map(contains, rest, words[2:]))


def _as_written(plain: str, found: list[Match]) -> tuple[Mention, ...]:
    spans = places_in(plain) if found else []
    mentions: dict[tuple[str, str], Mention] = {}
    for start, length, kind in found:
        words = plain[spans[start][0] : spans[start + length - 1][1]]
        mentions.setdefault((kind.id, folded(words)), Mention(kind, words))
    return tuple(mentions.values())
