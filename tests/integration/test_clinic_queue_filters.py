"""Filters stand in the address and fit together, and counts always add up."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.clinic_actor import Clinician
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, Received
from tests.clock import Clock
from tests.queue_cases import HERPES, Desk, counts, desk, everybody, in_days


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def queue(app: Flask, clinician: Clinician, database: Database, clock: Clock) -> Desk:
    sam = Clinician(app.test_client(), database, "Sam Okoro").joins(clock())
    return desk(app, [clinician, sam], database)


@pytest.fixture
def mixed(queue: Desk) -> Desk:
    people = [
        ("Stop Soon", STOPPED, 1), ("Stop Later", STOPPED, 20), ("Stop Never", STOPPED, None),
        ("Review Soon", HERPES, 8), ("Caution Soon", CAUTIONED, 8), ("Quiet Soon", {}, 8),
        ("Stop Decided", STOPPED, 8), ("Review Asked", REVIEWED, 9),
    ]  # fmt: skip
    for number, (name, answers, visit) in enumerate(people, 1):
        day = None if visit is None else in_days(visit)
        queue.opens(queue.receives(number, Received(name, answers, day)))
    queue.decides(f"{7:032x}", "do_not_treat", by=queue.sam)
    queue.decides(f"{8:032x}", "ask_patient")
    queue.claims(f"{1:032x}", queue.robin)
    return queue


FITTING = {
    "level=stop": "Stop S., Stop L., Stop N., Stop D.",
    "level=info": "Quiet S.",
    "turn=patient": "Review A.",
    "turn=nobody": "Stop D.",
    "turn=clinic&level=stop": "Stop S., Stop L., Stop N.",
    "from=2027-01-12&to=2027-01-13": "Review S., Caution S., Quiet S., Stop D., Review A.",
    "from=2027-01-13": "Stop L., Review A.",
    "to=2027-01-05": "Stop S.",
    "flag=herpes_history_area": "Review S.",
    "flag=isotretinoin_now": "Stop S., Stop L., Stop N.",
    "mine=yes": "Stop S., Review A.",
    "flag=isotretinoin_now&to=2027-01-31&mine=yes": "Stop S.",
    "level=info&mine=yes": "",
}


@pytest.mark.thorough
def test_filters_leave_what_fits(clinician: Clinician, mixed: Desk) -> None:
    for query, shown in FITTING.items():
        page = clinician.opens(f"/clinic/?{query}")
        assert everybody(page) == set(filter(None, shown.split(", "))), query
        assert f"Showing {len(everybody(page))} of 8." in page.text
        counted = counts(page)
        assert counted.pop("All") == sum(counted.values()) == 8
        assert ("Nothing fits these filters." in page.text) == (not shown)


@pytest.mark.thorough
def test_a_filtered_part_says_how_many_it_leaves_out(clinician: Clinician, mixed: Desk) -> None:
    page = clinician.opens("/clinic/?level=stop")
    titles = [heading.text for heading in page.main.all("h2")]
    assert titles == ["Our turn 3 of 6", "Decided 1"]


@pytest.mark.thorough
def test_the_form_shows_what_is_filtered_and_the_links_keep_it(
    clinician: Clinician, mixed: Desk
) -> None:
    query = "turn=clinic&level=stop&flag=isotretinoin_now&from=2027-01-01&to=2027-03-01&mine=yes"
    page = clinician.opens(f"/clinic/?{query}")
    chosen = [o.attributes["value"] for o in page.root.all("option") if "selected" in o.attributes]
    assert chosen == ["stop", "isotretinoin_now"]
    dates = [page.value(name) for name in ("from", "to", "mine", "turn")]
    assert dates == ["2027-01-01", "2027-03-01", "yes", "clinic"]
    links = [str(a.attributes["href"]) for a in page.by_id("turn").all("a")]
    assert all("level=stop&flag=isotretinoin_now" in link for link in links)
    clear = next(a for a in page.root.all("a") if a.text == "Clear")
    assert clear.attributes["href"] == "/clinic/?turn=clinic"


@pytest.mark.thorough
def test_the_flags_to_choose_from_are_those_that_wait(clinician: Clinician, mixed: Desk) -> None:
    select = clinician.opens().by_id("flag")
    offered = {one.text for one in select.all("option")}
    assert {"Taking isotretinoin (3)", "Cold sores before, in or near the area (1)"} <= offered
    assert "Blood thinner (anticoagulant) (1)" in offered


MISTAKEN = {
    "level=danger": "Choose a level from the list.",
    "flag=vapes": "Choose a flag from the list.",
    "turn=mine": "Choose whose turn it is from the links.",
    "mine=no": "Tick the box or leave it.",
    "from=tomorrow": "Enter a day such as 2027-01-14.",
    "to=2027-02-30": "Enter a day such as 2027-01-14.",
    "to=20270230": "Enter a day such as 2027-01-14.",
    "from=2027-01-05&to=2027-01-04": "Enter a last day that is not before the first.",
    "from=%D9%A2%D9%A0%D9%A2%D9%A7-01-05": "Enter a day such as 2027-01-14.",
}


@pytest.mark.thorough
def test_a_filter_that_is_none_says_so_and_hides_nobody(clinician: Clinician, mixed: Desk) -> None:
    for query, error in MISTAKEN.items():
        page = clinician.opens(f"/clinic/?{query}", 400)
        assert page.errors() == [error], query
        # Where only the last day is wrong, the first one still counts.
        assert len(everybody(page)) == (7 if query.startswith("from=2027") else 8)


@pytest.mark.thorough
def test_a_page_that_is_none_is_the_first(clinician: Clinician, mixed: Desk) -> None:
    for page in ("0", "-1", "x", "9999999", "1e3", ""):
        assert len(everybody(clinician.opens(f"/clinic/?page={page}"))) == 8
