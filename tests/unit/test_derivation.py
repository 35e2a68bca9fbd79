"""Why a flag was raised: the rule in words, the days step by step, the level."""

from datetime import date

import pytest

from screening.domain.answers import examine
from screening.domain.context import read_context
from screening.domain.derivation import Derivation, derive
from tests.worked_cases import PROTOCOL, Case, variant

LAST_TABLET = "“When was your last tablet?” "
VISIT_18_JANUARY = {"treatment_date": "2027-01-18", "completed_on": "2026-12-01"}


def why(rule: str, changes: Case, context: Case | None = None) -> Derivation:
    case = variant(changes, {**VISIT_18_JANUARY, **(context or {})})
    circumstances, _ = read_context(case["context"], PROTOCOL.items)
    answers, _ = examine(PROTOCOL, circumstances, case["answers"])
    return derive(PROTOCOL, answers, circumstances)[rule]


def days(rule: str, changes: Case, context: Case | None = None) -> str:
    (chain,) = why(rule, changes, context).arithmetic
    return chain.line


def tablet(said: str) -> Case:
    return {"isotretinoin": "past", "isotretinoin_last": said}


def test_a_month_counts_as_its_last_day() -> None:
    assert days("isotretinoin_recent", tablet("2026-07")) == (
        LAST_TABLET + "July 2026 → 31 July 2026, the latest possible day → + 6 months"
        " → 31 January 2027 > visit 18 January 2027"
    )


def test_an_exact_day_is_taken_as_it_is() -> None:
    assert days("isotretinoin_recent", tablet("2026-08-20")) == (
        LAST_TABLET + "20 August 2026 → + 6 months → 20 February 2027 > visit 18 January 2027"
    )


def test_a_year_is_capped_at_the_day_of_the_answers() -> None:
    assert days("isotretinoin_recent", tablet("2026")) == (
        LAST_TABLET + "2026 → 1 December 2026, the latest possible day (capped at the day of the"
        " answers) → + 6 months → 1 June 2027 > visit 18 January 2027"
    )


def test_a_day_that_does_not_exist_is_said_to_become_the_first_of_the_next_month() -> None:
    assert days("isotretinoin_recent", tablet("2026-08-31")) == (
        LAST_TABLET + "31 August 2026 → + 6 months → 31 February does not exist, so the first of"
        " the next month → 1 March 2027 > visit 18 January 2027"
    )


def test_without_a_visit_the_day_of_the_answers_is_named() -> None:
    line = days("isotretinoin_recent", tablet("2026-11-02"), {"treatment_date": None})
    assert line.endswith("2 May 2027 > day of the answers 1 December 2026, as no visit is planned")


def test_an_unknown_day_is_said_to_be_needed() -> None:
    assert days("date_unknown", tablet("unknown")) == (
        LAST_TABLET + "I don’t know → a day is needed for the wait of 6 months"
        " (rule isotretinoin_recent), so none can be named"
    )


def test_a_rule_that_fires_without_a_day_says_so() -> None:
    line = days(
        "active_skincare_recent",
        {"active_skincare": ["acid"], "active_skincare_last": "still_using"},
    )
    assert line.endswith("I still use it → no day can be reckoned from this, and the rule fires"
                         " without one")  # fmt: skip


def test_the_age_rule_names_the_days_that_it_was_held_against() -> None:
    born = {"date_of_birth": "2009-01-19"}
    assert days("age_under_18", born).endswith(
        "+ 18 years → 19 January 2027 > visit 18 January 2027; day of the answers 1 December 2026"
    )
    later = days("age_under_18", born, {"treatment_date": "2027-01-19"})
    assert later.endswith("→ 19 January 2027 > day of the answers 1 December 2026")


def test_a_birthday_in_a_condition_is_reckoned_as_well() -> None:
    first, second = why("age_18_to_21", {"date_of_birth": "2006-05-02"}).arithmetic
    assert first.line.endswith("+ 22 years → 2 May 2028 > visit 18 January 2027")
    assert "+ 18 years → 2 May 2024 ≤ visit 18 January 2027" in second.line


def test_old_answers_count_from_the_oldest() -> None:
    assert days("answers_old", {}) == (
        "oldest answers of 1 December 2026 → + 28 days → 29 December 2026 < visit 18 January 2027"
    )


@pytest.mark.parametrize(
    ("how", "step"),
    [
        (["none_of_these"], "+ 14 days, as no other wait of this rule applies"),
        (["bled"], "+ 28 days, the wait that applies because: The answers to “Were any of these"
                   " true?” include at least one of: “Needles 0.5 mm or longer”, “It made me"
                   " bleed” or “Not sure”, or there is no answer"),
    ],
)  # fmt: skip
def test_of_several_waits_the_chosen_one_is_explained(how: list[str], step: str) -> None:
    line = days(
        "wait_home_device",
        {"home_device": "past", "home_device_last": "2026-12-01", "home_device_how": how,
         "home_device_problem": ["none"]},
        {"treatment_date": "2026-12-10"},
    )  # fmt: skip
    assert step in line.split(" → ")


def test_a_level_that_a_setting_decides_is_explained() -> None:
    derivation = why("rf_electronic_implant", {"implants": ["electronic"]}, {"modality": "rf"})
    setting = "The clinic’s needling is radiofrequency"
    assert derivation.level_because == f"Stop instead of Review, because: {setting}"
    assert derivation.open_because == f"this rule names no day, because: {setting}"


def test_the_answers_that_the_rule_read_come_with_their_questions() -> None:
    derivation = why("isotretinoin_recent", tablet("2026-07"))
    assert [(one.question, one.answer) for one in derivation.answers] == [
        ("Have you taken isotretinoin tablets for acne (Roaccutane, Accutane)?",
         ("Yes, in the past",)),
        ("When was your last tablet?", ("July 2026",)),
    ]  # fmt: skip
    assert derivation.flag.clear_date == date(2027, 1, 31)
    assert derivation.wait is not None
    assert derivation.wait.strength == "labelling; disputed"
    assert [one.topic for one in derivation.disagreements] == ["Isotretinoin"]


def test_what_holds_for_these_answers_is_marked() -> None:
    derivation = why("herpes_history_area", {"herpes_history": ["lips_face"]})
    both, in_the_area = derivation.rule.parts
    assert derivation.rule.text == (
        "“herpes relevant” as this protocol defines it: at least one of these holds"
    )
    assert (both.holds, in_the_area.holds) == (True, False)
    assert [part.holds for part in both.parts] == [True, True]
