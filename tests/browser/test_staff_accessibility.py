"""axe-core finds nothing on the pages of the staff either; see looks.py for which looks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext

from screening.domain.audit import Actor, AuditEvent
from screening.domain.mail import Mail, MailFailure, MailKind
from screening.storage.audit import append_event
from screening.storage.database import Database
from screening.storage.outbox import add_message, claim_next, mark_given_up
from tests.browser.clinician import Clinician
from tests.browser.colleague import Colleague, Person
from tests.browser.conftest import DESKTOP
from tests.browser.front_desk import FrontDesk
from tests.browser.lead import Lead
from tests.browser.looks import faults
from tests.clinic_cases import CAUTIONED, REVIEWED, STOPPED, URGENT, Received
from tests.clock import Clock
from tests.protocol_cases import checked
from tests.stored import id_of
from tests.worked_cases import PROTOCOL

WIDE = "W" * 300
LONG = "Maximiliane Featherstonehaugh-Wollstonecraft"
Comes = Callable[..., Colleague]


@pytest.fixture
def people(database: Database, clock: Clock, robin: Person) -> None:
    today = clock().date()
    for number, (name, answers, days) in enumerate(
        [
            (LONG, STOPPED, 0), (WIDE, REVIEWED, 1), ("محمد الأحمد", CAUTIONED, 5),
            ("M" * 300, {}, 14), ("Nora Nodate", URGENT, None), ("Pat Past", {}, -3),
        ], 1,
    ):  # fmt: skip
        visit = today + timedelta(days) if days is not None else None
        Received(name, answers, visit).into(database, number)


@pytest.fixture
def comes(
    people: None, invited: Callable[..., Person], new_context: Callable[..., BrowserContext]
) -> Comes:
    """Somebody with these roles, signed in."""

    def new(kind: type[Colleague], name: str, role: str) -> Colleague:
        person = invited(name, role)
        return kind(new_context(viewport=DESKTOP).new_page()).joins(person).signs_in(person)

    return new


def look(one: Colleague, name: str) -> list[str]:
    return faults(one.page, name)


def test_the_front_desk(comes: Comes) -> None:
    frankie = comes(FrontDesk, "Frankie Field", "front_desk")
    assert isinstance(frankie, FrontDesk)
    found = look(frankie, "desk") + look(frankie.finds(""), "desk with an error")
    found += look(frankie.finds("nobody"), "desk, nobody found")
    found += look(frankie.goes_to_the_desk().visits("Maximiliane"), "desk, one person")
    frankie.makes_a_link()
    found += look(frankie, "desk, link")
    found += look(frankie.checks_the_photo(), "desk, checked")
    frankie.goes_to_the_desk().visits("WWW")
    found += look(frankie, "desk, long name")
    found += look(frankie.opens("/clinic/figures"), "no right")
    assert not found, "\n".join(found)


def test_figures_and_settings(comes: Comes) -> None:
    kim = comes(Lead, "Kim Lake", "lead").follows("Figures")
    found = look(kim, "figures")
    kim.opens("/clinic/figures?from=2027-01-04&to=2026-12-01")
    found += look(kim, "figures with an error")
    found += look(kim.opens("/clinic/figures?from=2026-01-01&to=2026-03-01"), "no figures")
    found += look(kim.opens("/clinic/figures/rules"), "rule by rule")
    found += look(kim.follows("Settings"), "settings")
    for label in ("Name of the clinic", "Time zone"):
        kim.page.get_by_label(label).fill("")
    found += look(kim.presses("Save the settings"), "settings with errors")
    found += look(kim.presses("Upload"), "settings, no logo chosen")
    assert not found, "\n".join(found)


def test_people(comes: Comes) -> None:
    kim = comes(Lead, "Kim Lake", "lead").follows("People")
    found = look(kim, "people") + look(kim.follows("Invite somebody"), "invite")
    found += look(kim.presses("Make the invitation"), "invite with errors")
    kim.page.get_by_label("Name").fill(LONG)
    kim.page.get_by_label("E-mail address").fill("max@clinic.example")
    kim.page.get_by_label("Clinician").check()
    found += look(kim.presses("Make the invitation"), "invitation")
    found += look(kim.follows("People").follows("Kim Lake"), "a person")
    kim.page.get_by_label("Lead").uncheck()
    found += look(kim.presses("Change roles"), "a person with an error")
    found += look(kim.follows("People").follows(LONG), "a person who has not come")
    found += look(kim.presses("Switch off"), "a person switched off")
    assert not found, "\n".join(found)


def test_who_opened_what_and_a_second_person(
    comes: Comes, database: Database, clock: Clock
) -> None:
    comes(Lead, "Ann Lee", "lead")
    kim = comes(Lead, "Kim Lake", "lead").opens(f"/clinic/desk/{id_of(1)}")
    clock.advance(timedelta(hours=14))
    evening = AuditEvent("desk.opened", clock(), Actor("staff", id_of(8)), "submission", id_of(2))
    with database.write() as session:
        append_event(session, evening)
    clock.advance(timedelta(hours=-14))
    found = look(kim.opens("/clinic/looks"), "who opened what")
    found += look(kim.opens("/clinic/second-person"), "one person is enough")
    found += look(kim.presses("Need a second person from now on"), "two are needed")
    found += look(kim.opens(f"/clinic/desk/{id_of(1)}/request"), "a patient's request")
    found += look(kim.presses("Ask for the copy"), "a copy was asked for")
    assert not found, "\n".join(found)


def test_ones_own_account(comes: Comes, clock: Clock) -> None:
    kim = comes(Lead, "Kim Lake", "lead").follows("My account")
    found = look(kim, "account") + look(kim.follows("Change"), "password")
    found += look(kim.presses("Change password"), "password with errors")
    clock.advance(timedelta(minutes=12))
    kim.opens("/clinic/account").opens("/clinic/staff/invite")
    found += look(kim, "confirm that it is you")
    found += look(kim.presses("Continue"), "confirm with an error")
    assert not found, "\n".join(found)


def test_messages(comes: Comes, database: Database, clock: Clock) -> None:
    letter = Mail(MailKind.OWN_PAGE, "zoe@example.org", {"path": "/visit/x"})
    with database.write() as session:
        add_message(session, id_of(41), letter, clock())
        claimed = claim_next(session, "w", "x.example", clock(), clock())
        assert claimed
        mark_given_up(session, claimed.id, "w", MailFailure.RECIPIENT_REFUSED, clock())
    kim = comes(Lead, "Kim Lake", "lead").follows("Messages")
    found = look(kim, "messages") + look(kim.presses("Try again"), "messages, tried again")
    assert not found, "\n".join(found)


def test_protocols(comes: Comes, database: Database, clock: Clock) -> None:
    checked(database, PROTOCOL, clock())
    kim = comes(Lead, "Kim Lake", "lead").follows("Protocols")
    found = look(kim, "protocols") + look(kim.follows("Open"), "protocol version")
    found += look(kim.opens("/clinic/protocols/backtest").presses("Compare"), "two versions")
    robin = comes(Clinician, "Rita Reed", "clinician").follows("Protocols")
    robin.opens(f"/clinic/protocols/{PROTOCOL.key}").presses("Approve this version")
    found += look(robin, "protocol version with an error")
    found += look(robin.opens(f"/clinic/protocols/{PROTOCOL.key}/read"), "protocol to read")
    assert not found, "\n".join(found)


def test_work_on_one_submission(comes: Comes, clock: Clock, database: Database) -> None:
    robin = comes(Clinician, "Rita Reed", "clinician")
    sam = comes(Clinician, "Sam Shore", "clinician")
    assert isinstance(robin, Clinician)
    assert isinstance(sam, Clinician)
    kim = comes(Lead, "Kim Lake", "lead")
    assert isinstance(kim, Lead)
    kim.switches_on("Second sign-off")
    found = look(robin.picks("Nora N."), "submission, nobody may override")
    robin.presses("Work on it")
    found += look(robin, "submission, claimed")
    found += look(sam.picks("Nora N."), "submission, claimed by another")
    found += look(sam.presses("Take over"), "take over")
    robin.goes_to_the_queue().picks("Maximiliane F.")
    robin.chooses("Proceed", reason="Stopped in May.")
    found += look(robin, "proposal")
    found += look(robin.presses("Confirm the proposal"), "submission, proposed")
    sam.goes_to_the_queue().picks("Maximiliane F.").answers_the_proposal("Decline")
    found += look(sam, "second clinician with an error")
    found += look(sam.answers_the_proposal("Decline", "No."), "submission, declined")
    found += look(sam.presses("Make a link for the patient"), "link for the patient")
    assert not found, "\n".join(found)


def test_a_name_of_300_wide_letters_fits_every_page(comes: Comes) -> None:
    robin = comes(Clinician, "Rita Reed", "clinician")
    assert isinstance(robin, Clinician)
    found = look(robin, "queue, long name") + look(robin.picks("WWW"), "submission, long name")
    found += look(robin.chooses("Proceed with precautions"), "preview, long name")
    robin.presses("Confirm").follows("Queue").follows("Confirm those with nothing flagged")
    found += look(robin, "confirm, long name")
    found += look(robin.presses("Confirm all 1"), "confirmed, long name")
    robin.opens("/clinic/").page.get_by_label("Name, date of birth, contact or reference").fill(
        WIDE[:200]
    )
    found += look(robin.presses("Search"), "nobody found, long name")
    found += look(robin.opens("/clinic/search/gone"), "search that has ended")
    assert not found, "\n".join(found)
