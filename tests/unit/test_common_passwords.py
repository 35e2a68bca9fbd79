"""The commonest long passwords are refused: what stands in the list, however it is written."""

import pytest

from screening.domain.passwords import PasswordRefused, check_password
from screening.services.common_passwords import LIST, check_new_password, is_common

# Ordinary enough to be shown here, and with something of their own left: only the list knows.
LISTED = ("bpgjldsgjldthnf", "lhbjkjubz2957704", "nEMvXyHeqDd5OQxyXYZI")
OWN = ("fifteen letters", "grüne Blätter im 🌧️ Wald", "seven herons over the weir")


@pytest.mark.parametrize("password", [*LISTED, LISTED[0].upper(), "ｂｐｇｊｌｄｓｇｊｌｄｔｈｎｆ"])
def test_what_everybody_chooses_is_refused(password: str) -> None:
    check_password(password)
    with pytest.raises(PasswordRefused, match="commonest"):
        check_new_password(password)


@pytest.mark.parametrize("password", OWN)
def test_what_somebody_thought_of_is_taken(password: str) -> None:
    check_new_password(password)
    assert not is_common(password)


def test_the_list_is_long_and_each_line_is_a_digest() -> None:
    lines = LIST.read_text().splitlines()
    assert len(set(lines)) == len(lines) >= 3_000
    assert lines == sorted(lines)
    assert all(len(one) == 16 and not set(one) - set("0123456789abcdef") for one in lines)
