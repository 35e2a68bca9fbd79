"""How a text is written before it is indexed blindly, so that variants of one thing meet."""

import re
import unicodedata

TELLING = 9
NOT_A_WORD = re.compile(r"[\W_]+")


def normalised(field: str, text: str) -> str:
    """E-mail keeps its punctuation; everything else loses case, marks, spaces and punctuation.

    Of a telephone number the last nine digits count: they are the same with and without the
    country's code.
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if field.endswith("email"):
        return folded
    if field.endswith("phone"):
        return "".join(letter for letter in folded if letter.isdecimal())[-TELLING:]
    spread = unicodedata.normalize("NFKD", folded)
    unmarked = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return NOT_A_WORD.sub("", unmarked)
