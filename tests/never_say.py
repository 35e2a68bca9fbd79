"""What no page says to a patient: the phrases of the clinical reading, as patterns."""

import re

DIAGNOSES = (
    "acne", "allerg(?:y|ies)", "anaphylaxis", "bdd", "body dysmorphi\\w+", "cancer", "cellulitis",
    "cold sores?", "dermatitis", "diabetes", "eczema", "epilepsy", "herpes", "hiv", "hepatitis",
    "impetigo", "infection", "keloids?", "lupus", "melasma", "melanoma", "psoriasis", "rosacea",
    "sarcoidosis", "scleroderma", "shingles", "vitiligo", "warts",
)  # fmt: skip
_DIAGNOSIS = "|".join(DIAGNOSES)

PATTERNS = tuple(
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
        rf"\byou (?:may |might |probably )?have (?:an? |the |got )?(?:{_DIAGNOSIS})\b",
        r"\bstop taking\b",
        r"\bstart taking\b",
        r"\b\d+(?:\.\d+)? ?(?:mg|mcg|µg|micrograms?|milligrams?)\b",
        r"\bguarantee(?:d|s)?\b",
    )
)


def never_said(text: str) -> list[str]:
    """The forbidden phrases that stand in this text."""
    plain = " ".join(text.replace("\u00a0", " ").split())
    return [found.group(0) for pattern in PATTERNS if (found := pattern.search(plain))]
