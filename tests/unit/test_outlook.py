"""What a patient reads about a flag: what time and a clinician change, and nothing else."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from screening.domain.answers import examine
from screening.domain.assessment import Flag, evaluate
from screening.domain.context import read_context
from screening.domain.levels import Level
from screening.domain.never_said import never_said
from screening.domain.outlook import clinician_does, time_changes
from screening.domain.protocol import Rule, ScreeningProtocol
from screening.protocols.library import load_library
from tests.worked_cases import PROTOCOL, Case, variant

LIBRARY = load_library()
# Words that would tell somebody to answer otherwise, or what would have followed from it.
HINTS = re.compile(
    r"\b(other|another|different|change[sd]? (your|an|this|that|the)) answers?\b"
    r"|\byou (had|would have|could have) (said|told|answered|ticked|chosen)"
    r"|\bif you (had )?(say|said|answer(ed)?|tick(ed)?|choose|chose|untick(ed)?)\b"
    r"|\b(otherwise|instead of|would not have|unless you (say|answer|tick))\b",
    re.IGNORECASE,
)
SAID_OF_CHANGES = "We saw that an answer changed."


def flags_of(case: Case) -> tuple[Flag, ...]:
    context, _ = read_context(case["context"], PROTOCOL.items)
    answers, _ = examine(PROTOCOL, context, case["answers"])
    return evaluate(PROTOCOL, answers, context).flags


def every_shape(rule: Rule) -> Iterator[Flag]:
    """The flag as it can come: with and without a day, open, at each level."""
    for level in Level:
        yield Flag(rule.id, level, ())
        yield Flag(rule.id, level, (), clear_date=date(2027, 3, 30))
        yield Flag(rule.id, level, (), open=True)


def test_the_end_of_a_wait_is_named_and_not_said_twice() -> None:
    (flag,) = flags_of(variant({"isotretinoin": "past", "isotretinoin_last": "2026-09"}))
    rule = PROTOCOL.rules[flag.rule]
    assert "{date}" in rule.patient
    assert time_changes(flag, rule) == ()
    assert clinician_does([flag]) == "A clinician will check this with you before any treatment."
    rule = PROTOCOL.rules["active_skincare_recent"]
    assert "{date}" not in rule.patient
    flag = Flag(rule.id, Level.CAUTION, (), clear_date=date(2026, 12, 1))
    assert time_changes(flag, rule) == ("This wait ends on 1 December 2026.",)
    both = clinician_does([flag, flag])
    assert both == "A clinician will go through these with you at your visit."


def test_an_open_flag_names_no_day() -> None:
    (flag,) = flags_of(variant({"skin_now": ["warts"]}))
    assert time_changes(flag, PROTOCOL.rules[flag.rule]) == ("No day can be named for this yet.",)


def test_who_is_too_young_is_asked_again() -> None:
    (flag,) = flags_of(variant({"date_of_birth": "2010-05-06"}))
    assert time_changes(flag, PROTOCOL.rules[flag.rule]) == (
        "This wait ends on 6 May 2028.",
        "From that day on we can ask you the questions again.",
    )


def test_nothing_is_promised_about_what_is_only_good_to_know() -> None:
    assert clinician_does([Flag("info_always", Level.INFO, ())]) == ""


@pytest.mark.parametrize("protocol", LIBRARY.versions.values(), ids=LIBRARY.versions)
def test_no_patient_reads_which_other_answer_would_make_a_difference(
    protocol: ScreeningProtocol,
) -> None:
    for rule in protocol.rules.values():
        shapes = list(every_shape(rule))
        sentences = {one for flag in shapes for one in time_changes(flag, rule)}
        sentences |= {clinician_does(flags) for flag in shapes for flags in ([flag], [flag, flag])}
        said = " ".join([rule.patient, *sentences])
        assert never_said(said, protocol.never_say) == []
        assert not HINTS.search(said.replace(SAID_OF_CHANGES, "")), said
        # Which answers were read is said only where the text was written to: `{list}`.
        assert not [item.id for item in protocol.items.values() if item.wording in said]


def test_a_hint_would_be_noticed() -> None:
    for hint in (
        "If you had ticked never, this would not be here.",
        "Another answer would change this.",
        "You could have said no.",
        "Change your answer to go on.",
    ):
        assert HINTS.search(hint)
