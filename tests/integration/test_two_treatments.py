"""A clinic with a second treatment, from the check of its protocol to a decision on a patient."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.protocols.library import ProtocolLibrary
from screening.storage.database import Database
from screening.storage.protocol_life import list_moves
from tests.actors import Patient
from tests.chemical_peel import KEY, PROTOCOL, QUIET
from tests.clinic_actor import Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.protocol_cases import check_ends, published
from tests.questionnaires import ASHA, at_the_check, the_draft, the_submission

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PEEL, NEEDLING = "chemical_peel", "microneedling"
PAGE = f"/clinic/protocols/{KEY}"
WORRIED = QUIET | {
    "herpes_history": ["lips_face"],
    "herpes_last": "over_2_years",
    "allergies": ["salicylate"],
    "active_skincare": ["retinoid"],
    "active_skincare_last": "still_using",
    "recent_treatments": ["home_peel"],
    "recent_treatment_dates": {"home_peel": "2027-01-01"},
}


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead", "clinician").starts(clock())


@pytest.fixture
def peel_offered(app: Flask, database: Database, clock: Clock, lead: Colleague) -> None:
    published(database, library_of(app), KEY, lead.id, clock())


def library_of(app: Flask) -> ProtocolLibrary:
    library: ProtocolLibrary = app.extensions["prelude"].protocols
    return library


def today(clock: Clock) -> dict[str, str]:
    day = clock().date()
    return {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}


def test_with_one_treatment_nobody_is_asked_which(client: FlaskClient) -> None:
    page = Patient(client).opens("/")
    assert page.h1 == "Before your microneedling"
    assert "What is your visit for?" not in page.text


@pytest.mark.usefixtures("peel_offered")
def test_with_two_the_start_page_asks_and_nothing_stands_chosen(client: FlaskClient) -> None:
    patient = Patient(client)
    page = patient.opens("/")
    assert page.h1 == "Before your visit"
    assert not page.form_to("/").state().get("treatment")
    page = patient.sends("/", page.form_to("/").state() | {"agree": "yes"}, status=422)
    assert page.error_links == ["#treatment-microneedling"]
    assert "Choose what your visit is for" in page.text
    assert page.form_to("/").state()["agree"] == ["yes"], "what was ticked is kept"
    page = patient.sends("/", page.form_to("/").state() | {"treatment": PEEL})
    assert page.path == "/q/gate"


@pytest.mark.thorough
def test_a_second_protocol_is_checked_approved_published_answered_and_decided(
    app: Flask, database: Database, clock: Clock, lead: Colleague
) -> None:
    at_the_check(app.test_client()).submits()
    needled = the_submission(database)
    assert "Chemical peel" not in lead.client.get("/clinic/").text

    assert lead.sends(f"{PAGE}/check").status_code == 303
    check_ends(app)
    assert "All 8 declared properties hold" in Page(lead.client.get(PAGE)).text
    assert lead.sends(f"{PAGE}/approve", name=lead.name, **today(clock)).status_code == 303
    assert lead.sends(f"{PAGE}/current", step="0").status_code == 303
    listed = lead.client.get("/clinic/protocols").text
    assert "Chemical peel" in listed
    assert "Microneedling" in listed

    patient = Patient(app.test_client()).begins(PEEL).answers(WORRIED)
    patient.submits()
    assert "We keep salicylic acid away from you" in patient.page.text
    assert "If you use peels at home" in patient.page.text
    assert "needle" not in patient.page.text.lower()

    with database.read() as session:
        (sent,) = session.scalars(text("SELECT id FROM submissions WHERE protocol LIKE 'chem%'"))
    queue = Page(lead.client.get("/clinic/")).text
    assert queue.count("Chemical peel") == 1
    assert queue.count("Microneedling") == 1
    case = Page(lead.client.get(f"/clinic/submissions/{sent}"))
    assert "Treatment Chemical peel" in case.text
    assert "Treatment Microneedling" in lead.reads(needled.id).text
    for title in (
        "Reaction to aspirin or salicylic acid",
        "Peel at home too recent",
        "Cold sores before, on lips or face",
        "Uses retinol or similar",
        "Strong skin products too recent",
    ):
        assert title in case.text, title
    done = lead.decides(case, "do_not_treat", reason="No peel before the allergy is understood.")
    assert done.status_code == 303
    assert "Decided: Do not treat" in lead.reads(sent).by_id("timeline").text


@pytest.mark.thorough
@pytest.mark.usefixtures("peel_offered")
def test_a_form_for_another_visit_is_not_passed_over(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = Patient(client).begins(PEEL)
    patient.continues(QUIET)
    page = patient.opens("/")
    said = {"agree": ["yes"], "treatment": [NEEDLING]}
    page = patient.sends("/", page.form_to("/").state() | said, status=422)
    assert "(Chemical peel) is open on this device" in page.text
    page = patient.sends("/", page.form_to("/").state() | {"treatment": PEEL})
    assert page.path == "/q/about_you"
    assert set(the_draft(database, clock).answers) <= PROTOCOL.items.keys()


@pytest.mark.thorough
@pytest.mark.usefixtures("peel_offered")
def test_an_urgent_sign_before_a_peel_is_answered_in_its_own_words(client: FlaskClient) -> None:
    patient = Patient(client).begins(PEEL)
    page = patient.continues(QUIET | {"urgent_signs": ["hot_spreading"]})
    assert page.path == "/urgent"
    patient.presses("I ticked this by mistake")
    assert patient.page.path == "/q/gate"
    patient.continues(QUIET)
    assert patient.page.path == "/q/about_you"


@pytest.mark.thorough
@pytest.mark.usefixtures("peel_offered")
def test_a_treatment_that_the_clinic_gives_up_is_offered_to_nobody_and_begun_forms_end(
    app: Flask, database: Database, clock: Clock, lead: Colleague
) -> None:
    begun = Patient(app.test_client()).begins(PEEL)
    begun.continues(QUIET)
    late = Patient(app.test_client()).begins(PEEL)
    form = Patient(app.test_client())
    state = form.opens("/").form_to("/").state()
    assert lead.sends(f"{PAGE}/retire", step="1").status_code == 303
    with database.read() as session:
        assert [move.act.value for move in list_moves(session, PEEL)] == ["current", "retired"]
    assert Patient(app.test_client()).opens("/").h1 == "Before your microneedling"
    page = form.sends("/", state | {"agree": "yes", "treatment": PEEL}, status=422)
    assert "There is no form for this treatment any more" in page.text
    late.continues(QUIET)
    assert late.page.path == "/", "nobody answers questions about another treatment"
    begun.answers(QUIET).submits()
    with database.read() as session:
        assert session.scalar(text("SELECT protocol FROM submissions")) == KEY


@pytest.mark.thorough
def test_the_default_treatment_cannot_be_given_up(
    app: Flask, database: Database, clock: Clock, lead: Colleague
) -> None:
    published(database, library_of(app), "microneedling/2026-2", lead.id, clock())
    used = lead.sends("/clinic/protocols/microneedling/2026-2/retire", step="1")
    assert used.status_code == 400


@pytest.mark.thorough
@pytest.mark.usefixtures("peel_offered")
def test_the_same_person_may_have_a_form_of_each(
    app: Flask, database: Database, lead: Colleague
) -> None:
    Patient(app.test_client()).begins(NEEDLING).answers(ASHA).submits()
    Patient(app.test_client()).begins(PEEL).answers(QUIET).submits()
    with database.read() as session:
        ids = list(session.scalars(text("SELECT id FROM submissions")))
    for one in ids:
        assert lead.reads(one).status == 200
    listed = lead.opens("/clinic/confirm").text
    assert "Chemical peel." in listed
    assert "Hopes:" in listed
