"""The invited patient: a link that tells nothing, one form on every device, one submission."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.domain.invitation import LINK_LIFE
from screening.services.invitations import renew, revoke
from screening.storage.clinic import read_clinic, write_clinic
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import Clock
from tests.invitations import (
    BORN,
    DOOR,
    SECTION,
    STAFF,
    VISIT,
    WRONG,
    address_of,
    comes,
    comes_in,
    invites,
    page_at_the_door,
    tokens,
)
from tests.questionnaires import ASHA, business_rows, count, events, the_draft, the_submission

TYPED = {f"date_of_birth-{part}": one for part, one in (("day", "15"), ("month", "6"))}
RIGHT = {**TYPED, "date_of_birth-year": "1990", "agree": "yes"}


def goes_all_the_way(app: Flask, link: object, name: str = "Asha Example") -> Patient:
    patient = comes_in(app, link)  # type: ignore[arg-type]
    reach = {"name": name, "email": "asha@example.com", "phone": ""}
    return patient.answers(ASHA, reach).submits()


def test_an_invitation_leads_to_one_submission_for_the_visit_that_the_clinic_named(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    patient = comes_in(app, link)
    assert patient.page.path == "/q/gate"
    assert patient.page.main_form.state()["date_of_birth-year"] == ["1990"]
    patient.answers(ASHA).submits()
    sent = the_submission(database)
    assert (sent.treatment_date, sent.reference) == (VISIT, link.record.reference)
    assert events(database).count("invitation.answered") == 1
    assert link.token not in " ".join(patient.visited[1:])


@pytest.mark.thorough
def test_nothing_tells_a_link_that_works_from_one_that_does_not(
    app: Flask, database: Database, clock: Clock
) -> None:
    """Unknown, ended, taken back, answered: the same page before and after the form is sent."""
    valid, answered, revoked = (invites(database, clock, number=number) for number in (50, 51, 52))
    goes_all_the_way(app, answered)
    with database.write() as session:
        revoke(session, revoked.record.id, STAFF, clock())
    addresses = [address_of(one) for one in (revoked, answered)] + [f"/invited/{'0' * 64}"]
    before = business_rows(database)
    looked = {page_at_the_door(app.test_client(), one) for one in (*addresses, address_of(valid))}
    assert len(looked) == 1
    assert business_rows(database) == before
    wrong = {**RIGHT, "date_of_birth-year": "1991"}
    assert len({page_at_the_door(app.test_client(), one, **wrong) for one in addresses}) == 1
    clock.advance(LINK_LIFE)
    ended = page_at_the_door(app.test_client(), address_of(valid), **RIGHT)
    assert ended == page_at_the_door(app.test_client(), addresses[-1], **RIGHT)


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_looking_two_hundred_times_changes_nothing(
    app: Flask, database: Database, clock: Clock
) -> None:
    address = address_of(invites(database, clock))
    client, before = app.test_client(), events(database)
    for _ in range(100):
        assert client.get(address).status_code == client.head(address).status_code == 200
    assert events(database) == before
    assert comes(app, address).continues(DOOR).path == "/q/gate"


@pytest.mark.thorough
def test_whoever_holds_the_link_never_reads_who_was_invited(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock, name="Wilhelmina Canary", email="canary@example.org",
                   phone="07700 900 555")  # fmt: skip
    patient = comes_in(app, link)
    while patient.page.path != "/q/you":
        assert "anary" not in patient.page.response.text
        patient.continues(ASHA)
    assert patient.page.main_form.state()["name"] == [""]
    assert patient.page.main_form.state()["treatment_date-year"] == [str(VISIT.year)]
    assert not {"anary", "900 555"} & set(patient.page.response.text.split())


@pytest.mark.thorough
def test_the_database_holds_no_link(app: Flask, database: Database, clock: Clock) -> None:
    link = invites(database, clock)
    with database.read() as session:
        rows = [str(tuple(one)) for one in session.execute(text("SELECT * FROM invitation_links"))]
    assert link.token not in "".join(rows)
    assert hashlib.sha256(link.token.encode()).hexdigest() in "".join(rows)


@pytest.mark.thorough
def test_an_invitation_opens_where_the_public_start_is_closed(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    with database.write() as session:
        write_clinic(session, replace(read_clinic(session), public_start=False), clock())
    assert Patient(app.test_client()).opens("/").h1 == "Please use the link from your clinic"
    assert goes_all_the_way(app, link).page.path == "/outcome"


@pytest.mark.thorough
def test_nothing_is_kept_of_who_is_too_young(app: Flask, database: Database, clock: Clock) -> None:
    patient = comes(app, invites(database, clock))
    patient.continues({"date_of_birth": "2012-05-01", "agree": "yes"})
    assert patient.page.path == "/not-yet"
    assert count(database, "drafts") == 0
    assert patient.opens("/q/gate").path == "/"


@pytest.mark.thorough
def test_what_is_missing_at_the_door_is_said_and_what_was_typed_stays(
    app: Flask, database: Database, clock: Clock
) -> None:
    patient = comes(app, invites(database, clock))
    page = patient.continues({"date_of_birth": "1990--15"}, status=422)
    assert "Enter the month as well" in page.text
    assert "Tick the box" in page.text
    assert page.main_form.state()["date_of_birth-year"] == ["1990"]
    assert events(database).count("invitation.opened") == 0


@pytest.mark.thorough
def test_the_second_device_goes_on_and_the_first_is_told_and_loses_nothing(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    first = comes_in(app, link)
    first.continues(ASHA)  # the gate
    second = comes_in(app, link)
    assert second.page.path == first.page.path
    page = first.continues(SECTION, status=409)
    assert "You opened this form on another device" in page.text
    assert page.main_form.state()["past_needling"] == ["no"]
    assert "past_needling" not in the_draft(database, clock).answers
    first.presses("Continue")  # once more: from now on here
    assert the_draft(database, clock).answers["past_needling"] == "no"
    told = second.continues(SECTION, status=409)
    assert "another device" in told.text
    assert count(database, "drafts") == 1


@pytest.mark.thorough
def test_what_one_device_typed_after_the_other_has_sent_stays_in_front_of_them(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    first = comes_in(app, link)
    first.continues(ASHA)
    comes_in(app, link).answers(ASHA).submits()
    page = first.continues({**SECTION, "past_needling": "yes_fine"}, status=409)
    assert "Your answers were sent from another device" in page.text
    assert page.main_form.state()["past_needling"] == ["yes_fine"]
    assert "/visit" in page.links
    assert the_submission(database).answers["answers"]["past_needling"] == "no"
    assert first.opens("/q/check").path == "/outcome"


@pytest.mark.thorough
def test_two_devices_at_the_gate_share_the_form_that_the_first_of_them_began(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    one, two, three = (comes_in(app, link) for _ in range(3))
    one.continues(ASHA)
    two.continues(ASHA, status=409)
    two.presses("Continue")
    assert two.page.path == one.page.path
    page = three.continues({**ASHA, "date_of_birth": "1980-01-01"}, status=422)
    assert "another date of birth" in page.text
    assert count(database, "drafts") == 1
    two.answers(ASHA).submits()
    over = three.continues(ASHA, status=410)
    assert "sent from another device" in over.text
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_five_wrong_dates_close_it_and_a_new_link_opens_it_again(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    comes_in(app, link).continues(ASHA)
    stranger = comes(app, link)
    for _ in range(5):
        stranger.continues({**WRONG, "agree": "yes"}, status=422)
    assert events(database).count("draft.locked") == 1
    assert comes(app, link).continues(DOOR, status=422).path == address_of(link)
    with database.write() as session:
        newer = renew(session, link.record.id, read_clinic(session), STAFF, clock(), tokens)
    assert comes(app, link).continues(DOOR, status=422)
    assert comes_in(app, newer).page.path == "/q/about_you"


@pytest.mark.thorough
def test_guessing_is_slowed_down_for_every_link_alike(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    with database.write() as session:
        revoke(session, link.record.id, STAFF, clock())
    for address in (address_of(link), f"/invited/{'0' * 64}"):
        patient = comes(app, address)
        for _ in range(10):
            patient.continues({**WRONG, "agree": "yes"}, status=422)
        page = patient.continues({**WRONG, "agree": "yes"}, status=429)
        assert page.h1 == "Too many attempts"
        clock.advance(timedelta(minutes=16))


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_after_sending_twenty_dates_a_day_are_all_that_anybody_tries(
    app: Flask, database: Database, clock: Clock
) -> None:
    """There is no form left to close, and the link may lie in a letterbox that others read."""
    link = invites(database, clock)
    goes_all_the_way(app, link)
    for _ in range(2):
        patient = comes(app, address_of(link))
        for _ in range(9):
            patient.continues({**WRONG, "agree": "yes"}, status=422)
        clock.advance(timedelta(hours=1, seconds=1))
    patient = comes(app, address_of(link))
    patient.continues({**WRONG, "agree": "yes"}, status=422)
    page = patient.continues(DOOR, status=429)
    assert page.h1 == "Too many attempts"
    clock.advance(timedelta(hours=24))
    assert comes_in(app, link).page.path == "/visit"


@pytest.mark.thorough
def test_after_sending_the_link_leads_to_the_own_page(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    goes_all_the_way(app, link)
    patient = comes_in(app, link)
    assert (patient.page.path, patient.page.h1) == ("/visit", "The clinic has your answers")
    comes(app, link).continues({**WRONG, "agree": "yes"}, status=422)


@pytest.mark.thorough
def test_a_form_of_another_kind_on_this_device_is_not_pushed_aside(
    app: Flask, database: Database, clock: Clock
) -> None:
    client = app.test_client()
    patient = Patient(client).begins()
    patient.continues(ASHA)
    patient.opens(address_of(invites(database, clock)))
    page = patient.continues(DOOR, status=409)
    assert "Another form is open on this device" in page.text
    assert patient.opens("/q/check").path.startswith("/q/")


@pytest.mark.thorough
def test_a_form_that_was_begun_can_be_sent_though_the_invitation_was_taken_back(
    app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock)
    patient = comes_in(app, link)
    patient.continues(ASHA)
    with database.write() as session:
        revoke(session, link.record.id, STAFF, clock())
    assert comes(app, link).continues(DOOR, status=422)
    assert patient.answers(ASHA).submits().page.path == "/outcome"
    assert BORN["date_of_birth"] == the_submission(database).answers["answers"]["date_of_birth"]
