"""Codes that people copy by hand, and that no page must mistake for something else."""

from screening.domain.codes import ALPHABET, REFERENCE, grouped, new_code, read_code


def drawing(code: str) -> bytes:
    """The random bytes from which this code would be made."""
    return bytes(ALPHABET.index(one) for one in code)


def test_a_reference_never_reads_like_a_dose() -> None:
    for drawn in ("04MGABCD", "20MCG000", "1234500M"):
        code = new_code(lambda _length, drawn=drawn: drawing(drawn), REFERENCE)  # type: ignore[misc]
        assert "MG" not in code
        assert "MCG" not in code


def test_a_code_is_read_however_it_was_spaced_or_spelled() -> None:
    assert read_code(" 0i1l-abcd ", 8) == "0111ABCD"
    assert read_code("O000 0000", 8) == "00000000"


def test_what_cannot_be_a_code_is_none() -> None:
    for typed in ("", "1234567", "123456789", "1234567U", "1234567é"):
        assert read_code(typed, 8) is None, typed


def test_groups_are_easier_to_read_aloud() -> None:
    assert grouped("ABCDEFGH", 4) == "ABCD EFGH"
