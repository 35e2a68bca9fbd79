"""Two devices at once: one edition, and a clear page for the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.own_pages import comes_in, corrects, sends_in
from tests.questionnaires import count

AT_ONCE = 4


@pytest.mark.thorough
def test_of_supplements_that_come_together_each_follows_the_one_before(
    app: Flask, database: Database, clock: Clock
) -> None:
    submission = sends_in(database, clock)
    patients = [corrects(comes_in(app, submission), "hopes", "sun_plans") for _ in range(AT_ONCE)]
    for patient in patients:
        patient.continues({"sun_plans": "yes"})
    start = Barrier(AT_ONCE)

    def send(patient: Patient) -> int:
        fields = patient.page.form_to("/visit/send").state()
        start.wait()
        return patient.client.post("/visit/send", data=fields).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sorted(pool.map(send, patients))
    assert answers == [303] + [409] * (AT_ONCE - 1)
    assert count(database, "submissions") == 2


@pytest.mark.thorough
def test_eight_clicks_at_once_leave_one_edition(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = corrects(comes_in(app, sends_in(database, clock)), "hopes", "sun_plans")
    patient.continues({"sun_plans": "yes"})
    fields = patient.page.form_to("/visit/send").state()
    cookie = patient.client.get_cookie("prelude")
    assert cookie is not None

    def click(_: int) -> int:
        other = app.test_client()
        other.set_cookie("prelude", cookie.value)
        return other.post("/visit/send", data=fields).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(click, range(8)))
    # Once the first has won, its new session id may turn a slow click away; never a second row.
    assert 303 in answers
    assert answers <= {303, 400, 403}
    assert count(database, "submissions") == 2
