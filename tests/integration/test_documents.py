"""The summary and the calendar of one submission: who gets them, how, and that it is witnessed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.storage.database import Database
from screening.web.documents import download
from tests.clinic_actor import Clinician
from tests.clinic_cases import Received
from tests.clock import Clock
from tests.documents import (
    DOCUMENTS,
    HOSTILE,
    VISIT,
    address,
    exports,
    fetched,
)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


def test_the_files_are_downloads_with_a_harmless_name(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(name=HOSTILE, visit=VISIT).into(database)
    pdf = fetched(clinician, submission, "summary.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="REF-1-summary.pdf"'
    ics = fetched(clinician, submission, "visit.ics")
    assert ics.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert ics.headers["Content-Disposition"] == 'attachment; filename="REF-1-visit.ics"'


def test_a_file_name_holds_nothing_that_could_do_harm() -> None:
    answer = download(b"", "application/pdf", 'K7"\r\nX-Bad: 1/../é', "pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="K7X-Bad1.pdf"'


def test_every_printed_sheet_has_the_reference_at_its_foot(
    clinician: Clinician, database: Database
) -> None:
    submission = Received().into(database)
    page = clinician.opens(address(submission, "summary"))
    sheets = [str(link.attributes["href"]) for link in page.root.all("link")]
    (foot,) = (sheet for sheet in sheets if "foot" in sheet)
    answer = clinician.client.get(foot)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert '@bottom-left { content: "REF-1 · For the clinic; not for the patient"' in answer.text
    for forged in ("a%22", "a%7D", "a%20b", "x" * 41):
        assert clinician.client.get(foot.replace("REF-1", forged)).status_code == 404


def test_each_is_witnessed(clinician: Clinician, database: Database) -> None:
    submission = Received(visit=VISIT).into(database)
    for document in DOCUMENTS:
        fetched(clinician, submission, document)
    assert exports(database, submission) == [
        ("submission.printed", {}),
        ("submission.exported", {"document": "summary-pdf"}),
        ("submission.exported", {"document": "calendar"}),
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("document", DOCUMENTS)
def test_an_unknown_submission_is_not_found(clinician: Clinician, document: str) -> None:
    fetched(clinician, "f" * 32, document, 404)


@pytest.mark.thorough
@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_damaged_record_gives_no_document(
    clinician: Clinician, database: Database, document: str
) -> None:
    submission = Received(visit=VISIT).into(database)
    with database.write() as session:
        session.execute(text("UPDATE submissions SET sealed_answers = sealed_identity"))
    answer = fetched(clinician, submission, document, 410)
    assert "Content-Disposition" not in answer.headers
    assert [event for event, _ in exports(database, submission)] == ["submission.unreadable"]


@pytest.mark.thorough
@pytest.mark.parametrize("document", DOCUMENTS)
def test_only_those_who_may_read_get_one(
    app: Flask, database: Database, clock: Clock, document: str
) -> None:
    submission = Received(visit=VISIT).into(database)
    stranger = app.test_client().get(address(submission, document))
    assert stranger.status_code == 303
    desk = Clinician(app.test_client(), database).joins(clock()).signs_in()
    with database.write() as session:
        session.execute(text("UPDATE staff SET roles = 'front_desk'"))
    assert desk.client.get(address(submission, document)).status_code == 403
    assert exports(database, submission) == []
