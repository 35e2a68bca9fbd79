"""The worked cases. They are consistent with the catalogue; they are no clinical validation."""

import pytest

from tests.worked_cases import ALL_CASES, SMALL_CASES, VIGNETTES, Case, result


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: f"{case['id']} {case['title']}")
def test_a_vignette_gives_what_the_catalogue_expects(case: Case) -> None:
    assert result(case) == case["expected"]


@pytest.mark.parametrize("case", SMALL_CASES, ids=lambda case: case["id"])
def test_a_small_case_gives_what_was_worked_out_by_hand(case: Case) -> None:
    assert result(case) == case["expected"]


def test_every_case_has_its_own_name() -> None:
    assert len({case["id"] for case in ALL_CASES}) == len(ALL_CASES)


def test_none_of_the_catalogues_cases_was_left_out() -> None:
    assert len(VIGNETTES) == 85
