"""Confirming several: each was listed, each is decided by itself, and nothing happens twice."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from screening.storage.database import Database
from screening.storage.reviews import list_reviews
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import CAUTIONED, REVIEWED, Received, events_of
from tests.clock import Clock
from tests.queue_cases import Desk, counts, desk, in_days

ADDRESS = "/clinic/confirm"


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def queue(app: Flask, clinician: Clinician, database: Database, clock: Clock) -> Desk:
    sam = Clinician(app.test_client(), database, "Sam Okoro").joins(clock())
    return desk(app, [clinician, sam], database)


def listed(page: Page) -> list[str]:
    return [one.all("strong").__next__().text for one in page.main.classed("confirm__one")]


def sends(clinician: Clinician, page: Page, *numbers: int, **more: object) -> TestResponse:
    """Tick these of the list, by their place on it, and send the form."""
    values = page.values("listed")
    sent = {
        "csrf_token": page.value("csrf_token"),
        "listed": values,
        "chosen": [values[number] for number in numbers],
    }
    return clinician.client.post(ADDRESS, data=sent | more)


def dispositions(queue: Desk, number: int) -> list[tuple[str, bool, str]]:
    with queue.database.read() as session:
        reviews = list_reviews(session, f"{number:032x}")
    return [(one.disposition, one.in_bulk, one.staff_id) for one in reviews]


@pytest.mark.thorough
def test_the_plain_ones_are_listed_and_no_other(clinician: Clinician, queue: Desk) -> None:
    people = [
        Received("Plain Soon", {}, in_days(4)),
        Received("Plain Unplanned", {"pregnancy": "trying"}),
        Received("Caution Soon", CAUTIONED, in_days(4)),
        Received("Unsure Soon", {"expectations": "not_sure"}, in_days(4)),
        Received("Written Soon", {"anything_else": "Please call me"}, in_days(4)),
        Received("Withdrawn Soon", {}, in_days(4), withdrawn={"herpes_last": "2026-12"}),
        Received("Past Visit", {}, in_days(-1)),
        Received("Decided Once", {}, in_days(4)),
        Received("Claimed Soon", {}, in_days(4)),
        Received("Corrected Soon", REVIEWED, in_days(4)),
    ]
    for number, person in enumerate(people, 1):
        queue.receives(number, person)
    queue.decides(f"{8:032x}", "defer", in_days(0))
    queue.claims(f"{9:032x}", queue.sam)
    queue.receives(11, Received("Corrected Soon", {}, in_days(4)), edition=2)
    page = clinician.opens(ADDRESS)
    assert listed(page) == ["Plain S.", "Plain U."]
    text = page.main.text
    assert "8 January 2027, in 4 days · sent today Hopes: Acne scars. Areas: Tummy." in text
    assert "Good to know: Trying to conceive" in text
    assert "Please come to your visit on 8 January 2027 as planned." in text


@pytest.mark.thorough
def test_those_ticked_are_confirmed_each_by_itself(clinician: Clinician, queue: Desk) -> None:
    for number in range(1, 5):
        queue.receives(number, Received(f"Plain {'ABCD'[number - 1]}", {}, in_days(number)))
    page = clinician.opens(ADDRESS)
    done = Page(sends(clinician, page, 0, 2))
    assert done.root.one("h1").text == "2 confirmed"
    assert [a.text for a in done.main.all("li")] == [
        "Plain A., reference REF-1",
        "Plain C., reference REF-3",
    ]
    assert dispositions(queue, 1) == dispositions(queue, 3) == [("proceed", True, queue.robin)]
    assert dispositions(queue, 2) == dispositions(queue, 4) == []
    assert counts(clinician.opens())["Decided"] == 2
    assert listed(clinician.opens(ADDRESS)) == ["Plain B.", "Plain D."]


@pytest.mark.thorough
def test_all_listed_can_be_confirmed_at_once(clinician: Clinician, queue: Desk) -> None:
    for number in range(1, 4):
        queue.receives(number, Received(f"Plain {number}"))
    page = clinician.opens(ADDRESS)
    queue.receives(9, Received("Later Arrival"))
    assert Page(sends(clinician, page, all="yes")).root.one("h1").text == "3 confirmed"
    assert dispositions(queue, 9) == []


@pytest.mark.thorough
def test_the_list_is_a_view_of_each(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Plain One"))
    queue.receives(2, Received("Caution Two", CAUTIONED))
    page = clinician.opens(ADDRESS)
    assert events_of(queue.database, f"{1:032x}") == ["submission.viewed"]
    assert events_of(queue.database, f"{2:032x}") == []
    sends(clinician, page, 0)
    assert events_of(queue.database, f"{1:032x}") == ["submission.viewed", "review.decided"]


@pytest.mark.thorough
def test_sent_twice_it_is_confirmed_once(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Plain One"))
    page = clinician.opens(ADDRESS)
    for _ in range(2):
        assert Page(sends(clinician, page, 0)).root.one("h1").text == "1 confirmed"
    assert len(dispositions(queue, 1)) == 1


@pytest.mark.thorough
def test_what_changed_meanwhile_is_named_and_left(
    clinician: Clinician, queue: Desk, clock: Clock
) -> None:
    for number in range(1, 6):
        queue.receives(number, Received(f"Plain {'ABCDE'[number - 1]}", {}, in_days(number)))
    page = clinician.opens(ADDRESS)
    queue.decides(f"{1:032x}", "do_not_treat", by=queue.sam)
    queue.claims(f"{2:032x}", queue.sam)
    answer = Page(sends(clinician, page, 0, 1, 3, 4))
    assert answer.root.one("h1").text == "2 confirmed"
    left = answer.main.classed("notice--stop")[0].text
    assert left.startswith("Not confirmed: 2 REF-1: somebody decided")
    assert "REF-2: somebody decided" in left
    assert [one for one, _, _ in dispositions(queue, 1)] == ["do_not_treat"]
    assert dispositions(queue, 2) == []


@pytest.mark.thorough
def test_newer_answers_of_the_patient_stand_in_the_way(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Plain One"))
    page = clinician.opens(ADDRESS)
    queue.receives(2, Received("Plain One", REVIEWED), edition=2)
    assert Page(sends(clinician, page, 0)).root.one("h1").text == "0 confirmed"
    assert dispositions(queue, 1) == []


@pytest.mark.thorough
def test_what_was_never_listed_cannot_be_confirmed(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Plain Listed"))
    page = clinician.opens(ADDRESS)
    queue.receives(2, Received("Plain Unlisted"))
    flagged = queue.opens(queue.receives(3, Received("Review Opened", REVIEWED)))
    forged = [f"{2:032x}.1", f"{flagged}.1"]
    answer = Page(sends(clinician, page, chosen=forged))
    assert answer.root.one("h1").text == "0 confirmed"
    assert "it has to be read by itself" in answer.main.text
    assert dispositions(queue, 2) == dispositions(queue, 3) == []


@pytest.mark.thorough
@pytest.mark.parametrize("version", [1, 7])
def test_of_what_was_never_shown_no_name_is_told(
    version: int, clinician: Clinician, queue: Desk
) -> None:
    queue.receives(1, Received("Plain Listed"))
    page = clinician.opens(ADDRESS)
    unseen = queue.receives(2, Received("Quetzalia Unseen", REVIEWED))
    answer = Page(sends(clinician, page, chosen=[f"{unseen}.{version}"]))
    assert "REF-2: " in answer.main.text
    assert "Quetzalia" not in answer.text
    assert "submission.viewed" not in events_of(queue.database, unseen)


@pytest.mark.thorough
def test_a_visit_that_has_passed_meanwhile_is_not_confirmed(
    clinician: Clinician, queue: Desk, clock: Clock
) -> None:
    queue.receives(1, Received("Plain Today", {}, in_days(0)))
    page = clinician.opens(ADDRESS)
    clock.advance(timedelta(hours=16))
    clinician.signs_in()
    fresh = clinician.opens("/clinic/")
    sent = {"csrf_token": fresh.value("csrf_token"), "chosen": page.values("listed")}
    assert Page(clinician.client.post(ADDRESS, data=sent)).root.one("h1").text == "0 confirmed"


@pytest.mark.thorough
def test_ticking_nothing_says_so_and_lists_again(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Plain One"))
    answer = Page(sends(clinician, clinician.opens(ADDRESS)))
    assert (answer.status, answer.errors()) == (400, ["Tick the ones that you confirm."])
    assert listed(answer) == ["Plain O."]


FORGED: list[dict[str, object]] = [
    {"chosen": ["x"]},
    {"chosen": [f"{1:032x}"]},
    {"chosen": [f"{1:032x}.0"]},
    {"chosen": [f"{1:032x}.1", f"{1:032x}.1"]},
    {"chosen": [f"{1:032x}.1", f"{1:032x}.2"]},
    {"chosen": [f"{77:032x}.1"]},
    {"chosen": [f"{number:032x}.1" for number in range(51)]},
    {"disposition": "do_not_treat"},
]


@pytest.mark.thorough
def test_what_no_page_sends_is_refused(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Plain One"))
    page = clinician.opens(ADDRESS)
    for forged in FORGED:
        sent = {"chosen": page.values("listed")} | forged
        assert sends(clinician, page, **sent).status_code == 400, forged
    assert dispositions(queue, 1) == []


@pytest.mark.thorough
def test_an_empty_list_says_so(clinician: Clinician, queue: Desk) -> None:
    assert "Nothing can be confirmed together just now." in clinician.opens(ADDRESS).text
    page = clinician.opens()
    assert ADDRESS not in [a.attributes.get("href") for a in page.root.all("a")]
