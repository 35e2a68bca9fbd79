"""Who comes: as at a clinic, hardly two of one day have the same name."""

from itertools import product
from random import Random

FIRST = ("Asha", "Bela", "Cleo", "Dina", "Edda", "Femi", "Gita", "Hana", "Ilse", "Jude", "Kaya")
_BEGINNINGS = ("Ash", "Brook", "Dale", "Fern", "Grange", "Holm", "Lind", "Moss")
_ENDINGS = ("bury", "ford", "ham", "leigh", "ton", "worth")
LAST = tuple(map("".join, product(_BEGINNINGS, _ENDINGS)))


def somebody(random: Random) -> dict[str, str]:
    """What a person says of themselves on the last page."""
    first, last = random.choice(FIRST), random.choice(LAST)
    email = f"{first}.{last}@example.com".lower()
    return {"name": f"{first} {last}", "email": email, "phone": ""}
