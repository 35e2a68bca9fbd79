"""What is put to the patient before sending; it only ever asks."""

from collections.abc import Mapping
from datetime import date

import pytest

from screening.domain.answers import Answers, read_answers
from screening.domain.assessment import evaluate
from screening.domain.context import Context
from screening.domain.never_said import never_said
from screening.domain.plain import NotPlain, not_plain
from screening.domain.points import (
    Point,
    Said,
    Unfitting,
    Written,
    free_texts,
    points_in,
    written_in,
)
from screening.domain.settled import Settled, sealed_point, sealed_points, settling
from screening.protocols.library import load_library
from tests.clinic_cases import QUIET

PROTOCOL = load_library().get("microneedling/2026-2")
OLD = load_library().get("microneedling/2026-1")
CONTEXT = Context(date(2027, 1, 4), None, "england", "mechanical")
LONG_AGO = "2024-05"
NEEDLED = {"past_needling": "yes_problem"}
HOME = {"home_device": "past", "home_device_last": "2026-12", "home_device_how": ["reused"]}

UNFITTING: dict[str, Mapping[str, object]] = {
    "never_yet_cold_sore_now": {"skin_now": ["cold_sore"]},
    "never_yet_cold_sore_after_clinic_needling": NEEDLED | {"past_needling_problem": ["cold_sore"]},
    "never_yet_cold_sore_after_home_needling": HOME | {"home_device_problem": ["cold_sore"]},
    "only_elsewhere_yet_cold_sore_here": {
        "skin_now": ["cold_sore"],
        "herpes_history": ["elsewhere"],
        "herpes_last": LONG_AGO,
        "herpes_pattern": ["none"],
    },
    "isotretinoin_yet_no_medicines": {"isotretinoin": "now"},
    "heart_tablets_yet_no_illness": {"medicines": ["heart_rhythm_medicine"]},
    "implant_yet_no_illness_and_no_medicines": {"implants": ["electronic"]},
    "fainted_yet_no_fainting": NEEDLED | {"past_needling_problem": ["fainted"]},
    "never_needled_yet_needled_this_year": {
        "recent_treatments": ["clinic_needling"],
        "recent_treatment_dates": {"clinic_needling": "2026-06"},
    },
    "not_ill_yet_skin_infection": {"skin_now": ["infection"]},
    "not_ill_yet_ill_with_blisters": {"urgent_signs": ["blisters_unwell"]},
    "no_dark_marks_yet_after_clinic_needling": NEEDLED | {"past_needling_problem": ["dark_marks"]},
    "no_dark_marks_yet_after_home_needling": HOME | {"home_device_problem": ["dark_marks"]},
    "surgery_yet_no_new_scar": {
        "recent_treatments": ["surgery_area"],
        "recent_treatment_dates": {"surgery_area": "2026-06"},
    },
    "sun_lately_yet_long_ago": {"sun_recent": "sunburn", "sun_recent_date": LONG_AGO},
    "products_lately_yet_long_ago": {"active_skincare": ["acid"], "active_skincare_last": LONG_AGO},
    "treated_this_year_yet_long_ago": {
        "recent_treatments": ["botox"],
        "recent_treatment_dates": {"botox": LONG_AGO},
    },
    "still_using_yet_long_ago": {
        "home_device": "now",
        "home_device_last": LONG_AGO,
        "home_device_how": ["reused"],
        "home_device_problem": ["none"],
    },
}


def answered(changes: Mapping[str, object], version: str = "2026-2") -> Answers:
    context = CONTEXT
    protocol = load_library().get(f"microneedling/{version}")
    if "implants" in changes:
        context = Context(CONTEXT.completed_on, None, "england", "rf")
    raw = {**QUIET, **({"implants": ["none"]} if context.modality == "rf" else {}), **changes}
    return read_answers(protocol, context, raw)


def points(changes: Mapping[str, object], seen: list[str] | None = None) -> tuple[Point, ...]:
    answers = answered(changes)
    return points_in(PROTOCOL, answers, CONTEXT, free_texts(PROTOCOL, answers.to_json()), seen)


def test_every_declared_contradiction_is_tried_here() -> None:
    assert set(UNFITTING) == {one.id for one in PROTOCOL.contradictions}
    assert all(one.question for one in PROTOCOL.contradictions)


@pytest.mark.parametrize("name", UNFITTING)
def test_answers_that_do_not_fit_are_put_with_every_answer_and_flagged_if_they_stay(
    name: str,
) -> None:
    answers = answered(UNFITTING[name])
    (point,) = [one for one in points(UNFITTING[name]) if one.key == f"contradictions.{name}"]
    assert isinstance(point, Unfitting)
    assert len(point.answers) >= 2
    assert point.answers == {one: answers.to_json()[one] for one in point.answers}
    assert set(point.choices) == {Said.BOTH, Said.UNSURE}
    assert not never_said(point.contradiction.question, PROTOCOL.never_say)
    flags = {flag.rule: flag for flag in evaluate(PROTOCOL, answers, CONTEXT).flags}
    assert set(point.answers) <= set(flags["inconsistent_answers"].evidence)


