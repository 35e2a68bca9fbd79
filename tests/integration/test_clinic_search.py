"""People are found by name, date of birth or reference; what was typed stands nowhere."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.clinic_actor import Clinician, Page, token_in
from tests.clinic_cases import REVIEWED, STOPPED, Received
from tests.clock import Clock
from tests.queue_cases import Desk, desk, everybody, in_days


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def queue(app: Flask, clinician: Clinician, database: Database, clock: Clock) -> Desk:
    sam = Clinician(app.test_client(), database, "Sam Okoro").joins(clock())
    return desk(app, [clinician, sam], database)


def search(clinician: Clinician, typed: str) -> Page:
    """As the form sends it; the results are where it leads."""
    token = token_in(clinician.client.get("/clinic/").text)
    sent = {"csrf_token": token, "sought": typed}
    answer = clinician.client.post("/clinic/search", data=sent)
    assert answer.status_code == 303, answer.status_code
    address = answer.headers["Location"]
    assert re.fullmatch(r"/clinic/search/[0-9a-f]{16}", address)
    return clinician.opens(address)


@pytest.fixture
def people(queue: Desk) -> Desk:
    queue.receives(1, Received("Zoë Anna Márquez-Delft", STOPPED, in_days(5)), born="1985-03-27")
    queue.receives(
        2, Received("Anna Okafor", {}, in_days(5)), born="1990-12-01", reference="7Q0M4X1Z"
    )
    queue.decides(queue.receives(3, Received("Zoe Smith", REVIEWED)), "do_not_treat")
    return queue


SOUGHT = {
    "anna": "Zoë M., Anna O.",
    "ANNA   okafor": "Anna O.",
    "okafor anna": "Anna O.",
    "marquez": "Zoë M.",
    "zoë": "Zoë M., Zoe S.",
    "zoe delft": "Zoë M.",
    "27 3 1985": "Zoë M., Zoe S.",
    "27/03/1985 marquez": "Zoë M.",
    "1990-12-01": "Anna O.",
    "7Q0M4X1Z": "Anna O.",
    "7qom 4xlz": "Anna O.",
    "7Q0M4X1Y": "",
    "27 March 1985 okafor": "",
    "ann": "",
    "nobody": "",
}


@pytest.mark.thorough
def test_people_are_found_by_name_and_date_of_birth(clinician: Clinician, people: Desk) -> None:
    for typed, shown in SOUGHT.items():
        page = search(clinician, typed)
        assert everybody(page) == set(filter(None, shown.split(", "))), typed
        assert page.value("sought") == " ".join(typed.split())
        assert ("Nobody is found by this." in page.text) == (not shown)


@pytest.mark.thorough
def test_people_are_found_by_how_they_are_reached(clinician: Clinician, people: Desk) -> None:
    everyone = {"Zoë M.", "Anna O.", "Zoe S."}  # all of them gave the same address and number
    for typed in (
        "zoe@example.org", "ZOE@Example.org", "07700 900 982", "07700900982", "+44 7700 900982",
        "+44 (0)7700-900.982",
    ):  # fmt: skip
        assert everybody(search(clinician, typed)) == everyone, typed
    assert everybody(search(clinician, "zoe@example.org marquez")) == {"Zoë M."}


@pytest.mark.thorough
def test_part_of_an_address_finds_nobody(clinician: Clinician, people: Desk) -> None:
    for typed in ("zoe@example.com", "o@example.org", "zoeexample.org", "07700 900 983", "900 982"):
        assert not everybody(search(clinician, typed)), typed


@pytest.mark.thorough
def test_what_was_searched_for_stands_in_no_address_and_no_event(
    clinician: Clinician, people: Desk
) -> None:
    page = search(clinician, "marquez 27 3 1985")
    addresses = [str(a.attributes.get("href")) for a in page.root.all("a")]
    assert not [one for one in addresses if "marquez" in one.lower() or "1985" in one]
    assert people.events("queue.searched") == ['{"count": 1}']


@pytest.mark.thorough
def test_a_search_is_kept_for_whoever_made_it_alone(
    clinician: Clinician, people: Desk, app: Flask
) -> None:
    search(clinician, "anna")
    address = str(search(clinician, "okafor").response.request.path)
    assert everybody(clinician.opens(address)) == {"Anna O."}
    sam = Clinician(app.test_client(), people.database, "Sam Okoro").signs_in()
    page = sam.opens(address, 404)
    assert "This search has ended. Search again." in page.text
    assert not everybody(page)


@pytest.mark.thorough
def test_the_last_five_searches_are_kept(clinician: Clinician, people: Desk) -> None:
    first = str(search(clinician, "anna").response.request.path)
    for typed in ("okafor", "zoe", "marquez", "delft"):
        search(clinician, typed)
    assert everybody(clinician.opens(first)) == {"Zoë M.", "Anna O."}
    search(clinician, "smith")
    clinician.opens(first, 404)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("   ", "Type a name, a date of birth, a contact or a reference."),
        ("x" * 201, "Shorten it to 200 characters or fewer."),
    ],
)
def test_a_search_for_nothing_or_too_much_says_so(
    clinician: Clinician, people: Desk, typed: str, error: str
) -> None:
    token = token_in(clinician.client.get("/clinic/").text)
    answer = clinician.client.post("/clinic/search", data={"csrf_token": token, "sought": typed})
    page = Page(answer)
    assert (page.status, page.errors()) == (400, [error])
    assert page.value("sought") == typed.strip()


@pytest.mark.thorough
def test_unknown_fields_of_the_search_are_refused(clinician: Clinician, people: Desk) -> None:
    token = token_in(clinician.client.get("/clinic/").text)
    for more in ({"sought": "anna", "level": "stop"}, {"sought": ["anna", "zoe"]}):
        answer = clinician.client.post("/clinic/search", data={"csrf_token": token, **more})
        assert answer.status_code == 400
