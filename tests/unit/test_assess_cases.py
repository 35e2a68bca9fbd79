"""Cases as JSON in, assessments as JSON out: shapes, errors and gaps."""

import json
from typing import Any

import pytest

from screening.exchange.cases import assess_case
from tests.worked_cases import NOTHING_TO_REPORT, PROTOCOL, VIGNETTES, Case, variant

KEYS = [
    "id",
    "level",
    "rules",
    "levels",
    "clear_dates",
    "not_before",
    "open_ended",
    "earliest_suitable_date",
]


def assess(case: object) -> Case:
    whole = assess_case(PROTOCOL, case)
    assert json.loads(json.dumps(whole)) == whole, "the result is plain JSON"
    return whole


def error_keys(case: object) -> set[str]:
    whole = assess(case)
    assert list(whole) == ["id", "error"]
    assert all(isinstance(why, str) and why for why in whole["error"].values())
    return set(whole["error"])


def test_an_assessment_has_the_agreed_keys_in_the_agreed_order() -> None:
    whole = assess(NOTHING_TO_REPORT)
    assert list(whole) == KEYS
    assert whole == {
        "id": "V01",
        "level": "info",
        "rules": [],
        "levels": {},
        "clear_dates": {},
        "not_before": None,
        "open_ended": False,
        "earliest_suitable_date": None,
    }


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case["id"])
def test_rules_stand_by_level_from_stop_down_then_by_id(case: Case) -> None:
    whole = assess(case)
    rank = ["stop", "review", "caution", "info"].index
    levels = whole["levels"]
    assert whole["rules"] == sorted(levels, key=lambda rule: (rank(levels[rule]), rule))


@pytest.mark.parametrize(
    "case", [None, 3, "V01", [], [NOTHING_TO_REPORT], {}, {"answers": {}}, {"id": None}]
)
def test_what_is_no_object_or_has_no_id_is_an_error_with_id_null(case: object) -> None:
    assert error_keys(case)
    assert assess(case)["id"] is None


@pytest.mark.parametrize("name", ["V01", "", 7, "ünï"])
def test_the_id_comes_back_as_it_was(name: object) -> None:
    assert assess(NOTHING_TO_REPORT | {"id": name})["id"] == name


@pytest.mark.parametrize("wrong", [None, [], "x", 3])
@pytest.mark.parametrize("key", ["context", "answers"])
def test_context_and_answers_are_objects(key: str, wrong: object) -> None:
    assert error_keys(NOTHING_TO_REPORT | {key: wrong}) == {key}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("completed_on", None),
        ("completed_on", "2027-01"),
        ("completed_on", "2027-02-29"),
        ("completed_on", "2027-01-04T09:00"),
        ("completed_on", 20270104),
        ("treatment_date", "soon"),
        ("treatment_date", "2027"),
        ("treatment_date", 1),
        ("treatment_date", ""),
        ("jurisdiction", "france"),
        ("jurisdiction", "England"),
        ("jurisdiction", ["england"]),
        ("modality", "laser"),
        ("modality", False),
        ("changed_after_result", "skin_now"),
        ("changed_after_result", ["no_such_item"]),
        ("changed_after_result", [1]),
        ("changed_after_result", {"skin_now": True}),
        ("clinic", "Juniper"),
    ],
)
def test_a_faulty_context_is_an_error_under_its_key(key: str, value: object) -> None:
    assert error_keys(variant({}, {key: value})) == {key}


def test_every_fault_of_a_case_is_named_at_once() -> None:
    case = variant(
        {"pregnancy": "maybe", "nothing": 1, "date_of_birth": "1990-13-01"},
        {"modality": "laser", "place": "x", "treatment_date": "soon"},
    )
    assert error_keys(case) == {
        "pregnancy",
        "nothing",
        "date_of_birth",
        "modality",
        "place",
        "treatment_date",
    }


def test_a_case_without_context_lacks_the_day_of_completion() -> None:
    assert error_keys({"id": "x", "answers": {}}) == {"completed_on"}


def test_without_a_usable_day_of_completion_other_faults_are_still_named() -> None:
    case = variant({"pregnancy": "maybe"}, {"completed_on": "rubbish"})
    assert error_keys(case) == {"completed_on", "pregnancy"}


@pytest.mark.parametrize("key", ["treatment_date", "jurisdiction", "modality"])
def test_a_missing_context_value_has_its_default(key: str) -> None:
    defaults: dict[str, Any] = {
        "treatment_date": "2027-01-04",  # counts as the day of completion
        "jurisdiction": "other",
        "modality": "unknown",
    }
    young = {"date_of_birth": "2007-01-01", "implants": ["electronic"]}
    left_out = variant(young)
    left_out["context"] = {k: v for k, v in left_out["context"].items() if k != key}
    expected = assess(variant(young, {key: defaults[key]}))
    assert assess(left_out) == expected
    assert assess(variant(young, {key: None})) == expected


def test_no_answers_at_all_are_a_review_without_a_date() -> None:
    whole = assess({"id": "empty", "context": NOTHING_TO_REPORT["context"]})
    assert (whole["level"], whole["rules"]) == ("review", ["incomplete_answers"])
    assert (whole["open_ended"], whole["earliest_suitable_date"]) == (True, None)


def test_a_visit_before_completion_is_evaluated_as_given() -> None:
    used = {
        "home_device": "now",
        "home_device_last": "2027-01-04",
        "home_device_how": ["none_of_these"],
        "home_device_problem": ["none"],
    }
    whole = assess(variant(used, {"treatment_date": "2026-12-01"}))
    assert whole["clear_dates"] == {"wait_home_device": "2027-01-18"}


def test_the_machines_own_clock_plays_no_part() -> None:
    for year in ("1926", "2526"):
        context = {"completed_on": f"{year}-12-31", "treatment_date": f"{year}-12-31"}
        born = f"{int(year) - 30}-01-01"
        assert assess(variant({"date_of_birth": born}, context))["rules"] == []


def test_the_last_years_of_the_calendar_do_not_break_a_wait() -> None:
    context = {"completed_on": "9900-12-31", "treatment_date": "9999-12-31"}
    used = {"isotretinoin": "past", "isotretinoin_last": "9900"}
    assert assess(variant(used, context))["level"] == "caution"
    assert error_keys(variant({}, {"completed_on": "9999-12-31"})) == {"completed_on"}
