"""Short codes that people copy by hand: Crockford's base 32, without letters that mislead."""

from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RESUME_CODE = 10
REFERENCE = 8
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUP = 5


def new_code(tokens: Callable[[int], bytes], length: int) -> str:
    """``length`` characters of 5 random bits each; never one that reads like a dose, "20MG"."""
    code = "".join(ALPHABET[byte % 32] for byte in tokens(length))
    return code.replace("MG", "MH").replace("MCG", "MCH")


def read_code(typed: str, length: int) -> str | None:
    """The code however it was spaced or spelled; None where it cannot be one."""
    code = "".join(one for one in typed.upper() if one not in " -\t").translate(_ALIKE)
    fits = len(code) == length and all(one in ALPHABET for one in code)
    return code if fits else None


def grouped(code: str, size: int = _GROUP) -> str:
    """``ABCDE FGH12``: easier to read aloud and to copy."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))
