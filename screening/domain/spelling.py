"""How names are spelt and misspelt: words without case and accents, and what they may stand for."""

import re
import unicodedata
from collections.abc import Set

_WORD = re.compile(r"[^\W\d_]+|\d+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_EXACT_BELOW = 5
_TWO_EDITS_FROM = 8

Reading = tuple[str, ...]


class Spelling:
    """The words of all names, found again where they are misspelt.

    Of a name of several words only the longest may be misspelt: the others are everyday words.
    """

    def __init__(self, words: Set[str], forgiving: Set[str], friends: Set[str]) -> None:
        self._readings: dict[str, tuple[str, ...]] = {word: (word,) for word in words}
        self._forgiving = frozenset(word for word in forgiving if edits_for(word))
        self._friends = frozenset(friends)
        self._near: dict[tuple[str, int], list[tuple[str, int, int]]] = {}
        self._first_letter_wrong: dict[str, list[str]] = {}
        for word in sorted(self._forgiving):
            self._index(word, edits_for(word))

    def readings(self, written: str) -> Reading:
        """The words that this may stand for, the nearest ones only."""
        word = folded(written)
        known = self._readings.get(word)
        if known is not None:
            return known
        if len(word) < _EXACT_BELOW or word in self._friends:
            return ()
        return self._misspelt(word)

    def _index(self, word: str, edits: int) -> None:
        letters = _letters(word)
        for length in range(max(_EXACT_BELOW, len(word) - edits), len(word) + edits + 1):
            self._near.setdefault((word[0], length), []).append((word, letters, edits))
        for wrong in {word[1:], word[1] + word[0] + word[2:]}:
            self._first_letter_wrong.setdefault(wrong, []).append(word)

    def _misspelt(self, word: str) -> Reading:
        one_off, two_off = self._otherwise_begun(word), set()
        near = self._near.get((word[0], len(word)), ())
        letters = _letters(word) if near else 0
        for name, its_letters, edits in near:
            if (letters ^ its_letters).bit_count() > 2 * edits:
                continue
            if within(word, name, 1):
                one_off.add(name)
            elif edits > 1 and not one_off and within(word, name, edits):
                two_off.add(name)
        return tuple(sorted(one_off or two_off))

    def _otherwise_begun(self, word: str) -> set[str]:
        """Names from which only the first letter, or the order of the first two, differs."""
        rest = word[1:]
        found = set(self._first_letter_wrong.get(word, ()))
        if rest in self._first_letter_wrong:
            found.update(one for one in self._first_letter_wrong[rest] if one[1:] == rest)
        if rest in self._forgiving:
            found.add(rest)
        return found


def plain_text(text: str) -> str:
    """The text with its letters whole, without stray accents and signs that nobody sees."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return "".join(one for one in plain if not unicodedata.combining(one))


def words_in(plain: str) -> list[str]:
    """Letters and digits apart: LMX4, LMX-4 and LMX 4 are the same two words."""
    return _WORD.findall(plain)


def places_in(plain: str) -> list[tuple[int, int]]:
    """Where each of ``words_in`` begins and ends."""
    return [match.span() for match in _WORD.finditer(plain)]


def words_of(name: str) -> tuple[str, ...]:
    """A name as the words that are looked up."""
    return tuple(map(folded, words_in(plain_text(name))))


def edits_for(word: str) -> int:
    """How many letters may be wrong: none in a short word, where everything looks alike."""
    if len(word) < _EXACT_BELOW or not word.isalpha():
        return 0
    return 2 if len(word) >= _TWO_EDITS_FROM else 1


def within(one: str, other: str, edits: int) -> bool:
    """Whether so many letters put in, left out, exchanged or swapped lead from one to the other.

    At the first difference each kind of mistake is tried: 4 ** edits comparisons at most.
    """
    if abs(len(one) - len(other)) > edits:
        return False
    at = _first_difference(one, other)
    rest, its = one[at:], other[at:]
    if not edits or not rest or not its:
        return len(rest) + len(its) <= edits
    return (
        within(rest[1:], its[1:], edits - 1)
        or within(rest[1:], its, edits - 1)
        or within(rest, its[1:], edits - 1)
        or (rest[:2] == its[1::-1] and within(rest[2:], its[2:], edits - 1))
    )


def _first_difference(one: str, other: str) -> int:
    for at, (letter, its) in enumerate(zip(one, other, strict=False)):
        if letter != its:
            return at
    return min(len(one), len(other))


def folded(word: str) -> str:
    """Without case and accents."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _letters(word: str) -> int:
    """Which letters a word has, as bits: two words that differ in many are far apart."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
