"""One submission as a clinician reads it: flags first, then all the rest."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import (
    CAUTIONED,
    DATED_STOP,
    REVIEWED,
    STOPPED,
    Received,
)
from tests.clock import Clock

VISIT = date(2027, 1, 11)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def colleague(app: Flask, database: Database, clock: Clock) -> Clinician:
    other = Clinician(app.test_client(), database, "Sam Sorrel")
    return other.joins(clock()).signs_in()


def test_flags_come_first_with_everything_behind_them(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers={**DATED_STOP, **CAUTIONED}, visit=VISIT).into(database)
    page = clinician.reads(submission)
    headings = [one.text for one in page.main.all("h2", "h3")]
    assert headings.index("Flags") < headings.index("“Not sure” and unknown")
    assert headings.index("“Not sure” and unknown") < headings.index("All answers")
    flag = page.by_id("flag-wait_botox").text
    assert "Stop" in flag
    assert "18 January 2027 (in 14 days), reckoned from an approximate date" in flag
    assert "Anti-wrinkle injections (Botox): January 2027" in flag
    assert "expert opinion" in flag
    assert "Rule wait_botox" in flag
    groups = [one.text for one in page.main.all("h3") if "(" in one.text]
    assert groups == ["Stop: do not treat as things stand (1)", "Caution: extra steps (1)"]


@pytest.mark.thorough
def test_the_head_says_who_and_when(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(visit=VISIT).into(database)).main.text
    for fact in (
        "Zoë Marker",
        "REF-1",
        "27 March 1985, aged 41",
        "11 January 2027, in 7 days",
        "07700 900 982, zoe@example.org",
        "microneedling/2026-1, digest",
    ):
        assert fact in page


@pytest.mark.thorough
def test_the_one_date_is_proposed_for_a_deferral(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(answers=DATED_STOP, visit=VISIT).into(database))
    assert [page.value(f"defer_until-{part}") for part in ("day", "month", "year")] == [
        "18",
        "1",
        "2027",
    ]
    (earliest,) = page.root.classed("earliest")
    assert "18 January 2027" in earliest.text


@pytest.mark.thorough
def test_an_open_flag_names_no_date(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(answers={**STOPPED, **DATED_STOP}).into(database))
    assert "open: no date can be named yet" in page.by_id("flag-isotretinoin_now").text
    (earliest,) = page.root.classed("earliest")
    assert "No date can be named yet" in earliest.text
    assert "Not before 18 January 2027" in earliest.text
    assert page.value("defer_until-day") == ""


@pytest.mark.thorough
def test_flagged_answers_are_marked_among_all_answers(
    clinician: Clinician, database: Database
) -> None:
    page = clinician.reads(Received(answers=STOPPED).into(database))
    (marked,) = page.root.classed("summary__note")
    assert marked.text == "Flagged: Stop – Taking isotretinoin"


@pytest.mark.thorough
def test_not_sure_and_withdrawn_answers_have_their_place(
    clinician: Clinician, database: Database
) -> None:
    answers = {"dark_marks": "not_sure", "conditions": ["faints", "not_sure"]}
    withdrawn = {"cancer_treatment_end": "2026-07", "diabetes_control": "not_sure"}
    page = clinician.reads(Received(answers=answers, withdrawn=withdrawn).into(database))
    unknown = page.by_id("unknown").text
    assert "Not sure" in unknown
    assert "I faint or feel faint with needles" in unknown
    (folded,) = (one.text for one in page.root.all("details") if "Withdrawn" in one.text)
    assert "Withdrawn answers (2)" in folded
    assert "July 2026" in folded


@pytest.mark.thorough
def test_sources_name_the_issuer_and_never_a_copy(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(answers={**STOPPED, **REVIEWED}).into(database))
    links = [a for box in page.root.classed("flag__sources") for a in box.all("a")]
    assert links
    for link in links:
        assert "noreferrer" in str(link.attributes["rel"])
    for copy in ("theeliteclinic", "manualslib", "easymanua", "docslib", "lingoexp", "innolitics"):
        assert copy not in page.response.text
    assert "no address known" in page.text


@pytest.mark.thorough
@pytest.mark.parametrize("unknown", ["f" * 32, "1", "%27", "x" * 400])
def test_an_unknown_submission_is_not_found(
    clinician: Clinician, database: Database, unknown: str
) -> None:
    page = clinician.reads(Received().into(database))
    assert clinician.client.get(f"/clinic/submissions/{unknown}").status_code == 404
    form = {"csrf_token": page.value("csrf_token"), "version": "1", "disposition": "proceed"}
    sent = clinician.client.post(f"/clinic/submissions/{unknown}/decision", data=form)
    assert sent.status_code == 404


@pytest.mark.thorough
def test_where_sources_disagree_both_sides_and_the_choice_are_shown(
    clinician: Clinician, database: Database
) -> None:
    page = clinician.reads(Received(answers=STOPPED).into(database))
    flag = page.by_id("flag-isotretinoin_now").text
    assert "Sources disagree: Isotretinoin" in flag
    assert "Taken here:" in flag


@pytest.mark.thorough
def test_the_timeline_tells_who_did_what(
    clinician: Clinician, colleague: Clinician, database: Database, clock: Clock
) -> None:
    submission = Received().into(database)
    clinician.reads(submission)
    clinician.reads(submission)
    clock.advance(timedelta(minutes=5))
    story = [one.text for one in colleague.reads(submission).by_id("timeline").all("li")]
    assert story == [
        "Opened 4 January 2027, 09:05 · Sam Sorrel",
        "Opened (2 times) 4 January 2027, 09:00 · Robin Reed",
    ]


@pytest.mark.thorough
def test_where_the_rules_could_not_be_run_nothing_looks_fine(
    clinician: Clinician, database: Database
) -> None:
    failed = {"flags": [], "failed": True}
    record = replace(Received().record(1), level="review", assessment=failed)
    with database.write() as session:
        add_submission(session, record)
    page = clinician.reads(record.id)
    assert "The rules could not be run" in page.text
    assert "No rule raised a flag" not in page.text
    assert Page(clinician.decides(page, "proceed")).errors() == [
        "Choose why: this decision goes against what the flags ask for.",
        "Write the reason: this decision goes against what the flags ask for.",
    ]
