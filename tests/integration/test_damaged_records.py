"""A record that is damaged: a calm page, what can still be told, and a way on (DR-3)."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.storage.database import Database
from tests.actors import Patient
from tests.clinic_actor import Page
from tests.clinic_cases import REVIEWED, Received, events_of
from tests.clinic_editions import follow
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.questionnaires import past_the_gate

ALL = ("front_desk", "clinician", "lead")
thorough = pytest.mark.thorough


@pytest.fixture
def kim(client: FlaskClient, database: Database, clock: Clock) -> Colleague:
    return Colleague(client, database, *ALL).starts(clock())


def damage(database: Database, column: str, where: str = "edition = 1") -> None:
    """One bit, near the end."""
    table, _, name = column.partition(".")
    with database.write() as session:
        rows = session.execute(text(f"SELECT {name} FROM {table} WHERE {where}")).all()
        for (whole,) in rows:
            changed = bytes(whole)[:-1] + bytes([bytes(whole)[-1] ^ 1])
            session.execute(
                text(f"UPDATE {table} SET {name} = :changed WHERE {name} = :whole"),
                {"changed": changed, "whole": whole},
            )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("column", "told", "untold"),
    [("submissions.sealed_answers", "Zoë Marker", "27 March 1985"),
     ("submissions.sealed_identity", "27 March 1985", "07700 900 982")],
)  # fmt: skip
def test_staff_are_told_what_can_still_be_told_and_what_to_do(
    column: str, told: str, untold: str, kim: Colleague, database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    one = Received(answers=REVIEWED).into(database)
    damage(database, column)
    with caplog.at_level(logging.INFO):
        page = kim.opens(f"/clinic/submissions/{one}", status=410)
    assert "This record cannot be read" in page.text
    assert told in page.text
    assert untold not in page.text
    assert "REF-1" in page.text
    assert "backup" in page.text
    (noted,) = [line for line in map(json.loads, caplog.messages) if line["event"] == "damaged"]
    assert noted["place"] == column
    assert noted["request_id"] in page.text
    assert "submission.unreadable" in events_of(database, one)
    assert kim.opens("/clinic/").status == 200


@thorough
@pytest.mark.parametrize("column", ["sealed_answers", "sealed_identity"])
def test_the_front_desk_opens_it_and_the_lead_erases_it(
    column: str, kim: Colleague, database: Database
) -> None:
    one = Received().into(database)
    damage(database, f"submissions.{column}")
    person = kim.opens(f"/clinic/desk/{one}")
    assert "Part of this record cannot be read" in person.text
    asked = kim.opens(f"/clinic/desk/{one}/request")
    refused = kim.sends(f"/clinic/desk/{one}/copy", asked)
    assert refused.status_code == 410
    assert "This record cannot be read" in Page(refused).text
    gone = kim.sends(f"/clinic/desk/{one}/erase", asked, reference="REF-1")
    assert gone.status_code == 200
    assert kim.opens(f"/clinic/desk/{one}", status=404)


@thorough
def test_a_list_says_that_it_cannot_be_read_instead_of_hiding_it(
    kim: Colleague, database: Database
) -> None:
    Received(answers=REVIEWED).into(database)
    damage(database, "submissions.sealed_identity")
    for address in ("/clinic/", "/clinic/desk"):
        (link,) = [
            a for a in kim.opens(address).main.all("a") if "REF-1" in a.text or "Cannot" in a.text
        ]
        assert link.text.startswith("Cannot be read")


@thorough
def test_without_its_flags_every_answer_is_still_there_and_the_level_counts(
    kim: Colleague, database: Database
) -> None:
    one = Received(answers=REVIEWED).into(database)
    damage(database, "submissions.sealed_assessment")
    page = kim.reads(one)
    assert "What the rules found cannot be read" in page.text
    assert "read every answer" in page.text
    assert "Review" in page.text
    assert "All answers" in page.text


@thorough
def test_an_earlier_edition_that_is_damaged_does_not_take_the_later_one_along(
    kim: Colleague, database: Database
) -> None:
    one = Received(answers=REVIEWED).into(database)
    later = follow(database, one, {})
    damage(database, "submissions.sealed_answers")
    assert "The answers of edition 1 cannot be read." in kim.reads(later.id).text
    assert kim.opens(f"/clinic/submissions/{one}", status=410)


@thorough
def test_of_a_later_one_that_is_damaged_nobody_decides_on_the_earlier(
    kim: Colleague, database: Database
) -> None:
    one = Received(answers=REVIEWED).into(database)
    follow(database, one, {})
    damage(database, "submissions.sealed_answers", "edition = 2")
    assert "This record cannot be read" in kim.opens(f"/clinic/submissions/{one}", status=410).text


@thorough
def test_a_patient_whose_draft_is_damaged_begins_anew(app: Flask, database: Database) -> None:
    patient = past_the_gate(app.test_client())
    damage(database, "drafts.sealed", "1 = 1")
    patient.opens("/q/check", status=410)
    assert "We cannot open your saved answers" in patient.page.text
    patient.opens("/", status=410)
    patient.presses("Begin anew")
    assert patient.page.path == "/q/gate"


@thorough
def test_whoever_comes_back_to_a_damaged_form_is_told_so(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(app.test_client())
    patient.opens("/q/save")
    token = patient.presses("Make a link and a code").text.split("/resume/")[1][:64]
    damage(database, "drafts.sealed", "1 = 1")
    other = Patient(app.test_client())
    other.opens(f"/resume/{token}")
    other.continues({"date_of_birth": "1990-06-15"}, status=410)
    assert "Begin anew" in other.page.text


@thorough
def test_a_session_that_is_damaged_has_ended(kim: Colleague, database: Database) -> None:
    damage(database, "sessions.sealed", "1 = 1")
    answer = kim.client.get("/clinic/")
    assert answer.status_code == 303
    assert "/clinic/sign-in" in answer.headers["Location"]
    kim.signs_in()


@thorough
def test_when_nothing_can_be_witnessed_nothing_is_shown(kim: Colleague, database: Database) -> None:
    one = Received().into(database)
    kim.reads(one)
    damage(database, "audit_heads.sealed_key", "1 = 1")
    answer = kim.client.get(f"/clinic/submissions/{one}")
    assert answer.status_code == 503
    assert "Zoë" not in answer.text
