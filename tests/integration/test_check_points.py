"""The check page asks once more about names that were written and answers that do not fit."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from config import Config
from screening.domain.clinic import Clinic
from screening.domain.points import Said
from screening.storage.database import Database
from tests.actors import Patient
from tests.clinic_actor import Clinician
from tests.clock import Clock
from tests.newer_version import PROTOCOL, newer_app, stands_at_check
from tests.questionnaires import at_the_check, the_draft, the_submission
from tests.unit.test_points import UNFITTING

XARELTO = {"anything_else": "I take Xarelto. Thanks"}
UNMEDICINED = UNFITTING["isotretinoin_yet_no_medicines"]
# An urgent sign stops the way before the check page.
ON_THE_WAY = {k: v for k, v in UNFITTING.items() if "urgent_signs" not in v and "implants" not in v}


@pytest.fixture
def newer(config: Config, clinic: Clinic, clock: Clock) -> Iterator[Flask]:
    app = newer_app(config, clock)
    yield app
    app.extensions["prelude"].database.close()


def says(patient: Patient, point: str, said: Said, status: int = 200, **more: str) -> Patient:
    """Press one of the buttons of one point."""
    forms = [form for form in patient.page.forms if form.state().get("point") == [point]]
    assert len(forms) == 1, f"{len(forms)} forms about {point}"
    fields = forms[0].state() | {"said": said.value} | more
    patient.sends(forms[0].action, fields, status=status)
    return patient


def points_on(patient: Patient) -> list[str]:
    states = (form.state() for form in patient.page.forms)
    return [state["point"][0] for state in states if "point" in state]


@pytest.mark.thorough
def test_a_name_that_was_written_leads_to_its_question_and_changes_nothing_by_itself(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, XARELTO)
    assert "You wrote “Xarelto”" in patient.page.text
    assert "Blood thinners (warfarin" in patient.page.text
    says(patient, "recognised.anticoagulant", Said.YES)
    assert patient.page.path == "/q/medicines_products"
    assert the_draft(database, clock).answers["medicines"] == ["none"]
    patient.continues({"medicines": ["anticoagulant"]})
    assert patient.page.path == "/q/check"
    assert points_on(patient) == []


@pytest.mark.thorough
def test_nothing_blocks_and_what_stays_open_is_kept_with_the_submission(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, {**XARELTO, **UNMEDICINED})
    assert len(points_on(patient)) == 2
    says(patient, "recognised.anticoagulant", Said.NO)
    assert "You said: it is something else." in patient.page.text
    patient.submits()
    assert patient.page.path == "/outcome"
    sent = the_submission(database)
    assert [(one["key"], one["said"]) for one in sent.answers["points"]] == [
        ("recognised.anticoagulant", "no"),
        ("contradictions.isotretinoin_yet_no_medicines", ""),
    ]
    flags = {flag["rule"] for flag in sent.assessment["flags"]}
    assert "inconsistent_answers" in flags
    assert not {rule for rule in flags if "anticoag" in rule}, "words raise no flag"


@pytest.mark.thorough
def test_answers_that_do_not_fit_stand_side_by_side_and_either_can_be_changed(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, UNMEDICINED)
    links = [one for one in patient.page.links if "isotretinoin" in one or "#medicines-" in one]
    for link in ("/q/medicines_products?back=check#isotretinoin-never",
                 "/q/medicines_products?back=check#medicines-anticoagulant"):  # fmt: skip
        assert links.count(link) == 2, "in the point and among all answers"
    says(patient, points_on(patient)[0], Said.BOTH, note="Only <b>cream</b> now")
    assert "these are right as they are. “Only <b>cream</b> now”" in patient.page.text
    patient.opens("/q/medicines_products?back=check")
    patient.continues({"medicines": ["sun_sensitising"]})
    assert points_on(patient) == []
    patient.submits()
    assert "points" not in the_submission(database).answers


@pytest.mark.thorough
@pytest.mark.parametrize("name", ON_THE_WAY)
def test_every_pair_is_put_with_each_of_its_answers(newer: Flask, clock: Clock, name: str) -> None:
    patient = stands_at_check(newer, clock, ON_THE_WAY[name])
    assert f"contradictions.{name}" in points_on(patient)
    (declared,) = (one for one in PROTOCOL.contradictions if one.id == name)
    assert " ".join(declared.question.split()) in patient.page.text
    says(patient, f"contradictions.{name}", Said.UNSURE)
    assert "You said: I am not sure." in patient.page.text
    patient.submits()
    assert patient.page.path == "/outcome"


@pytest.mark.thorough
def test_another_word_is_asked_about_anew(newer: Flask, clock: Clock) -> None:
    patient = stands_at_check(newer, clock, XARELTO)
    says(patient, "recognised.anticoagulant", Said.NO)
    patient.opens("/q/hopes?back=check")
    patient.continues({"anything_else": "Xarelto and warferin"})
    assert "You said" not in patient.page.text
    assert "“Xarelto”, “warferin”" in patient.page.text


@pytest.mark.thorough
def test_a_note_that_is_too_long_is_kept_on_the_page(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, UNMEDICINED)
    words = "why " * 200
    says(patient, points_on(patient)[0], Said.BOTH, status=422, note=words)
    assert "Shorten this to 500 characters" in patient.page.text
    assert patient.page.error_links == ["#point-1-note"]
    assert "why why why" in patient.page.response.text
    assert the_draft(database, clock).settled == {}


FORGED = {
    "no point": {"said": "no"},
    "a point of no protocol": {"point": "recognised.tea", "said": "no"},
    "a rule as a point": {"point": "rules.isotretinoin_now", "said": "no"},
    "nothing said": {"point": "recognised.anticoagulant"},
    "said what is not offered": {"point": "recognised.anticoagulant", "said": "both"},
    "said nonsense": {"point": "recognised.anticoagulant", "said": "cleared"},
    "a note where none is asked": {"point": "recognised.anticoagulant", "said": "no", "note": "x"},
    "a class without a question": {"point": "recognised.other_retinoid_tablets", "said": "no"},
    "an answer along with it": {
        "point": "recognised.anticoagulant", "said": "no", "medicines": "none"
    },
}  # fmt: skip


@pytest.mark.thorough
def test_what_no_check_page_sends_is_refused(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, XARELTO)
    before, token = the_draft(database, clock), patient.page.forms[0].state()["csrf_token"]
    for name, fields in FORGED.items():
        sent = patient.client.post("/q/check", data={"csrf_token": token, **fields})
        assert sent.status_code == 400, name
    twice = {"csrf_token": token, "point": "recognised.anticoagulant", "said": ["no", "yes"]}
    assert patient.client.post("/q/check", data=twice).status_code == 400
    assert the_draft(database, clock) == before


@pytest.mark.thorough
def test_a_point_that_is_gone_meanwhile_is_passed_over(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, XARELTO)
    token = patient.page.forms[0].state()["csrf_token"]
    gone = {"csrf_token": token, "point": "recognised.isotretinoin", "said": "no"}
    assert patient.sends("/q/check", gone).path == "/q/check"
    assert the_draft(database, clock).settled == {}


@pytest.mark.thorough
def test_a_note_is_kept_though_something_else_is_asked_first(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, UNMEDICINED)
    tab, point = patient.page, points_on(patient)[0]
    patient.opens("/q/you")
    patient.continues({"phone": "07700 900 98x"}, status=422)
    patient.page = tab
    says(patient, point, Said.BOTH, note="Only cream now")
    assert patient.page.path == "/q/you"
    assert "Only cream now" in str(the_draft(database, clock).settled)


@pytest.mark.thorough
def test_a_note_typed_after_another_window_has_sent_stands_there(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, UNMEDICINED)
    tab, point = patient.page, points_on(patient)[0]
    clock.advance(timedelta(minutes=5))
    patient.submits()
    patient.page = tab
    says(patient, point, Said.BOTH, status=409, note="Only cream now")
    assert "What you wrote has not been sent" in patient.page.text
    assert "Only cream now" in patient.page.text
    assert "Only cream now" not in str(the_submission(database).answers)


@pytest.mark.thorough
def test_the_first_version_has_no_points(app: Flask, database: Database) -> None:
    written = {"anything_else": "warfarin", "isotretinoin": "now"}
    patient = at_the_check(app.test_client(), written)
    assert points_on(patient) == []
    forged = {"csrf_token": patient.page.forms[0].state()["csrf_token"], "said": "no"}
    posted = {**forged, "point": "recognised.anticoagulant"}
    assert patient.client.post("/q/check", data=posted).status_code == 400
    patient.submits()
    assert "points" not in the_submission(database).answers


@pytest.mark.thorough
def test_the_clinician_reads_the_words_first_with_what_was_not_confirmed(
    newer: Flask, database: Database, clock: Clock
) -> None:
    words = "I take Xarelto, and acitretin long ago. Doxycyclin too."
    changes = {"anything_else": words, "isotretinoin": "now", "medicines": ["sun_sensitising"]}
    patient = stands_at_check(newer, clock, changes)
    says(patient, "recognised.anticoagulant", Said.UNSURE)
    patient.submits()
    clinician = Clinician(newer.test_client(), database).joins(clock()).signs_in()
    page = clinician.reads(the_submission(database).id)
    headings = [one.text for one in page.main.all("h2")]
    assert headings.index("In the patient’s own words") < headings.index("Flags")
    xarelto, acitretin, doxycyclin = (one.text for one in page.root.classed("named")[0].all("li"))
    assert "“Xarelto” names a blood thinner. Written, not confirmed in the answers" in xarelto
    assert "Asked before sending, the patient was not sure." in xarelto
    assert "no question asks about it" in acitretin
    assert "In the answers too" in doxycyclin


@pytest.mark.thorough
def test_the_clinician_reads_what_was_said_about_answers_that_do_not_fit(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, UNMEDICINED)
    says(patient, points_on(patient)[0], Said.BOTH, note="I only had ibuprofin once")
    patient.submits()
    clinician = Clinician(newer.test_client(), database).joins(clock()).signs_in()
    card = clinician.reads(the_submission(database).id).by_id("unsettled").text
    for words in ("Yes, now", "None of these", "they are right as they are", "ibuprofin once",
                  "names a painkiller of the ibuprofen kind"):  # fmt: skip
        assert words in card


@pytest.mark.thorough
def test_what_the_patient_was_not_sure_of_when_asked_is_not_told_as_sure(
    newer: Flask, database: Database, clock: Clock
) -> None:
    patient = stands_at_check(newer, clock, {**XARELTO, **UNMEDICINED})
    says(patient, "recognised.anticoagulant", Said.UNSURE)
    says(patient, "contradictions.isotretinoin_yet_no_medicines", Said.UNSURE)
    patient.submits()
    clinician = Clinician(newer.test_client(), database).joins(clock()).signs_in()
    address = f"/clinic/submissions/{the_submission(database).id}"
    for page in (clinician.opens(address), clinician.opens(f"{address}/summary")):
        assert "sure of every answer" not in page.text
        assert "“Xarelto” was written. Asked before sending, the patient was not sure." in page.text
        assert "The patient is not sure." in page.text
