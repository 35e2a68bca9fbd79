"""The front desk sees who comes, when and whose turn it is; never an answer, level or reason."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.services.search_terms import index
from screening.storage.database import Database
from screening.storage.reviews import ReviewRecord, add_review
from screening.storage.submissions import add_submission
from tests.clinic_actor import Page
from tests.clinic_cases import CAUTIONED, PROTOCOL, REVIEWED, STOPPED, Received, events_of
from tests.clock import MONDAY_MORNING, Clock
from tests.colleagues import Colleague

TODAY = MONDAY_MORNING.date()
CANARIES = {
    "anything_else": "canary-words",
    "medicines": ["anticoagulant"],
    "medicines_note": "canary-medicine",
}
FORBIDDEN = re.compile(
    r"canary|\bstop\b|review|caution|flag|level|isotretinoin|blood thinner|do not treat|proceed|"
    r"override|\bsecond\b",
    re.IGNORECASE,
)


@pytest.fixture
def desk(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "front_desk", name="Dee Desk").starts(clock())


def arrives(database: Database, number: int, received: Received, reference: str = "") -> str:
    """Stored and to be found, as intake does it."""
    record = replace(received.record(number), reference=reference or f"REF{number:05d}")
    with database.write() as session:
        add_submission(session, record)
        index(session, PROTOCOL, record)
    return record.id


def decided(database: Database, submission: str, by: str, **said: object) -> None:
    review = ReviewRecord(
        id=f"{int(submission, 16) + 5000:032x}", submission_id=submission, submission_version=1,
        disposition="proceed", defer_until=None, level="stop", against_level=True,
        reason="canary-reason", note="canary-note", staff_id=by,
        decided_at=MONDAY_MORNING, reason_code="seen_in_person",
    )  # fmt: skip
    with database.write() as session:
        add_review(session, replace(review, **said))  # type: ignore[arg-type]


def groups(page: Page) -> dict[str, list[str]]:
    return {
        section.one("h2").text: [row.one("th").text for row in section.one("tbody").all("tr")]
        for section in page.main.all("section")
    }


def test_visits_stand_in_the_order_of_their_days(desk: Colleague, database: Database) -> None:
    days = {"Tess": 0, "Tom": 1, "Wendy": 6, "Lee": 7, "Lara": 30, "Pat": -1, "Pia": -40}
    for number, (name, away) in enumerate(days.items(), 1):
        arrives(database, number, Received(f"{name} Marker", visit=TODAY + timedelta(days=away)))
    arrives(database, 20, Received("Nina Marker"))
    decided(database, arrives(database, 21, Received("Ona Marker")), desk.id)
    page = desk.opens("/clinic/desk")
    found = {title: [line.split(",")[0] for line in lines] for title, lines in groups(page).items()}
    assert found == {
        "Today 1": ["Tess M."],
        "Tomorrow 1": ["Tom M."],
        "Later this week 1": ["Wendy M."],
        "Later 2": ["Lee M.", "Lara M."],
        "No visit date 1": ["Nina M."],
    }
    (folded,) = page.main.all("details")
    assert "open" not in folded.attributes
    assert [row.one("th").text[:3] for row in folded.one("tbody").all("tr")] == [
        "Pat", "Pia", "Ona",
    ]  # fmt: skip


def test_a_line_says_whose_turn_it_is_and_not_what_was_decided(
    desk: Colleague, database: Database
) -> None:
    cases: dict[str, dict[str, object] | None] = {
        "Needs a clinician": None,
        "A clinician has decided": {"disposition": "do_not_treat"},
        "Waiting for the patient": {"disposition": "ask_patient", "against_level": False},
        "Deferred until 9 May 2027": {"disposition": "defer", "defer_until": date(2027, 5, 9)},
    }
    for number, said in enumerate(cases.values(), 1):
        visit = TODAY + timedelta(days=number)
        one = arrives(database, number, Received(visit=visit, answers=STOPPED))
        if said is not None:
            decided(database, one, desk.id, **said)
    waiting_for_a_second = arrives(database, 9, Received(visit=TODAY + timedelta(days=9)))
    decided(database, waiting_for_a_second, desk.id, second_required=True)
    pills = [pill.text for pill in desk.opens("/clinic/desk").main.classed("pill")]
    assert pills == [*cases, "Needs a clinician"]


@pytest.mark.thorough
def test_no_page_of_the_desk_holds_an_answer_a_level_or_a_reason(
    desk: Colleague, database: Database
) -> None:
    levels = [{**CANARIES, **STOPPED}, REVIEWED, CAUTIONED, {}]
    for number, answers in enumerate(levels, 1):
        received = Received("Zoë Marker", answers, TODAY, withdrawn={"herpes_history": ["canary"]})
        one = arrives(database, number, received)
        decided(database, one, desk.id, disposition="do_not_treat" if number % 2 else "proceed")
    pages = [desk.opens("/clinic/desk"), found(desk, "Marker")]
    pages += [desk.opens(f"/clinic/desk/{number:032x}") for number in range(1, 5)]
    for page in pages:
        assert not FORBIDDEN.search(page.main.text), page.main.text
        classes = " ".join(str(one.attributes.get("class")) for one in page.main.all())
        assert not re.search(r"stop|review|caution|level|row--", classes)
        assert "canary" not in page.response.text


def found(desk: Colleague, words: str, status: int = 200) -> Page:
    page = Page(desk.sends("/clinic/desk", words=words))
    assert page.status == status
    return page


FOUND = {
    "7k3m9qxd": ["Zoë M."],
    "7K3M 9QXD": ["Zoë M."],
    "zoe": ["Zoë M."],
    "MARKER zoë": ["Zoë M."],
    "marie": ["Anne-Marie O."],
    "anne-marie oneill": ["Anne-Marie O."],
    "27 3 1985": ["Zoë M.", "Anne-Marie O."],
    "marker 1985-03-27": ["Zoë M."],
    "27 March 1985": ["Zoë M.", "Anne-Marie O."],
    "03/27/1985": ["Zoë M.", "Anne-Marie O."],
    "zoe oneill": [],
    "mark": [],
    "28 3 1985": [],
    "!!!": [],
    "🙂": [],
    "%": [],
}


@pytest.mark.thorough
def test_a_patient_is_found_by_reference_name_or_date_of_birth(
    desk: Colleague, database: Database
) -> None:
    arrives(database, 1, Received("Zoë Marker", visit=TODAY), "7K3M9QXD")
    arrives(database, 2, Received("Anne-Marie O’Neill"), "8AAAAAAA")
    for words, names in FOUND.items():
        page = found(desk, words)
        heads = [one for one in page.main.all("th") if one.attributes.get("scope") == "row"]
        assert [one.one("a").text.split(",")[0] for one in heads] == names, words
        assert page.value("words") == words


@pytest.mark.thorough
def test_a_search_is_posted_and_witnessed_without_its_words(
    desk: Colleague, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    arrives(database, 1, Received("Zoë Marker"))
    found(desk, "Zoë Marker")
    with database.read() as session:
        seen = session.execute(text("SELECT event, facts FROM audit_events")).all()
    assert ("desk.searched", '{"count": 1}') in [tuple(row) for row in seen]
    assert "marker" not in (caplog.text + str(seen)).lower()


@pytest.mark.thorough
def test_an_empty_or_endless_search_is_refused_and_kept(desk: Colleague) -> None:
    assert found(desk, " ", 400).errors() == ["Type what to look for"]
    page = found(desk, "x" * 201, 400)
    assert page.errors() == ["Shorten this to 200 characters"]
    assert page.value("words") == "x" * 201


@pytest.mark.thorough
def test_identity_is_recorded_once_by_whoever_was_first(
    desk: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    one = arrives(database, 1, Received("Zoë Marker", visit=TODAY))
    page = desk.opens(f"/clinic/desk/{one}")
    assert "27 March 1985" in page.text
    answer = desk.sends(f"/clinic/desk/{one}/identity", page)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/clinic/desk/{one}")
    second = Colleague(app.test_client(), database, "clinician", name="Ann Lee").starts(clock())
    second.sends(f"/clinic/desk/{one}/identity")
    assert "Checked by Dee Desk" in desk.opens(f"/clinic/desk/{one}").text
    assert events_of(database, one).count("identity.checked") == 1
    assert "Not checked yet" not in desk.opens("/clinic/desk").text


@pytest.mark.thorough
def test_a_link_is_shown_once_and_the_earlier_one_stops_working(
    desk: Colleague, database: Database
) -> None:
    one = arrives(database, 1, Received("Zoë Marker", visit=TODAY))
    first, second = (Page(desk.sends(f"/clinic/desk/{one}/link")) for _ in range(2))
    links = [page.by_id("page-link").attributes["value"] for page in (first, second)]
    assert links[0] != links[1]
    assert all(re.fullmatch(r"http://127.0.0.1:8000/visit/[0-9a-f]{64}", str(x)) for x in links)
    assert "/visit/" not in desk.opens(f"/clinic/desk/{one}").response.text


@pytest.mark.thorough
def test_who_is_not_there_is_not_found(desk: Colleague) -> None:
    nobody = "0" * 32
    assert desk.client.get(f"/clinic/desk/{nobody}").status_code == 404
    assert desk.client.get("/clinic/desk/search").status_code == 404
    for act in ("identity", "link"):
        assert desk.sends(f"/clinic/desk/{nobody}/{act}").status_code == 404


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["Ж" * 300, "שלום כהן", "李小明", "<b>Zoë</b> =1+1", "O"])
def test_names_of_any_length_and_script_are_shown(
    name: str, desk: Colleague, database: Database
) -> None:
    one = arrives(database, 1, Received(name, visit=TODAY))
    desk.opens("/clinic/desk")
    assert desk.opens(f"/clinic/desk/{one}").root.classed("lead")[0].text == name
