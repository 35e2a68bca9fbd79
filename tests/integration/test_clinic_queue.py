"""The queue: who needs a person first, each line with the reason for its place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.clinic_actor import Clinician
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, Received
from tests.clock import MONDAY_MORNING, Clock
from tests.queue_cases import (
    HERPES,
    TODAY,
    WEAK,
    Desk,
    counts,
    desk,
    in_days,
    parts,
    reasons,
)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def queue(app: Flask, clinician: Clinician, database: Database, clock: Clock) -> Desk:
    sam = Clinician(app.test_client(), database, "Sam Okoro").joins(clock())
    return desk(app, [clinician, sam], database)


def test_whoever_needs_more_time_than_is_left_comes_first(
    clinician: Clinician, queue: Desk
) -> None:
    earlier = MONDAY_MORNING - timedelta(hours=5)
    people = [
        Received("Quiet Soon", {}, in_days(3)),
        Received("Stop Unplanned", STOPPED),
        Received("Herpes Later", HERPES, in_days(10)),
        Received("Weak Ten", WEAK, in_days(10)),
        Received("Herpes Five", HERPES, in_days(5)),
        Received("Review Four", REVIEWED, in_days(4)),
        Received("Stop Four", STOPPED, in_days(4)),
        Received("Patient Four", STOPPED, in_days(4), earlier),
        Received("Past Quiet", {}, in_days(-2)),
        Received("Longer Unplanned", STOPPED, None, earlier),
    ]
    for number, person in enumerate(people, 1):
        queue.opens(queue.receives(number, person))
    assert parts(clinician.opens()) == {
        "clinic": [
            "Weak T.", "Herpes F.", "Patient F.", "Stop F.", "Review F.", "Herpes L.", "Quiet S.",
            "Past Q.", "Longer U.", "Stop U.",
        ]
    }  # fmt: skip


@pytest.mark.thorough
def test_each_line_says_why_it_stands_where_it_does(clinician: Clinician, queue: Desk) -> None:
    people = [
        Received("Late", HERPES, in_days(5)),
        Received("Last", HERPES, in_days(7)),
        Received("Spare", HERPES, in_days(8)),
        Received("Tomorrow", WEAK, in_days(1)),
        Received("Onday", {"home_device": "past", "home_device_how": ["shared"],
                           "home_device_last": "over_2_years",
                           "home_device_problem": ["none"]}, in_days(9)),
        Received("Quiet", {}, in_days(0)),
        Received("Past", STOPPED, in_days(-1)),
        Received("Unplanned", HERPES),
    ]  # fmt: skip
    for number, person in enumerate(people, 1):
        queue.receives(number, person)
    why = reasons(clinician.opens())
    antiviral = "Needs 7 days for the antiviral decision"
    assert why == {
        "Late": f"{antiviral}, visit in 5: late by 2 days · sent today",
        "Last": f"{antiviral}, visit in 7: today is the last day · sent today",
        "Spare": f"{antiviral}, visit in 8: 1 day to spare · sent today",
        "Tomorrow": "Needs 14 days for the treating team's advice, visit tomorrow: "
        "late by 13 days · sent today",
        "Onday": "Can be settled on the day, visit in 9 days · sent today",
        "Quiet": "No stop or review flag, visit today · sent today",
        "Past": "The visit was yesterday, and nothing is decided · sent today",
        "Unplanned": f"{antiviral}, no visit named · sent today",
    }


@pytest.mark.thorough
def test_a_flagged_visit_within_48_hours_that_nobody_opened_stands_out(
    clinician: Clinician, queue: Desk
) -> None:
    queue.receives(1, Received("Unread Soon", STOPPED, in_days(2)))
    queue.opens(queue.receives(2, Received("Read Soon", STOPPED, in_days(1))))
    queue.receives(3, Received("Unread Later", WEAK, in_days(3)))
    queue.receives(4, Received("Quiet Soon", CAUTIONED, in_days(1)))
    page = clinician.opens()
    assert parts(page) == {
        "urgent": ["Unread S."],
        "clinic": ["Unread L.", "Read S.", "Quiet S."],
    }
    assert "not yet opened by anybody" in page.by_id("urgent").text
    assert "1 flagged and unread with a visit within 48 hours" in page.text
    assert "2 late for what the flags need" in page.text
    clinician.reads(f"{1:032x}")
    assert "urgent" not in parts(clinician.opens())


@pytest.mark.thorough
def test_every_turn_has_its_part_and_the_counts_add_up(clinician: Clinician, queue: Desk) -> None:
    for number in range(1, 7):
        queue.receives(number, Received(f"Person {'ABCDEF'[number - 1]}", STOPPED, in_days(20)))
    queue.decides(f"{2:032x}", "proceed_with_precautions", second=True, by=queue.sam)
    queue.decides(f"{3:032x}", "ask_patient")
    queue.decides(f"{4:032x}", "defer", in_days(9))
    queue.decides(f"{5:032x}", "do_not_treat", by=queue.sam)
    queue.decides(f"{6:032x}", "defer", TODAY)
    page = clinician.opens()
    assert parts(page) == {
        "clinic": ["Person F.", "Person A."],
        "second": ["Person B."],
        "patient": ["Person C."],
        "later": ["Person D."],
        "nobody": ["Person E."],
    }
    why = reasons(page)
    assert why["Person B."].startswith("Sam Okoro proposed a decision: a second clinician must")
    assert why["Person C."].startswith("The patient was asked today. Needs 2 days")
    assert why["Person D."].startswith("Comes back in 9 days, on 13 January 2027")
    assert why["Person E."].startswith("Decided today by Sam Okoro")
    assert why["Person F."].startswith("Deferred until today, back now. Needs 2 days")
    counted = counts(page)
    assert counted.pop("All") == sum(counted.values()) == 6
    assert counted == {
        "Our turn": 2, "Second sign-off": 1, "With the patient": 1, "Deferred": 1, "Decided": 1
    }  # fmt: skip
    assert "6 in all." in page.text


@pytest.mark.thorough
def test_a_deferral_comes_back_on_its_day_by_itself(
    clinician: Clinician, queue: Desk, clock: Clock
) -> None:
    queue.decides(
        queue.receives(1, Received("Calm Marker", STOPPED, in_days(30))), "defer", in_days(1)
    )
    assert list(parts(clinician.opens())) == ["later"]
    clock.advance(timedelta(hours=16))  # past midnight at the clinic
    clinician.signs_in()
    page = clinician.opens()
    assert list(parts(page)) == ["clinic"]
    assert "Back" in [pill.text for pill in page.root.classed("pill")]


@pytest.mark.thorough
def test_newer_answers_after_a_decision_are_the_clinics_turn_again(
    clinician: Clinician, queue: Desk
) -> None:
    queue.decides(queue.receives(1, Received("Calm Marker", STOPPED, in_days(30))), "do_not_treat")
    queue.receives(2, replace(Received("Calm Marker", REVIEWED, in_days(30))), edition=2)
    page = clinician.opens()
    assert parts(page) == {"clinic": ["Calm M."]}
    assert reasons(page)["Calm M."].startswith("Answered again after a decision.")
    assert counts(page)["All"] == 1


@pytest.mark.thorough
def test_a_claim_is_shown_as_long_as_it_runs(
    clinician: Clinician, queue: Desk, clock: Clock
) -> None:
    queue.claims(queue.receives(1, Received("Anna Marker", STOPPED)), queue.sam)
    queue.claims(queue.receives(2, Received("Bea Marker", STOPPED)), queue.robin)
    page = clinician.opens().text
    assert "Claimed by Sam Okoro" in page
    assert "Claimed by you" in page
    clock.advance(timedelta(minutes=14, seconds=59))
    assert "Claimed by Sam Okoro" in clinician.opens().text
    clock.advance(timedelta(seconds=1))
    assert "Claimed by" not in clinician.opens().text
