"""What a password must be: long, and not what a guesser tries first. Nothing else is asked of it.

No composition rules and no rotation: they make people write passwords down and make guessing
no harder (NIST SP 800-63B, 3.1.1.2).
"""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 15  # characters
LONGEST = 128
# So much must be left once common words, runs and digits are taken out.
OWN_PART = 6


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What the long entries of published lists of common passwords are made of.
COMMON = _words(
    """
    password passw0rd passwort motdepasse contrasena letmein iloveyou welcome administrator
    admin qwertyuiop qwertz azerty qwerty asdfghjkl asdf zxcvbnm zxcv abcdefghij abcdef abc
    monkey dragon football baseball basketball superman batman sunshine princess starwars
    trustno1 master shadow charlie michael jennifer jordan liverpool arsenal chelsea changeme
    secret default login access hello whatever computer internet freedom forever family mother
    father summer winter spring autumn january february march april june july august september
    october november december monday tuesday wednesday thursday friday saturday sunday london
    england 1q2w3e4r5t6y 1q2w3e4r 1q2w3e qazwsxedc qazwsx 1qaz2wsx
    """
)
CONTEXT = _words(
    """
    prelude microneedling microneedle needling dermapen dermaroller screening questionnaire
    clinician clinical clinic aesthetics aesthetic beauty skincare patient doctor nurse staff
    """
)

_NOT_A_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


class PasswordRefused(Exception):
    """The text says what to do instead."""


def prepared(password: str) -> str:
    """One form for what may be typed in several on different keyboards."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Refuse a password; `own_words` are the clinic's and the person's names."""
    if len(password) < SHORTEST:
        raise PasswordRefused(f"Use at least {SHORTEST} characters. A few words make a good one.")
    if len(password) > LONGEST:
        raise PasswordRefused(f"Use no more than {LONGEST} characters.")
    if is_obvious(password, own_words):
        raise PasswordRefused(
            "This is easy to guess. Use words that have nothing to do with you or the clinic."
        )


def is_obvious(password: str, own_words: Iterable[str] = ()) -> bool:
    """Whether little is left without common words, names of this place, digits and repeats."""
    rest = _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", password).casefold())
    if len(rest) < OWN_PART:
        # Symbols or pictures only: judged by how many different ones there are.
        return len(set(password)) < OWN_PART
    words = {part for text in own_words for part in _NOT_A_WORD.split(text.casefold())}
    known = {word for word in words if len(word) > 2} | COMMON | CONTEXT
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = _DIGITS.sub("", rest)
    return len(rest) < OWN_PART or len(set(rest)) < OWN_PART - 1 or _repeats(rest)


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again."""
    return text in (text + text)[1:-1] and _period(text) <= 8


def _period(text: str) -> int:
    return (text + text).find(text, 1)
