"""How a text is written before it is indexed blindly, so that variants of one thing meet."""

import re
import unicodedata

NOT_A_WORD = re.compile(r"[\W_]+")


def normalised(field: str, text: str) -> str:
    """E-mail keeps its punctuation; everything else loses case, marks, spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if field == "email":
        return folded
    spread = unicodedata.normalize("NFKD", folded)
    unmarked = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return NOT_A_WORD.sub("", unmarked)