def test_quiet_answers_put_nothing() -> None:
    assert points({}) == ()


@pytest.mark.parametrize("name", UNFITTING)
def test_the_first_version_asks_nothing_more_than_it_did(name: str) -> None:
    changes = {**UNFITTING[name], "anything_else": "warfarin and Roaccutane"}
    answers = answered(changes, "2026-1")
    assert points_in(OLD, answers, CONTEXT, free_texts(OLD, answers.to_json())) == ()


def test_a_name_is_put_until_the_answer_says_the_same() -> None:
    text = {"anything_else": "Xarelto, and before that warferin"}
    (point,) = points(text)
    assert isinstance(point, Written)
    assert (point.kind.id, point.words) == ("anticoagulant", ("Xarelto", "warferin"))
    assert point.texts == ("anything_else",)
    assert points({**text, "medicines": ["nsaid"]}) == (point,)
    assert points({**text, "medicines": ["not_sure"]}) == (point,), "a doubt is no answer"
    assert points({**text, "medicines": ["anticoagulant"]}) == ()


def test_either_option_answers_what_may_be_both() -> None:
    text = {"anything_else": "asprin"}
    assert [one.key for one in points(text)] == ["recognised.aspirin"]
    for option in ("antiplatelet", "nsaid"):
        assert points({**text, "medicines": [option]}) == ()


def test_a_medicine_told_as_an_allergy_is_not_taken() -> None:
    allergy = {"allergy_any": "yes", "allergy_to": ["medicine"], "allergy_worst": "local_rash"}
    assert points({**allergy, "allergy_note": "ibuprofen, doxycycline"}) == ()
    (point,) = points({**allergy, "allergy_note": "EMLA"})
    assert point.key == "recognised.numbing_cream"
    assert points({"anything_else": "Do you use EMLA?"}) == ()


def test_what_no_question_asks_about_is_for_the_clinician_alone() -> None:
    assert points({"anything_else": "acitretin"}) == ()
    (named,) = written_in(PROTOCOL, {"anything_else": "acitretin"})
    assert named.kind.id == "other_retinoid_tablets"


def test_a_supplement_tells_nothing_of_older_answers() -> None:
    text = {"anything_else": "warfarin"}
    with_it = points({**text, "medicines": ["anticoagulant"]}, ["anything_else"])
    without = points(text, ["anything_else"])
    assert with_it == without, "asked whatever was answered before"
    assert len(without) == 1
    sore = UNFITTING["never_yet_cold_sore_now"]
    assert points(sore, ["skin_now"]) == ()
    assert len(points(sore, ["skin_now", "herpes_history"])) == 1


def test_what_was_said_counts_for_those_words_and_those_answers_only() -> None:
    (point,) = points({"anything_else": "warfarin"})
    kept = settling({}, point, Settled(Said.NO))
    assert Settled.of(point, kept) == Settled(Said.NO)
    (other,) = points({"anything_else": "warfarin, Eliquis"})
    assert Settled.of(other, kept) == Settled()
    (pair,) = points(UNFITTING["isotretinoin_yet_no_medicines"])
    kept = settling(kept, pair, Settled(Said.BOTH, "last week"))
    assert Settled.of(pair, kept) == Settled(Said.BOTH, "last week")
    assert Settled.of(point, kept) == Settled(Said.NO)


def test_what_is_sealed_holds_every_point_answered_or_not() -> None:
    asked = points({"anything_else": "warfarin", **UNFITTING["isotretinoin_yet_no_medicines"]})
    kept = settling({}, asked[0], Settled(Said.UNSURE))
    sealed = sealed_points(asked, kept)["points"]
    assert [(one["key"], one["said"]) for one in sealed] == [
        ("recognised.anticoagulant", "unsure"),
        ("contradictions.isotretinoin_yet_no_medicines", ""),
    ]
    found = sealed_point(sealed, "recognised.anticoagulant")
    assert found == {
        "key": "recognised.anticoagulant",
        "said": "unsure",
        "note": "",
        "about": {"words": ["warfarin"], "texts": ["anything_else"]},
    }
    assert sealed_points((), {}) == {}


def test_words_change_no_outcome_and_are_never_passed_over_as_plain() -> None:
    quiet, written = answered({}), answered({"anything_else": "I take warfarin"})
    assessment = evaluate(PROTOCOL, written, CONTEXT)
    assert assessment == evaluate(PROTOCOL, quiet, CONTEXT)
    assert not_plain(PROTOCOL, assessment, written.to_json(), {}) == (NotPlain.WRITTEN,)
