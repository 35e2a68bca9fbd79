"""The queue: who needs a person first, each line with the reason for its place."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.audit import Actor
from screening.services.review import open_submission
from screening.storage.database import Database
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, Received
from tests.clock import MONDAY_MORNING, Clock

SOON, LATER = date(2027, 1, 7), date(2027, 1, 28)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def names(page: Page, section: str) -> list[str]:
    (part,) = (s for s in page.main.all("section") if s.attributes["aria-labelledby"] == section)
    return [cell.text.split(",")[0] for cell in part.all("th") if cell.attributes["scope"] == "row"]


def test_flagged_come_first_then_the_nearest_visit_then_the_longest_wait(
    clinician: Clinician, database: Database
) -> None:
    earlier = MONDAY_MORNING - timedelta(hours=5)
    people = [
        Received("Quiet Soon", {}, SOON),
        Received("Stop Unplanned", STOPPED),
        Received("Caution Later", CAUTIONED, LATER),
        Received("Review Soon", REVIEWED, SOON),
        Received("Stop Later", STOPPED, LATER),
        Received("Patient Later", STOPPED, LATER, earlier),
        Received("Longer Unplanned", STOPPED, None, earlier),
    ]
    for number, person in enumerate(people, 1):
        person.into(database, number)
    assert names(clinician.opens(), "waiting") == [
        "Review S.",
        "Patient L.",
        "Stop L.",
        "Longer U.",
        "Stop U.",
        "Quiet S.",
        "Caution L.",
    ]


def test_each_line_says_why_it_stands_where_it_does(
    clinician: Clinician, database: Database
) -> None:
    Received("Stop Soon", STOPPED, SOON).into(database, 1)
    Received("Review Unplanned", REVIEWED).into(database, 2)
    Received("Quiet Past", {}, date(2027, 1, 3)).into(database, 3)
    page = clinician.opens().main.text
    assert "Stop flag, visit in 3 days, sent today" in page
    assert "Review flag, no visit date, sent today" in page
    assert "No stop or review flag, visit was yesterday, sent today" in page
    assert "7 January 2027" in page
    assert "4 January 2027, 09:00" in page


def test_the_counts_add_up_and_unflagged_ones_are_listed_too(
    clinician: Clinician, database: Database
) -> None:
    for number, answers in enumerate([STOPPED, REVIEWED, CAUTIONED, {}], 1):
        Received(answers=answers).into(database, number)
    page = clinician.opens()
    assert "4 to decide: 2 with stop or review flags, 2 without. 0 decided. 4 in all." in page.text
    assert len(names(page, "waiting")) == 4
    assert {tag.text for tag in page.root.classed("level")} == {
        "Stop",
        "Review",
        "Caution",
        "Info only",
    }


def test_a_decided_submission_leaves_the_waiting_ones(
    clinician: Clinician, database: Database
) -> None:
    decided = Received("Calm Marker").into(database, 1)
    Received("Other Marker").into(database, 2)
    answer = clinician.decides(clinician.reads(decided), "proceed")
    assert answer.status_code == 303
    page = clinician.opens()
    assert names(page, "waiting") == ["Other M."]
    assert names(page, "decided") == ["Calm M."]
    assert "Decided today" in page.main.text


def test_a_list_shows_no_more_of_a_person_than_it_must(
    clinician: Clinician, database: Database
) -> None:
    Received("Zoë Anna Marker-Delft").into(database)
    page = clinician.opens().text
    assert "Zoë M." in page
    for private in ("Delft", "07700 900 982", "zoe@example.org", "1985"):
        assert private not in page


@pytest.mark.parametrize(
    ("name", "shown"), [("<script>alert(1)</script>", "<script>"), ("山田太郎", "山田太郎")]
)
def test_names_in_any_shape_are_text(
    clinician: Clinician, database: Database, name: str, shown: str
) -> None:
    submission = Received(name).into(database)
    queue, record = clinician.opens(), clinician.reads(submission)
    assert name in record.text
    for page in (queue, record):
        assert all("src" in script.attributes for script in page.root.all("script"))


def test_a_name_of_three_hundred_letters_is_cut_in_the_list(
    clinician: Clinician, database: Database
) -> None:
    Received("N" * 300).into(database)
    assert "N" * 39 + "…" in clinician.opens().text


def test_an_empty_queue_says_so(clinician: Clinician) -> None:
    page = clinician.opens().text
    assert "Nothing is waiting." in page
    assert "0 in all" in page


def test_looking_at_the_queue_is_witnessed(clinician: Clinician, database: Database) -> None:
    clinician.opens()
    with database.read() as session:
        found = session.execute(
            text("SELECT actor_kind, facts FROM audit_events WHERE event = 'queue.viewed'")
        ).all()
    assert [tuple(row) for row in found] == [("staff", '{"count": 0}')]


def test_nobody_sees_the_queue_without_signing_in(app: Flask, database: Database) -> None:
    submission = Received().into(database)
    for address in ("/clinic/", f"/clinic/submissions/{submission}"):
        answer = app.test_client().get(address)
        assert answer.status_code == 303
        assert "/clinic/sign-in" in answer.headers["Location"]


def test_a_damaged_record_does_not_hide_the_others(
    clinician: Clinician, database: Database
) -> None:
    damaged = Received("Damaged Marker").into(database, 1)
    intact = Received("Intact Marker").into(database, 2)
    with database.write() as session:
        session.execute(
            text("UPDATE submissions SET sealed_identity = :junk WHERE id = :id"),
            {"junk": b"not sealed by us", "id": damaged},
        )
    page = clinician.opens()
    assert "Intact M." in page.text
    assert "Cannot be read" in page.text
    assert "Intact Marker" in clinician.reads(intact).text
    answer = clinician.client.get(f"/clinic/submissions/{damaged}")
    assert answer.status_code >= 500
    assert "zoe@example.org" not in answer.text


def test_status_follows_the_first_view(clinician: Clinician, database: Database) -> None:
    submission = Received().into(database)
    assert "New" in [pill.text for pill in clinician.opens().root.classed("pill")]
    with database.write() as session:
        opened = open_submission(session, submission, Actor("system"), MONDAY_MORNING)
    assert opened.status.value == "in_review"
    assert "In review" in [pill.text for pill in clinician.opens().root.classed("pill")]
