"""What a patient reads about a flag: what time and a clinician change, and nothing else."""

from screening.domain.answers import examine
from screening.domain.assessment import Flag, evaluate
from screening.domain.context import read_context
from screening.domain.never_said import never_said
from screening.domain.outlook import outlook
from tests.worked_cases import ALL_CASES, PROTOCOL, Case, variant


def sentences(case: Case) -> list[tuple[Flag, tuple[str, ...]]]:
    context, _ = read_context(case["context"], PROTOCOL.items)
    answers, _ = examine(PROTOCOL, context, case["answers"])
    flags = evaluate(PROTOCOL, answers, context).flags
    return [(flag, outlook(flag, PROTOCOL.rules[flag.rule])) for flag in flags]


def test_a_wait_is_named_with_its_end_and_the_check_that_follows() -> None:
    case = variant({"isotretinoin": "past", "isotretinoin_last": "2026-09"})
    assert [said for _, said in sentences(case)] == [
        ("This wait ends on 30 March 2027.",
         "A clinician will check this with you before any treatment."),
    ]  # fmt: skip


def test_an_open_flag_names_no_day() -> None:
    ((_, said),) = sentences(variant({"skin_now": ["warts"]}))
    assert said == (
        "No day can be named for this yet.",
        "A clinician will check this with you before any treatment.",
    )


def test_who_is_too_young_is_asked_again() -> None:
    case = variant({"date_of_birth": "2010-05-06"})
    ((_, said),) = sentences(case)
    assert said[:2] == (
        "This wait ends on 6 May 2028.",
        "From that day on we can ask you the questions again.",
    )


def test_no_patient_reads_which_other_answer_would_make_a_difference() -> None:
    for case in ALL_CASES:
        for flag, said in sentences(case):
            text = " ".join(said)
            assert said
            assert never_said(text, PROTOCOL.never_say) == []
            for word in ("answer", "would", "instead", "raised", "flag", "if "):
                assert word not in text.lower().replace("these answers", "")
            for item in flag.evidence:
                wording = PROTOCOL.items[item]
                assert wording.wording not in text
                assert not [one for one in wording.options if f"“{one.label}”" in text]
