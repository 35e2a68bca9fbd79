"""What is never said to a patient (catalogue 4.4): verdicts, diagnoses, doses, promises."""

import re
from collections.abc import Iterable

_DIAGNOSES = (
    "acne", "allerg(?:y|ies)", "anaphylaxis", "bdd", "body dysmorphi\\w+", "cancer", "cellulitis",
    "cold sores?", "dermatitis", "diabetes", "eczema", "epilepsy", "herpes", "hiv", "hepatitis",
    "impetigo", "infection", "keloids?", "lupus", "melasma", "melanoma", "psoriasis", "rosacea",
    "sarcoidosis", "scleroderma", "shingles", "vitiligo", "warts",
)  # fmt: skip
_DIAGNOSIS = "|".join(_DIAGNOSES)
# "Do you have eczema?" and "if you have eczema" ask; "you have eczema" tells.
_NOT_ASKING = r"(?<!\bdo )(?<!\bif )(?<!\bwhen )(?<!\bwhether )"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\byou(?: are|['’]re) (?:now )?safe\b",
        r"\bsafe to (?:be treated|treat|have|go ahead|proceed)\b",
        r"\bsafe from\b",
        r"\bsafe date\b",
        r"\byou(?: are|['’]re|['’]ve been| have been) approved\b",
        r"\bapproved for\b",
        r"\byou(?: are|['’]re|['’]ve been| have been) cleared\b",
        r"\bcleared for treatment\b",
        r"\byou(?: have)? passed\b",
        r"\blow[- ]risk\b",
        r"\bno problems? (?:was |were )?found\b",
        r"\ball clear\b",
        r"\bcontra-?indicat\w+\b",
        r"\brefused\b",
        rf"{_NOT_ASKING}\byou (?:may |might |probably )?have (?:an? |the |got )?(?:{_DIAGNOSIS})\b",
        r"\bstop taking\b",
        r"\bstart taking\b",
        r"\b\d+(?:\.\d+)? ?(?:mg|mcg|µg|micrograms?|milligrams?)\b",
        r"\bguarantee(?:d|s)?\b",
    )
)


def never_said(text: str, phrases: Iterable[str] = ()) -> list[str]:
    """The forbidden phrases that stand in this text; `phrases` are a protocol's own."""
    plain = " ".join(text.split())
    found = [match.group(0) for pattern in _PATTERNS if (match := pattern.search(plain))]
    return found or [one for one in phrases if " ".join(one.split()).lower() in plain.lower()]


def broken_phrase(text: str, phrases: Iterable[str] = ()) -> str:
    """The first of them; empty where the text may be read by a patient."""
    return next(iter(never_said(text, phrases)), "")
