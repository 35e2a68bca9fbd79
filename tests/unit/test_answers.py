"""Errors and gaps: what is refused, what is missing, and what is ignored with its item."""

from datetime import date
from typing import Any

import pytest

from screening.domain.answers import AnswersRefused, read_answers, shown_items
from screening.domain.context import Context
from screening.domain.dates import PartialDate
from tests.worked_cases import NOTHING_TO_REPORT, PROTOCOL

TODAY = date(2027, 1, 4)
HERPES = {"herpes_history": ["lips_face"], "herpes_pattern": ["none"]}
PEEL = {"recent_treatments": ["light_peel"]}
DATES = "recent_treatment_dates"


def read(changes: dict[str, Any], **context: Any) -> Any:
    raw = NOTHING_TO_REPORT["answers"] | changes
    return read_answers(PROTOCOL, Context(TODAY, **{"modality": "mechanical"} | context), raw)


def refused(changes: dict[str, Any], **context: Any) -> set[str]:
    with pytest.raises(AnswersRefused) as refusal:
        read(changes, **context)
    assert all(refusal.value.errors.values()), "every error says what is wrong"
    return set(refusal.value.errors)


@pytest.mark.parametrize(
    ("item", "raw"),
    [
        ("pregnancy", "maybe"),
        ("pregnancy", ["no"]),
        ("pregnancy", 1),
        ("pregnancy", True),
        ("pregnancy", ""),
        ("pregnancy", {}),
        ("medicines", "none"),
        ("medicines", ["nsaid", "heroin"]),
        ("medicines", ["nsaid", 3]),
        ("medicines", ["nsaid", None]),
        ("medicines", [["nsaid"]]),
        ("medicines", {"nsaid": True}),
        ("date_of_birth", "1990"),
        ("date_of_birth", "1990-06"),
        ("date_of_birth", "1990-02-30"),
        ("date_of_birth", "unknown"),
        ("date_of_birth", "2027-01-05"),
        ("date_of_birth", 19900615),
        ("anything_else", ["text"]),
        ("anything_else", 7),
        ("no_such_item", "x"),
        ("no_such_item", None),
    ],
)
def test_a_faulty_answer_is_refused_by_item(item: str, raw: object) -> None:
    assert refused({item: raw}) == {item}


@pytest.mark.parametrize(
    "raw",
    [
        "2027-01-05",  # tomorrow
        "2027-02",  # a month that has not begun
        "2028",
        "2026-02-30",
        "2026-00",
        "2026-06-00",
        "June",
        "still_using",  # only for skin products
        "",
        20261231,
        ["2026-01-01"],
    ],
)
def test_a_date_that_cannot_be_is_refused(raw: object) -> None:
    assert refused({**HERPES, "herpes_last": raw}) == {"herpes_last"}
    assert refused({**PEEL, DATES: {"light_peel": raw}}) == {DATES}


@pytest.mark.parametrize(
    "raw", ["2027-01-04", "2027-01", "2027", "2026-12-31", "over_2_years", "unknown"]
)
def test_a_date_that_has_begun_or_is_not_known_is_an_answer(raw: str) -> None:
    assert read({**HERPES, "herpes_last": raw}).to_json()["herpes_last"] == raw


def test_skin_products_may_still_be_in_use() -> None:
    answers = read({"active_skincare": ["acid"], "active_skincare_last": "still_using"})
    assert answers.values["active_skincare_last"] == "still_using"


@pytest.mark.parametrize(
    "raw",
    ["2026-01-01", ["light_peel"], {"mud_bath": "2026"}, {"none": "2026"}, {"not_sure": "2026"}],
)
def test_dates_belong_to_treatments(raw: object) -> None:
    assert refused({**PEEL, DATES: raw}) == {DATES}


def test_every_fault_is_named_at_once() -> None:
    faults = {"pregnancy": "maybe", "medicines": ["heroin"], "no_such_item": 1, "sun_plans": []}
    assert refused(faults | {"date_of_birth": "2030-01-01"}) == {
        "pregnancy",
        "medicines",
        "no_such_item",
        "date_of_birth",
    }


