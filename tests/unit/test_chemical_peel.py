"""The second protocol: its worked cases, its size, its sources and its words."""

from urllib.parse import urlsplit

import pytest

from screening.protocols.library import load_library
from tests.chemical_peel import CASES, PROTOCOL
from tests.never_say import never_said
from tests.worked_cases import PROTOCOL as MICRONEEDLING
from tests.worked_cases import Case, result

NO_OVERRIDE = ["age_under_18", "urgent_anaphylaxis", "urgent_spreading_infection", "urgent_eye",
               "urgent_blisters"]  # fmt: skip
OTHERS = load_library().get("microneedling/2026-2").sources


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_worked_case_gives_what_was_worked_out_by_hand(case: Case) -> None:
    assert result(case, PROTOCOL) == case["expected"]


def test_it_is_small_and_its_gate_is_the_same_as_everywhere() -> None:
    assert 10 <= len(PROTOCOL.items) <= 15
    assert [item.id for item in PROTOCOL.items.values() if item.gate] == list(PROTOCOL.items)[:2]
    assert [rule.id for rule in PROTOCOL.rules.values() if not rule.override] == NO_OVERRIDE


def test_it_reads_no_setting_of_a_needling_clinic() -> None:
    assert not PROTOCOL.settings


def test_it_promises_what_a_peel_must_promise() -> None:
    assert len(PROTOCOL.safety_cases) >= 8
    assert len(PROTOCOL.contradictions) >= 3
    assert PROTOCOL.recognised


def test_every_protocol_says_what_its_visit_is_for() -> None:
    assert PROTOCOL.treatment_words == "Chemical peel"
    assert MICRONEEDLING.treatment_words == "Microneedling"


def test_every_rule_has_a_source_or_says_on_what_ground_it_stands() -> None:
    for rule in PROTOCOL.rules.values():
        assert rule.sources or rule.evidence in ("expert opinion", "policy"), rule.id
        assert set(rule.sources) <= PROTOCOL.sources.keys()


def test_every_source_stands_behind_something_and_those_shared_are_the_same() -> None:
    told = [*PROTOCOL.rules.values(), *PROTOCOL.advice, *PROTOCOL.recognised]
    cited = {source for one in told for source in one.sources}
    assert PROTOCOL.sources.keys() == cited
    for source in PROTOCOL.sources.values():
        assert source.address is None or urlsplit(source.address).scheme in ("http", "https")
        assert OTHERS.get(source.id, source) == source


def test_no_text_for_patients_says_what_is_never_said() -> None:
    texts = [rule.patient for rule in PROTOCOL.rules.values()]
    texts += [f"{one.title} {one.body}" for one in PROTOCOL.advice]
    texts += [f"{item.wording} {item.why}" for item in PROTOCOL.items.values()]
    texts += [option.label for item in PROTOCOL.items.values() for option in item.options]
    texts += [one.question for one in PROTOCOL.contradictions]
    texts += [*PROTOCOL.headings.values(), PROTOCOL.nothing_noticed, PROTOCOL.no_date_yet]
    assert [text for text in texts if never_said(text)] == []
    assert sorted(PROTOCOL.never_say) == sorted(MICRONEEDLING.never_say)


def test_nothing_in_it_speaks_of_needles() -> None:
    texts = [f"{rule.patient} {rule.clinician}" for rule in PROTOCOL.rules.values()]
    texts += [f"{item.wording} {item.why}" for item in PROTOCOL.items.values()]
    texts += [one.body for one in PROTOCOL.advice] + list(PROTOCOL.day_check)
    texts += [one.title for one in load_library().handling(PROTOCOL.key).values()]
    assert [text for text in texts if "needle" in text.lower()] == []
