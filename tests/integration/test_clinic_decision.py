"""One submission: what is read, what may be decided, and what happens when two decide."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.submission import Status, replay
from screening.storage.database import Database
from screening.storage.reviews import list_reviews
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import CAUTIONED, DATED_STOP, REVIEWED, STOPPED, URGENT, Received
from tests.clock import Clock

VISIT = date(2027, 1, 11)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def colleague(app: Flask, database: Database, clock: Clock) -> Clinician:
    other = Clinician(app.test_client(), database, "Sam Sorrel")
    return other.joins(clock()).signs_in()


def kept(database: Database, submission: str) -> list[str]:
    with database.read() as session:
        return [review.disposition for review in list_reviews(session, submission)]


def events(database: Database, submission: str) -> list[str]:
    query = text("SELECT event FROM audit_events WHERE subject_id = :id ORDER BY seq")
    with database.read() as session:
        return list(session.scalars(query, {"id": submission}))


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


def test_the_one_date_is_proposed_for_a_deferral(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(answers=DATED_STOP, visit=VISIT).into(database))
    assert [page.value(f"defer_until-{part}") for part in ("day", "month", "year")] == [
        "18",
        "1",
        "2027",
    ]
    (earliest,) = page.root.classed("earliest")
    assert "18 January 2027" in earliest.text


def test_an_open_flag_names_no_date(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(answers={**STOPPED, **DATED_STOP}).into(database))
    assert "open: no date can be named yet" in page.by_id("flag-isotretinoin_now").text
    (earliest,) = page.root.classed("earliest")
    assert "No date can be named yet" in earliest.text
    assert "Not before 18 January 2027" in earliest.text
    assert page.value("defer_until-day") == ""


def test_flagged_answers_are_marked_among_all_answers(
    clinician: Clinician, database: Database
) -> None:
    page = clinician.reads(Received(answers=STOPPED).into(database))
    (marked,) = page.root.classed("summary__note")
    assert marked.text == "Flagged: Stop – Isotretinoin now"


def test_not_sure_and_withdrawn_answers_have_their_place(
    clinician: Clinician, database: Database
) -> None:
    answers = {"dark_marks": "not_sure", "conditions": ["faints", "not_sure"]}
    withdrawn = {"cancer_treatment_end": "2026-07", "diabetes_control": "not_sure"}
    page = clinician.reads(Received(answers=answers, withdrawn=withdrawn).into(database))
    unknown = page.by_id("unknown").text
    assert "Not sure" in unknown
    assert "I faint or feel faint with needles" in unknown
    folded = page.root.one("details").text
    assert "Withdrawn answers (2)" in folded
    assert "July 2026" in folded


def test_sources_name_the_issuer_and_never_a_copy(clinician: Clinician, database: Database) -> None:
    page = clinician.reads(Received(answers={**STOPPED, **REVIEWED}).into(database))
    links = [a for box in page.root.classed("flag__sources") for a in box.all("a")]
    assert links
    for link in links:
        assert "noreferrer" in str(link.attributes["rel"])
    for copy in ("theeliteclinic", "manualslib", "easymanua", "docslib", "lingoexp", "innolitics"):
        assert copy not in page.response.text
    assert "no address known" in page.text


def test_a_submission_without_flags_is_confirmed_too(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    page = clinician.reads(submission)
    assert "No rule raised a flag" in page.text
    assert clinician.decides(page, "proceed").status_code == 303
    after = clinician.reads(submission)
    assert "Decided: Proceed" in after.by_id("timeline").text
    assert "Robin Reed" in after.by_id("timeline").text
    assert kept(database, submission) == ["proceed"]


@pytest.mark.parametrize(
    ("answers", "disposition", "typed", "error"),
    [
        ({}, "", {}, "Choose a decision."),
        ({}, "approve", {}, "Choose a decision."),
        (REVIEWED, "proceed", {"note": "Kept text"}, "Write the reason"),
        (STOPPED, "proceed_with_precautions", {"note": "Kept text"}, "Write the reason"),
        ({}, "do_not_treat", {"note": "Kept text"}, "Write the reason"),
        (REVIEWED, "defer", {"note": "Kept text"}, "Enter the day until"),
        (REVIEWED, "defer", {"defer_until_day": "31", "defer_until_month": "2"}, "as well"),
        (
            REVIEWED,
            "defer",
            {"defer_until_day": "31", "defer_until_month": "2", "defer_until_year": "2027"},
            "not in the calendar",
        ),
        (
            DATED_STOP,
            "defer",
            {"defer_until_day": "1", "defer_until_month": "2", "defer_until_year": "2026"},
            "not before the day",
        ),
    ],
)
def test_an_incomplete_decision_comes_back_with_everything_typed(
    clinician: Clinician,
    database: Database,
    answers: dict[str, object],
    disposition: str,
    typed: dict[str, str],
    error: str,
) -> None:
    submission = Received(answers=answers, visit=VISIT).into(database)
    sent = clinician.decides(clinician.reads(submission), disposition, **typed)
    page = Page(sent)
    assert page.status == 400
    assert any(error in one for one in page.errors())
    assert any(error in one.text for one in page.root.classed("govuk-error-message"))
    for name, value in typed.items():
        assert page.value(name.replace("until_", "until-")) == value
    if disposition != "approve":
        assert page.value("disposition") == disposition
    assert kept(database, submission) == []


def test_a_date_that_stands_prefilled_does_not_disturb_other_decisions(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=DATED_STOP, visit=VISIT).into(database)
    assert clinician.decides(clinician.reads(submission), "do_not_treat").status_code == 303
    page = clinician.reads(submission)
    assert "Do not treat" in page.text


def test_proceeding_is_neither_offered_nor_taken_with_an_urgent_sign(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=URGENT).into(database)
    page = clinician.reads(submission)
    assert "Proceeding is not offered" in page.text
    sent = Page(clinician.decides(page, "proceed", reason="I take responsibility"))
    assert sent.status == 400
    assert "cannot be overridden" in sent.errors()[0]
    assert sent.value("reason") == "I take responsibility"


def test_an_override_is_kept_with_its_reason(clinician: Clinician, database: Database) -> None:
    submission = Received(answers=REVIEWED).into(database)
    reason = "Spoke to their doctor <b>today</b>"
    clinician.decides(clinician.reads(submission), "proceed", reason=reason, note="Short session")
    page = clinician.reads(submission).text
    assert f"Reason: {reason}" in page
    assert "Note: Short session" in page
    assert "decided against it" in page


def test_nobody_decides_on_what_nobody_has_opened(clinician: Clinician, database: Database) -> None:
    first = Received().into(database, 1)
    second = Received().into(database, 2)
    page = clinician.reads(first)
    address = f"/clinic/submissions/{second}/decision"
    form = {"csrf_token": page.value("csrf_token"), "version": "1", "disposition": "proceed"}
    sent = clinician.client.post(address, data=form)
    assert sent.status_code == 400
    assert "Read the submission first" in sent.text


def test_the_second_of_two_clinicians_sees_the_first_decision_and_keeps_the_text(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    mine, theirs = clinician.reads(submission), colleague.reads(submission)
    assert colleague.decides(theirs, "ask_patient", note="Which tablet?").status_code == 303
    page = Page(clinician.decides(mine, "do_not_treat", reason="Too risky", note="My own words"))
    assert page.status == 409
    assert "Your decision was not saved" in page.text
    assert "Sam Sorrel decided while you had this page open" in page.text
    assert "Which tablet?" in page.text
    assert page.value("disposition") == "do_not_treat"
    assert page.value("reason") == "Too risky"
    assert page.value("note") == "My own words"
    assert kept(database, submission) == ["ask_patient"]
    assert "review.conflicted" in events(database, submission)

    assert clinician.decides(page, "do_not_treat").status_code == 303
    assert kept(database, submission) == ["ask_patient", "do_not_treat"]
    both = clinician.reads(submission)
    assert "(replaced)" in both.text
    assert "Which tablet?" in both.text


def test_of_two_clinicians_who_decide_at_once_exactly_one_succeeds(
    clinician: Clinician, colleague: Clinician, database: Database
) -> None:
    start = Barrier(2)
    for number in range(1, 4):
        submission = Received(answers=REVIEWED).into(database, number)
        pages = [(who, who.reads(submission)) for who in (clinician, colleague)]

        def decide(pair: tuple[Clinician, Page]) -> int:
            who, page = pair
            start.wait()
            return who.decides(page, "ask_patient", note=f"From {who.name}").status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(decide, pages)) == [303, 409]
        assert kept(database, submission) == ["ask_patient"]
        assert events(database, submission).count("review.decided") == 1
        assert events(database, submission).count("review.conflicted") == 1


def test_a_double_click_decides_once_and_disturbs_nobody(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    page = clinician.reads(submission)
    answers = [clinician.decides(page, "proceed", note="Line one\r\nline two") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert kept(database, submission) == ["proceed"]
    assert events(database, submission).count("review.decided") == 1


@pytest.mark.parametrize("version", ["", "two", "99", "-1", "1" * 5000])
def test_a_version_that_is_not_the_current_one_is_stale(
    clinician: Clinician, database: Database, version: str
) -> None:
    submission = Received().into(database)
    sent = clinician.decides(clinician.reads(submission), "proceed", version=version)
    assert sent.status_code == 409
    assert kept(database, submission) == []


@pytest.mark.parametrize("unknown", ["f" * 32, "1", "%27", "x" * 400])
def test_an_unknown_submission_is_not_found(
    clinician: Clinician, database: Database, unknown: str
) -> None:
    page = clinician.reads(Received().into(database))
    assert clinician.client.get(f"/clinic/submissions/{unknown}").status_code == 404
    form = {"csrf_token": page.value("csrf_token"), "version": "1", "disposition": "proceed"}
    sent = clinician.client.post(f"/clinic/submissions/{unknown}/decision", data=form)
    assert sent.status_code == 404


def test_what_cannot_be_witnessed_is_neither_shown_nor_decided(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=STOPPED).into(database)
    page = clinician.reads(submission)
    with database.write() as session:
        session.execute(text("ALTER TABLE audit_events RENAME TO audit_events_away"))
    for answer in (
        clinician.client.get("/clinic/"),
        clinician.client.get(f"/clinic/submissions/{submission}"),
        clinician.decides(page, "do_not_treat"),
    ):
        assert answer.status_code >= 500
        for private in ("Zoë", "REF-1", "isotretinoin"):
            assert private not in answer.text
    assert kept(database, submission) == []


def test_the_audit_log_replays_to_the_status_at_every_step(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=REVIEWED).into(database)
    assert replay(events(database, submission)) is Status.RECEIVED
    page = clinician.reads(submission)
    assert replay(events(database, submission)) is Status.IN_REVIEW
    clinician.decides(page, "proceed")  # refused: no reason
    assert replay(events(database, submission)) is Status.IN_REVIEW
    clinician.decides(page, "ask_patient")
    assert replay(events(database, submission)) is Status.DECIDED
    clinician.decides(page, "do_not_treat")  # stale
    assert replay(events(database, submission)) is Status.DECIDED
    assert "Decided" in [pill.text for pill in clinician.reads(submission).root.classed("pill")]


def test_where_sources_disagree_both_sides_and_the_choice_are_shown(
    clinician: Clinician, database: Database
) -> None:
    page = clinician.reads(Received(answers=STOPPED).into(database))
    flag = page.by_id("flag-isotretinoin_now").text
    assert "Sources disagree: Isotretinoin" in flag
    assert "Taken here:" in flag


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
        "Write the reason: this decision goes against what the flags ask for."
    ]
