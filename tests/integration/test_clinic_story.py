"""What stands around a submission: other editions, other visits, own words, the link."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from screening.domain.audit import SYSTEM
from screening.protocols.library import load_library
from screening.services import search_terms
from screening.services.subject_access import everything_about
from screening.storage.database import Database
from screening.storage.tables import SubmissionRow
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import PROTOCOL, REVIEWED, STOPPED, Received, events_of
from tests.clinic_editions import follow
from tests.clock import Clock


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.mark.thorough
def test_an_older_edition_can_only_be_read_and_leads_to_the_current_one(
    clinician: Clinician, database: Database
) -> None:
    submission = Received(answers=STOPPED).into(database)
    newer = follow(database, submission, REVIEWED)
    old = clinician.reads(submission)
    assert "These are earlier answers" in old.text
    assert f"/clinic/submissions/{newer.id}" in {a.attributes["href"] for a in old.main.all("a")}
    assert not list(old.main.all("form"))
    current = clinician.reads(newer.id)
    earlier = current.by_id("earlier").text
    assert "Edition 1, 4 January 2027, 09:00" in earlier
    assert "Yes, now" in earlier
    assert "Never" in earlier
    story = [one.text for one in current.by_id("timeline").all("li")]
    assert any("Edition 1" in line for line in story)
    sent = clinician.client.post(
        f"/clinic/submissions/{submission}/decision",
        data={
            "csrf_token": current.value("csrf_token"),
            "version": "1",
            "disposition": "do_not_treat",
        },
    )
    assert sent.status_code == 409


@pytest.mark.thorough
def test_what_the_patient_wrote_is_never_overlooked(
    clinician: Clinician, database: Database
) -> None:
    words = "My sister’s wedding is soon.\n<script>alert(1)</script>"
    page = clinician.reads(Received(answers={"anything_else": words}).into(database))
    assert "see in the patient’s own words" in page.text
    headings = [one.text for one in page.main.all("h2")]
    assert headings.index("In the patient’s own words") < headings.index("All answers")
    (quoted,) = page.main.all("blockquote")
    assert quoted.text == "My sister’s wedding is soon. <script>alert(1)</script>"


@pytest.mark.thorough
def test_withdrawn_answers_show_first_and_sent(clinician: Clinician, database: Database) -> None:
    withdrawn = {"isotretinoin": "now"}
    page = clinician.reads(Received(withdrawn=withdrawn).into(database))
    (folded,) = (one.text for one in page.root.all("details") if "Withdrawn" in one.text)
    assert "before the answers were sent on 4 January 2027, 09:00" in folded
    assert "FirstYes, now" in folded
    assert "SentNever" in folded


@pytest.mark.thorough
def test_the_same_name_and_birthday_is_a_possible_match_and_no_more(
    clinician: Clinician, database: Database
) -> None:
    people = [
        Received("Zoë Marker", STOPPED),
        Received("marker ZOË", visit=date(2027, 2, 1)),
        Received("Zoë Other"),
        Received("Zoë Marker", {"date_of_birth": "1985-03-28"}),
    ]
    for number, person in enumerate(people, 1):
        person.into(database, number)
        with database.write() as session:
            search_terms.index(session, PROTOCOL, person.record(number))
    matches = clinician.reads(f"{2:032x}").by_id("matches").text
    assert "nothing is merged" in matches
    assert "REF-1" in matches
    assert "Yes, now" in matches
    assert "REF-3" not in matches
    assert "REF-4" not in matches


@pytest.mark.thorough
def test_whoever_reads_another_visit_beside_this_one_has_looked_at_it_too(
    clinician: Clinician, database: Database
) -> None:
    ids = [Received("Zoë Marker"), Received("Zoë Marker", visit=date(2027, 2, 1)), Received("Zoë")]
    for number, person in enumerate(ids, 1):
        person.into(database, number)
        with database.write() as session:
            search_terms.index(session, PROTOCOL, person.record(number))
    clinician.reads(f"{2:032x}")
    assert events_of(database, f"{1:032x}") == ["submission.compared"]
    assert events_of(database, f"{2:032x}") == ["submission.viewed"]
    assert not events_of(database, f"{3:032x}")
    assert "Shown beside another visit" in clinician.reads(f"{1:032x}").by_id("timeline").text


def test_a_copy_for_the_patient_does_not_tell_beside_which_other_visit_theirs_was_shown(
    clinician: Clinician, database: Database, clock: Clock
) -> None:
    for number, person in enumerate([Received("Zoë Marker"), Received("Zoë Marker")], 1):
        person.into(database, number)
        with database.write() as session:
            search_terms.index(session, PROTOCOL, person.record(number))
    clinician.reads(f"{2:032x}")
    with database.write() as session:
        held = everything_about(session, load_library(), f"{1:032x}", SYSTEM, clock())
    (look, *_) = held["who_looked_and_what_happened"]
    assert look["event"] == "submission.compared"
    assert f"{2:032x}" not in str(held)


@pytest.mark.thorough
def test_however_many_come_under_one_name_a_record_opens_as_fast(
    clinician: Clinician, client: FlaskClient, database: Database
) -> None:
    person, asked = Received("Zoë Marker"), list[str]()
    engine = client.application.extensions["prelude"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for number in range(1, 9):
        person.into(database, number)
        with database.write() as session:
            search_terms.index(session, PROTOCOL, person.record(number))
        asked.clear()
        matches = clinician.reads(f"{number:032x}").main
        counts.append(len(asked))
    assert "The search finds 2 more" in matches.text
    assert counts[5] == counts[6] == counts[7]


@pytest.mark.thorough
def test_however_many_under_one_name_are_damaged_a_record_opens_as_fast(
    clinician: Clinician, client: FlaskClient, database: Database
) -> None:
    person, asked = Received("Zoë Marker"), list[str]()
    engine = client.application.extensions["prelude"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for number in range(1, 14):
        person.into(database, number)
        with database.write() as session:
            search_terms.index(session, PROTOCOL, person.record(number))
            session.execute(
                update(SubmissionRow)
                .where(SubmissionRow.id < f"{number:032x}")
                .values(sealed_answers=b"damaged")
            )
        asked.clear()
        matches = clinician.reads(f"{number:032x}").main
        counts.append(len(asked))
    assert "The latest cannot be read. The search finds 12 more." in matches.text
    assert counts[11] == counts[12]


@pytest.mark.thorough
def test_the_link_for_the_patient_is_shown_once(clinician: Clinician, database: Database) -> None:
    submission = Received().into(database)
    page = Page(clinician.sends(clinician.reads(submission), "link"))
    assert "/visit/" in page.value("link")
    assert "3 February 2027" in page.text
    token = page.value("link").rpartition("/")[2]
    assert token not in clinician.reads(submission).response.text
    assert "Link to the patient’s own page made" in clinician.reads(submission).text
