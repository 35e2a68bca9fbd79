"""The desk invites: a link shown once, who has not answered, a new link, taking it back."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.domain.invitation import LINK_LIFE
from screening.services.retention import apply, erase, look
from screening.storage.database import Database
from tests.clinic_actor import Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.invitations import DOOR, STAFF, VISIT, comes, comes_in, invites
from tests.questionnaires import ASHA, count, events, the_submission

NEW = "/clinic/desk/invitations/new"
LINK = re.compile(r'value="http://[^/]+(/invited/[0-9a-f]{64})"')
FORM = re.compile(r'name="form" value="([0-9a-f]{32})"')
BOXES = {
    "name": "Asha Example",
    "visit-day": str(VISIT.day),
    "visit-month": str(VISIT.month),
    "visit-year": str(VISIT.year),
    "email": "asha@example.com",
    "phone": "",
}


@pytest.fixture
def desk(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "front_desk", name="Dee Desk").starts(clock())


def makes(desk: Colleague, **changes: str) -> Page:
    page = desk.opens(NEW)
    form = FORM.search(page.response.text)
    assert form is not None
    return Page(desk.sends(NEW, page, **{**BOXES, "form": form.group(1), **changes}))


def address_in(page: Page) -> str:
    found = LINK.search(page.response.text)
    assert found is not None
    return found.group(1)


@pytest.mark.thorough
def test_the_desk_makes_a_link_and_sees_who_has_not_answered(
    desk: Colleague, app: Flask, database: Database
) -> None:
    page = makes(desk)
    listed = desk.opens("/clinic/desk").root.text
    assert "Invited, not answered yet 1" in listed
    assert "Asha E." in listed
    assert "Not opened yet" in listed
    patient = comes(app, address_in(page))
    patient.continues(DOOR)
    assert "Begun" in desk.opens("/clinic/desk").root.text
    patient.answers(ASHA).submits()
    assert "Invited, not answered yet" not in desk.opens("/clinic/desk").root.text
    assert events(database).count("invitation.made") == 1


@pytest.mark.thorough
def test_bad_input_is_said_at_its_box_and_all_that_was_typed_stays(desk: Colleague) -> None:
    page = makes(desk, name="", email="nowhere", **{"visit-year": "2020"})
    assert page.status == 400
    for words in ("Enter the patient’s name", "Enter a day from today", "Enter an e-mail address"):
        assert words in page.root.text
    assert 'value="nowhere"' in page.response.text
    assert 'value="2020"' in page.response.text


@pytest.mark.thorough
def test_a_button_pressed_twice_invites_once(desk: Colleague, database: Database) -> None:
    form = "0123456789abcdef" * 2
    first = makes(desk, form=form)
    again = desk.sends(NEW, first, **{**BOXES, "form": form})
    assert again.status_code == 303
    assert "was made already" in desk.client.get(again.headers["Location"]).text
    assert count(database, "invitations") == 1


@pytest.mark.thorough
def test_a_new_link_ends_the_old_one_and_taking_back_ends_both(
    desk: Colleague, app: Flask, database: Database
) -> None:
    made = makes(desk, form="a" * 32)
    here = f"/clinic/desk/invitations/{'a' * 32}"
    old, renewed = address_in(made), Page(desk.sends(f"{here}/link", made))
    new = address_in(renewed)
    comes(app, old).continues(DOOR, status=422)
    assert comes(app, new).continues(DOOR).path == "/q/gate"
    assert desk.sends(f"{here}/take-back", renewed).status_code == 303
    comes(app, new).continues(DOOR, status=422)
    page = desk.opens(here)
    assert "Taken back" in page.root.text
    assert desk.sends(f"{here}/link", page).status_code == 409
    assert events(database).count("invitation.revoked") == 1


@pytest.mark.thorough
def test_an_invitation_is_found_by_name_and_reference_also_once_it_is_answered(
    desk: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    link = invites(database, clock, name="Zoë van der Berg")

    def finds(words: str) -> str:
        return Page(desk.sends("/clinic/desk", desk.opens("/clinic/desk"), words=words)).root.text

    assert "Zoë B." in finds("berg ZOE")
    assert "Zoë B." in finds(link.record.reference)
    assert "Nobody found" in finds("Zoe Miller")
    about = {"name": "Ann Other", "email": "ann@example.com"}
    comes_in(app, link).answers(ASHA, about).submits()
    assert "Open the visit" in finds("Berg")


@pytest.mark.thorough
def test_clinicians_read_who_invited_and_a_remark_where_the_name_is_another(
    app: Flask, database: Database, clock: Clock
) -> None:
    robin = Colleague(app.test_client(), database, "clinician", name="Cleo C").starts(clock())

    def page_after(name: str, number: int) -> str:
        link = invites(database, clock, name="Asha Example", number=number)
        about = {"name": name, "email": "asha@example.com"}
        comes_in(app, link).answers(ASHA, about).submits()
        with database.read() as session:
            query = text("SELECT submission_id FROM invitations WHERE id = :id")
            sent = session.scalar(query, {"id": link.record.id})
        return robin.opens(f"/clinic/submissions/{sent}").root.text

    same = page_after("EXAMPLE, Ásha Maria", 50)
    assert "Received 4 January 2027, 09:00 Invited By Dr Marker on 4 January 2027, for" in same
    assert "Another name than that of the invitation" not in same
    other = page_after("Anna Example", 51)
    assert "Another name than that of the invitation" in other
    assert "Nothing is merged" in other


@pytest.mark.thorough
def test_unanswered_invitations_are_erased_some_days_after_their_link_has_ended(
    app: Flask, database: Database, clock: Clock
) -> None:
    far = clock().date() + timedelta(days=200)
    invites(database, clock)
    begun = invites(database, clock, number=51)
    later = invites(database, clock, visit=far, number=52)
    comes_in(app, begun).continues(ASHA)
    answered = invites(database, clock, number=53)
    comes_in(app, answered).answers(ASHA).submits()
    clock.advance(timedelta(days=40))
    with database.read() as session:
        assert look(session, clock(), believed=True).invitations == ()
    clock.advance(LINK_LIFE)
    with database.read() as session:
        due = look(session, clock(), believed=True)
    assert len(due.invitations) == 2
    assert len(apply(database, due, clock()).invitations) == 2
    assert apply(database, due, clock()).invitations == ()
    with database.read() as session:
        left = set(session.scalars(text("SELECT id FROM invitations")))
    assert left == {later.record.id, answered.record.id}
    assert events(database).count("invitation.erased") == 2


@pytest.mark.thorough
def test_erasing_a_visit_takes_its_invitation_with_it(
    app: Flask, database: Database, clock: Clock
) -> None:
    comes_in(app, invites(database, clock)).answers(ASHA).submits()
    episode = the_submission(database).episode_id
    with database.write() as session:
        assert erase(session, episode, "request", STAFF, clock())
    for table in ("invitations", "invitation_links", "invitation_terms", "submissions"):
        assert count(database, table) == 0


@pytest.mark.thorough
def test_the_audit_log_names_nobody(app: Flask, database: Database, clock: Clock) -> None:
    link = invites(database, clock, name="Wilhelmina Canary", email="canary@example.org")
    comes_in(app, link)
    with database.read() as session:
        told = "".join(session.scalars(text("SELECT facts FROM audit_events")))
    assert "anary" not in told
    assert link.token not in told