@pytest.mark.parametrize("raw", [None, []])
@pytest.mark.parametrize("item", ["pregnancy", "medicines", "date_of_birth", "treatment_areas"])
def test_nothing_and_the_empty_list_are_no_answer(item: str, raw: object) -> None:
    answers = read({item: raw})
    assert answers.missing == (item,)
    assert item not in answers.values


@pytest.mark.parametrize("item", ["allergy_note", "medicines_note", "anything_else"])
def test_a_text_box_may_stay_empty(item: str) -> None:
    shown = {"allergy_any": "yes", "allergy_to": ["latex"], "allergy_worst": "local_rash"}
    answers = read({**shown, "medicines": ["nsaid"], item: None})
    assert answers.missing == ()
    assert item in [one.id for one in answers.shown]


def test_a_missing_parent_hides_its_follow_ups() -> None:
    answers = read({"herpes_history": None, "herpes_last": "2026"})
    assert answers.missing == ("herpes_history",)
    assert "herpes_last" not in answers.values


@pytest.mark.parametrize("raw", [None, {}, {"light_peel": None}, {"botox": "2026"}])
def test_a_ticked_treatment_without_its_date_is_missing(raw: object) -> None:
    answers = read({**PEEL, DATES: raw})
    assert answers.missing == (DATES,)
    assert DATES not in answers.values


def test_one_date_of_two_is_kept_and_the_item_is_missing() -> None:
    two = {"recent_treatments": ["light_peel", "botox"], DATES: {"botox": "2026-12"}}
    answers = read(two)
    assert answers.values[DATES] == {"botox": PartialDate(2026, 12)}
    assert answers.missing == (DATES,)


def test_the_date_of_a_treatment_that_was_not_ticked_is_ignored() -> None:
    dates = {"light_peel": "2026", "botox": "rubbish", "surgery_area": "2030"}
    assert read({**PEEL, DATES: dates}).values[DATES] == {"light_peel": PartialDate(2026)}


@pytest.mark.parametrize(
    ("item", "raw"),
    [
        ("herpes_last", "rubbish"),
        ("herpes_pattern", 3),
        ("recent_treatment_dates", {"mud_bath": "2026"}),
        ("implants", ["no_such_option"]),  # mechanical needles: not asked
    ],
)
def test_a_fault_in_an_item_that_is_not_shown_is_ignored_with_it(item: str, raw: object) -> None:
    answers = read({item: raw})
    assert item not in answers.values
    assert answers.missing == ()


@pytest.mark.parametrize("modality", ["rf", "unknown"])
def test_implants_are_asked_where_needles_may_be_hot(modality: str) -> None:
    assert read({}, modality=modality).missing == ("implants",)


def test_order_and_repeats_in_a_multi_choice_do_not_matter() -> None:
    ticked = read({"medicines": ["supplements", "nsaid", "nsaid"]})
    assert ticked.values["medicines"] == {"nsaid", "supplements"}
    assert ticked.to_json()["medicines"] == ["nsaid", "supplements"]


def test_an_exclusive_option_beside_another_still_shows_the_follow_ups() -> None:
    answers = read({**HERPES, "herpes_history": ["never", "lips_face"], "herpes_last": "2026"})
    assert "herpes_last" in answers.values


def test_faulty_answers_show_follow_ups_as_far_as_they_are_usable() -> None:
    raw = {"herpes_history": ["lips_face", "rubbish"], "skin_now": 3}
    shown = [item.id for item in shown_items(PROTOCOL, Context(TODAY), raw)]
    assert "herpes_last" in shown
    assert "skin_now" in shown


def test_somebody_with_nothing_to_report_answers_28_questions() -> None:
    answers = read({"anything_else": "Thank you"})
    assert len(answers.shown) == 28
    assert answers.to_json() == NOTHING_TO_REPORT["answers"] | {"anything_else": "Thank you"}
