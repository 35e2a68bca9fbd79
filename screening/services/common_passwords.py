"""The commonest passwords that are long enough: what a guesser tries before anything else.

Kept as digests; data/README.md names the source and its licence.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from screening.domain.passwords import PasswordRefused, check_password

LIST = Path(__file__).parent / "data" / "common-passwords.txt"
DIGITS = 16  # 64 bits: that some other password is refused by chance will not happen


def check_new_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Before it is hashed; raises PasswordRefused."""
    check_password(password, own_words)
    if is_common(password):
        raise PasswordRefused(
            "This is one of the commonest passwords, so it is tried first. Choose other words."
        )


def is_common(password: str) -> bool:
    """Whether it stands in the list, in capitals or not."""
    text = unicodedata.normalize("NFKC", password).casefold()
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS] in _digests()


@cache
def _digests() -> frozenset[str]:
    return frozenset(LIST.read_text(encoding="ascii").split())
