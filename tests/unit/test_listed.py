"""How much of a person a list shows: first name, one letter, and ten years of age (PR-9)."""

from datetime import date

import pytest

from screening.domain.listed import LONGEST, age_band, family_name, short_name

NAMES = {
    "Zoë Marker": "Zoë M.",
    "Zoë Anna Marker-Delft": "Zoë M.",
    "Marie-Claire Dupont": "Marie-Claire D.",
    "Siobhán O’Brien": "Siobhán O.",
    "Ludwig van Beethoven": "Ludwig B.",
    "Marker, Zoë": "Zoë M.",
    "Marker, Zoë Anna": "Zoë M.",
    "King, Jr.": "King",
    "Dr Zoë Marker": "Zoë M.",
    "Prof. Dr. Zoë Marker, PhD": "Zoë M.",
    "Mrs Marker": "Mrs M.",
    "Suharto": "Suharto",
    "Z. Marker": "Z. M.",
    "(Zoë) Marker": "Zoë M.",
    "Zoë (Zo) Marker 2nd": "Zoë M.",
    "Zoë Marker (demo)": "Zoë M.",
    "山田太郎": "山…",
    "김민준": "김…",
    "山田 太郎": "山田 太.",
    "محمد علي": "محمد ع.",
    "आशा पटेल": "आशा प.",
    "आशा कीर्ति": "आशा की.",
    "Дарья Иванова": "Дарья И.",
    "": "(no name)",
    "   ": "(no name)",
    "123": "123",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items())
def test_a_name_of_any_shape_is_shortened(name: str, shown: str) -> None:
    assert short_name(name) == shown


@pytest.mark.parametrize(
    ("name", "family"),
    [("Zoë Marker", "Marker"), ("Marker, Zoë", "Marker"), ("Dr Ada Oduya PhD", "Oduya"),
     ("Zoë", ""), ("Mrs Marker", "Marker"), ("Zoë PhD", "Zoë"), ("", ""),
     ("Ana de la Cruz", "Cruz")],
)  # fmt: skip
def test_a_family_name_is_told_where_there_is_more_than_one_word(name: str, family: str) -> None:
    assert family_name(name) == family


def test_no_name_is_longer_than_a_line_of_a_list() -> None:
    for name in ("N" * 300, "N" * 300 + " X", "!" * 300):
        assert len(short_name(name)) <= LONGEST


@pytest.mark.parametrize(
    ("years", "band"),
    [(0, "under 18"), (17, "under 18"), (18, "18 to 19"), (19, "18 to 19"), (20, "20 to 29"),
     (29, "20 to 29"), (30, "30 to 39"), (79, "70 to 79"), (80, "80 or over"), (104, "80 or over")],
)  # fmt: skip
def test_an_age_is_told_as_ten_years(years: int, band: str) -> None:
    assert age_band(date(2027 - years, 1, 4), date(2027, 1, 4)) == band


def test_the_day_before_a_birthday_somebody_is_a_year_younger() -> None:
    assert age_band(date(1997, 1, 5), date(2027, 1, 4)) == "20 to 29"
    assert age_band(date(2008, 2, 29), date(2026, 2, 28)) == "under 18"
