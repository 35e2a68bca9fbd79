"""What would have to be different: told in plain conditionals, for clinicians only."""

import time
from dataclasses import replace

from screening.domain.answers import examine
from screening.domain.change_words import ChangeWords
from screening.domain.context import read_context
from screening.domain.counterfactual import lower_level, without_flag
from screening.domain.proposals import WhatIf
from screening.domain.situation import Situation
from tests.worked_cases import PROTOCOL, VIGNETTES, Case, variant

NOT_RAISED = ", this flag would not be raised"


def situation(changes: Case, context: Case | None = None) -> Situation:
    return situation_of(variant(changes, {"completed_on": "2027-01-04", **(context or {})}))


def situation_of(case: Case) -> Situation:
    circumstances, _ = read_context(case["context"], PROTOCOL.items)
    answers, _ = examine(PROTOCOL, circumstances, case["answers"])
    return Situation.of(PROTOCOL, answers, circumstances)


def tablet(said: str) -> Case:
    return {"isotretinoin": "past", "isotretinoin_last": said}


def told(rule: str, changes: Case, context: Case | None = None) -> list[str]:
    """The proposals for one flag, without the ending that they all have."""
    here = situation(changes, context)
    proposals = without_flag(here, rule).smallest
    sentences = [ChangeWords(here).without_flag(proposal) for proposal in proposals]
    assert all(NOT_RAISED in sentence for sentence in sentences)
    return [sentence.partition(NOT_RAISED)[0] for sentence in sentences]


def told_of_level(changes: Case, context: Case | None = None) -> list[str]:
    here = situation(changes, context)
    return [ChangeWords(here).lower_level(one) for one in lower_level(here).smallest]


def test_a_wait_ends_by_moving_the_visit_or_with_an_earlier_event() -> None:
    assert told("isotretinoin_recent", tablet("2026-09")) == [
        "If the visit were on 30 March 2027 or later",
        "If the answer to “When was your last tablet?” were 18 July 2026 or earlier",
        "If the answer to “Have you taken isotretinoin tablets for acne (Roaccutane, Accutane)?”"
        " were “Never” instead of “Yes, in the past”",
    ]


def test_a_month_that_leaves_the_question_open_is_pointed_out() -> None:
    _, day, _ = told(
        "isotretinoin_recent", {"isotretinoin": "past", "isotretinoin_last": "2026-07"}
    )
    assert day.endswith("18 July 2026 or earlier (the answer given, July 2026, does not rule this"
                        " out)")  # fmt: skip


def test_one_tick_less_is_the_smallest_change_of_many_ticks() -> None:
    assert told("acne_few_now", {"skin_now": ["acne_few", "open_skin"]}) == [
        "If the answers to “Do you have any of these in or near the area today?” did not include"
        " “A few spots”"
    ]


def test_a_flag_with_two_grounds_needs_two_changes() -> None:
    (sentence,) = told("pih_caution", {"dark_marks": "sometimes", "sun_reaction": "type_5"})
    assert sentence.count(" were ") == 2
    assert sentence.endswith("were “Always burns, never tans” instead of “Brown skin, very rarely"
                             " burns”")  # fmt: skip


def test_nothing_is_proposed_that_another_answer_contradicts() -> None:
    sentences = told(
        "herpes_history_area", {"skin_now": ["cold_sore"], "herpes_history": ["lips_face"]}
    )
    assert sentences
    assert not [sentence for sentence in sentences if "“Never”" in sentence]


def test_a_doubt_is_settled_by_knowing_never_by_another_doubt() -> None:
    assert told("unsure_critical", {"scarring": "not_sure", "isotretinoin": "not_sure"}) == [
        "If the answer to “How do your scars heal? Pick the closest.” were “My scars heal flat”"
        " instead of “Not sure” and the answer to “Have you taken isotretinoin tablets for acne"
        " (Roaccutane, Accutane)?” were “Never” instead of “Not sure”"
    ]


def test_an_answer_changed_after_a_result_is_undone_by_no_other_answer() -> None:
    here = situation({}, {"changed_after_result": ["skin_now"]})
    assert without_flag(here, "changed_after_result") == WhatIf()
    assert lower_level(here) == WhatIf()


def test_the_level_falls_when_every_flag_that_holds_it_is_gone() -> None:
    (moved, staying) = told_of_level(tablet("2026-09") | {"skin_now": ["warts"]})
    assert moved.startswith("If the visit were on 30 March 2027 or later and the answers to")
    assert moved.endswith("the overall level would be Caution instead of Stop.")
    assert "the visit" not in staying
    assert staying.count(" were ") == 2


def test_settings_of_the_clinic_stand_apart() -> None:
    here = situation({"implants": ["electronic"]}, {"modality": "rf"})
    found, words = without_flag(here, "rf_electronic_implant"), ChangeWords(here)
    assert [words.other_setting(one) for one in found.settings] == [
        "If the clinic’s needling is mechanical, this flag would not be raised.",
        "If the clinic’s needling is both kinds, or not settled, this flag would be Review.",
    ]
    assert all("needling is" not in words.without_flag(one) for one in found.smallest)


def test_the_lowest_level_cannot_fall() -> None:
    assert lower_level(situation({})) == WhatIf()


def test_a_search_that_takes_too_long_says_so_and_proposes_nothing() -> None:
    found = without_flag(situation({"skin_now": ["warts"]}), "warts_now", limit=1)
    assert found == WhatIf(unfinished=True)


def test_every_flag_of_a_vignette_is_searched_in_little_time() -> None:
    everybody = [situation_of(case) for case in VIGNETTES[:40]]
    begun, flags = time.process_time(), 0
    for here in everybody:
        for firing in here.firings:
            found = without_flag(replace(here), firing.rule.id)
            assert not found.unfinished
            assert found.smallest or firing.rule.id == "changed_after_result"
            flags += 1
    assert (time.process_time() - begun) / flags < 0.05


def test_one_answer_above_may_do_what_two_below_it_would() -> None:
    used = {"home_device": "past", "home_device_last": "over_2_years",
            "home_device_how": ["shared"], "home_device_problem": ["infection"]}  # fmt: skip
    (sentence,) = told_of_level(used)
    assert "“Do you use a home roller, pen or stamp with needles?” were “Never”" in sentence
