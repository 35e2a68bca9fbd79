"""A patient as a list shows them: no more than tells whose line it is, until it is opened (PR-9).

A name is one box of free text. What is shown of it is a first name and one letter; two people who
look alike are told apart by reference and visit.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LONGEST = 40
NO_NAME = "(no name)"


def _some(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _some(
    """
    dr mr mrs ms miss mx prof professor sir dame lord lady rev reverend father sister herr frau
    fräulein mme mlle monsieur madame madam señor señora sr sra srta sig sigra dott pan pani
    """
)
_AFTER = _some("jr junior snr senior ii iii iv phd md mbe obe rn esq")
# Written without a space, the family name first: Chinese, Japanese, Korean.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]{2,}")
_EDGES = "\"'“”‘’«»()[]{},;:"
EIGHTY = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """`name` is None where it cannot be read; `ages` is empty where no date of birth can."""

    name: str | None
    ages: str = ""


UNREADABLE = Listed(None)


def short_name(name: str) -> str:
    """`Zoë M.`: titles left out, the family name a letter; one word alone is left as it is."""
    words = _words(name)
    others = _untitled(words)
    titled = len(others) < len(words)
    if not others:
        return _cut(name.strip() or NO_NAME)
    if len(others) == 1:
        (only,) = others
        if _UNSPACED.fullmatch(only):
            return f"{only[0]}…"
        # A title and one word: that word is a family name.
        return f"{words[0]} {_initial(only)}." if titled and words[0] != only else _cut(only)
    return _cut(f"{others[0]} {_initial(others[-1])}.")


def family_name(name: str) -> str:
    """As far as one box of free text tells; empty where there is only one word and no title."""
    words = _words(name)
    others = _untitled(words)
    return others[-1] if others and len(words) > 1 else ""


def age_band(born: date, today: date) -> str:
    """`30 to 39`; whole years, as of this day."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years < 18:
        return "under 18"
    if years >= EIGHTY:
        return f"{EIGHTY} or over"
    first = max(18, years // 10 * 10)
    return f"{first} to {years // 10 * 10 + 9}"


def _words(name: str) -> list[str]:
    """In the order of speaking: `Marker, Zoë` is Zoë Marker."""
    family, comma, given = name.partition(",")
    turned = comma and given.strip() and _plain(given) not in _AFTER
    text = f"{given} {family}" if turned else name
    first, *rest = text.split() or [""]
    # What stands in brackets after a name is a remark on it.
    words = [one.strip(_EDGES) for one in (first, *(one for one in rest if one[0] not in "(["))]
    return [word for word in words if word and word[0].isalpha()]


def _untitled(words: list[str]) -> list[str]:
    return [word for word in words if _plain(word) not in _TITLES | _AFTER]


def _plain(word: str) -> str:
    return word.strip().strip(".").replace(".", "").casefold()


def _initial(word: str) -> str:
    """Its first letter with the marks that belong to it."""
    end = 1
    while end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end += 1
    return word[:end]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
