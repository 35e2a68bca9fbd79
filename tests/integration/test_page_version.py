"""A page that was opened before its form moved to another version is read again: IN-9."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from screening.domain.conditions import Has
from screening.protocols.library import ProtocolLibrary, load_library
from screening.storage.database import Database
from tests.actors import Patient
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.older_pages import a_newer_version, another_tab_goes_on, filled
from tests.protocol_cases import OLD, with_items, worded
from tests.questionnaires import (
    ASHA,
    GATE,
    events,
    past_the_gate,
    the_draft,
    the_submission,
)

ITEMS, RULES = load_library().get(OLD).items, load_library().get(OLD).rules
SIGNS = "urgent_signs"
REWORDED = "Did a clinic ever needle your face?"
NONE = replace(ITEMS[SIGNS].options[-1], id="none_today")
RENAMED = ITEMS[SIGNS].options[3]
NEWER = replace(RENAMED, id="many_blisters", label="Many blisters, and I feel ill")
LIBRARY = with_items(
    {
        "past_needling": worded(ITEMS["past_needling"], REWORDED),
        "anything_else": worded(ITEMS["anything_else"], "What else should we know?"),
        SIGNS: replace(ITEMS[SIGNS], options=(*ITEMS[SIGNS].options[:3], NEWER, NONE)),
    },
    rules=[replace(RULES["urgent_blisters"], when=Has(SIGNS, frozenset({NEWER.id})))],
)
NOTICE = "We have updated this form"
NO = {"past_needling": "no"}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def app(app_with: Callable[[ProtocolLibrary], Flask]) -> Flask:
    return app_with(LIBRARY)


@pytest.mark.thorough
def test_an_answer_to_the_older_question_is_not_taken_for_the_newer(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client())
    assert patient.page.path == "/q/about_you"
    old = filled(patient.page.main_form, {**ASHA, **NO})
    a_newer_version(database, LIBRARY, clock)
    another_tab_goes_on(patient)
    before = the_draft(database, clock)
    page = patient.sends("/q/about_you", old, status=409)
    assert NOTICE in page.text
    assert REWORDED in page.text
    assert the_draft(database, clock) == before
    state = page.main_form.state()
    assert "past_needling" not in state, "no answer stands under words that were never read"
    assert state["treatment_areas"] == ASHA["treatment_areas"], "the others stand"
    patient.continues({}, status=422)
    assert "past_needling" not in the_draft(database, clock).answers
    patient.continues(NO)
    assert the_draft(database, clock).answers["past_needling"] == "no"


@pytest.mark.thorough
def test_words_stand_there_again_whatever_was_asked(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client()).answers({**ASHA, "anything_else": "Before"})
    form = patient.opens("/q/hopes").main_form
    old = filled(form, {"anything_else": "My aunt scars badly"})
    a_newer_version(database, LIBRARY, clock)
    another_tab_goes_on(patient)
    page = patient.sends("/q/hopes", old, status=409)
    assert page.main_form.state()["anything_else"] == ["My aunt scars badly"]
    assert the_draft(database, clock).answers.get("anything_else") != "My aunt scars badly"


@pytest.mark.thorough
def test_a_page_from_before_pages_named_their_version_is_read_as_the_one_it_moved_from(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client())
    old = filled(patient.page.main_form, {**ASHA, **NO})
    del old["asked_in"]
    a_newer_version(database, LIBRARY, clock)
    another_tab_goes_on(patient)
    assert NOTICE in patient.sends("/q/about_you", old, status=409).text
    assert "past_needling" not in the_draft(database, clock).answers


@pytest.mark.thorough
def test_where_nothing_moved_a_page_without_a_version_is_taken(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client())
    old = filled(patient.page.main_form, {**ASHA, **NO})
    del old["asked_in"]
    patient.sends("/q/about_you", old)
    assert the_draft(database, clock).answers["past_needling"] == "no"


@pytest.mark.thorough
def test_the_gate_of_an_older_version_is_asked_anew_and_nothing_is_begun(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = Patient(app.test_client()).begins()
    old = filled(patient.page.main_form, dict(GATE))
    a_newer_version(database, LIBRARY, clock)
    page = patient.sends("/q/gate", old, status=409)
    assert NOTICE in page.text
    assert page.main_form.state()["date_of_birth-year"] == [str(GATE["date_of_birth"])[:4]]
    assert SIGNS not in page.main_form.state()
    assert "draft.started" not in events(database)


@pytest.mark.thorough
def test_an_urgent_sign_on_an_older_gate_is_advised_on_at_once(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = Patient(app.test_client()).begins()
    old = filled(patient.page.main_form, {**GATE, SIGNS: ["eye_symptoms"]})
    a_newer_version(database, LIBRARY, clock)
    assert patient.sends("/q/gate", old).path == "/urgent"


@pytest.mark.thorough
def test_a_sign_that_only_the_older_gate_knows_is_advised_on_and_told_to_the_clinic(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = Patient(app.test_client()).begins()
    old = filled(patient.page.main_form, {**GATE, SIGNS: [RENAMED.id]})
    a_newer_version(database, LIBRARY, clock)
    assert "Get medical help today" in patient.sends("/q/gate", old).text
    patient.presses("I ticked")
    patient.answers({**ASHA, SIGNS: ["none_today"]}).submits()
    record = the_submission(database)
    assert record.protocol == "microneedling/2026-9"
    clinician = Clinician(app.test_client(), database).joins(clock()).signs_in()
    page = clinician.reads(record.id)
    assert RENAMED.label in page.text, "in the words that were read"
    assert RENAMED.id not in page.text


@pytest.mark.thorough
@pytest.mark.parametrize(
    "forged",
    [{"asked_in": "microneedling/1066"}, {"asked_in": [OLD, OLD]}, {"level": "info"}],
)
def test_a_version_that_no_page_names_is_refused(
    app: Flask, database: Database, clock: Clock, forged: dict[str, object]
) -> None:
    patient = past_the_gate(app.test_client())
    old = filled(patient.page.main_form, {**ASHA, **NO})
    patient.sends("/q/about_you", {**old, **forged}, status=400)
    a_newer_version(database, LIBRARY, clock)
    another_tab_goes_on(patient)
    patient.sends("/q/about_you", {**old, **forged}, status=400)
    assert "past_needling" not in the_draft(database, clock).answers
