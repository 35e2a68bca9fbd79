"""Who is invited, and what they do with their link: short cuts for tests."""

import re
from datetime import date, timedelta
from secrets import token_bytes
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from screening.domain.audit import Actor
from screening.domain.codes import REFERENCE
from screening.services.invitations import Asked, NewLink, make
from screening.storage.clinic import read_clinic
from screening.storage.database import Database
from tests.actors import Patient
from tests.clock import MONDAY_MORNING, Clock
from tests.questionnaires import ASHA
from tests.stored import add_clinician, id_of

ROBIN = id_of(9)
STAFF = Actor("staff", ROBIN)
VISIT = MONDAY_MORNING.date() + timedelta(days=10)
BORN = {"date_of_birth": ASHA["date_of_birth"]}
WRONG = {"date_of_birth": "1991-06-15"}
DOOR = {**BORN, "agree": "yes"}
SECTION = {"treatment_goals": ["acne_scars"], "treatment_areas": ["face"], "past_needling": "no"}
CSRF = re.compile(r'(name="csrf_token"[^>]*value=")[^"]+')


def invites(
    database: Database,
    clock: Clock,
    name: str = "Asha Example",
    visit: date = VISIT,
    number: int = 50,
    **more: Any,
) -> NewLink:
    """Robin, who works at the clinic, invites somebody."""
    by_mail = bool(more.pop("by_mail", False))
    asked = Asked(name, visit, "microneedling", **more)
    with database.write() as session:
        add_clinician(session) if number == 50 else None
        clinic = read_clinic(session)
        return make(session, asked, id_of(number), clinic, STAFF, clock(), tokens, by_mail=by_mail)


def tokens(size: int) -> bytes:
    """Random but for the reference: one such as 04MG would read like a dose."""
    return bytes(one % 16 for one in token_bytes(size)) if size == REFERENCE else token_bytes(size)


def address_of(link: NewLink) -> str:
    return f"/invited/{link.token}"


def comes(app: Flask, link: NewLink | str) -> Patient:
    """Before the door, on a device of their own."""
    patient = Patient(app.test_client())
    patient.opens(link if isinstance(link, str) else address_of(link))
    return patient


def comes_in(app: Flask, link: NewLink) -> Patient:
    patient = comes(app, link)
    patient.continues(DOOR)
    return patient


def page_at_the_door(client: FlaskClient, address: str, **typed: str) -> tuple[int, str]:
    """What somebody gets who sends this form there, but for the token against forgery."""
    patient = Patient(client)
    page = patient.opens(address)
    if typed:
        form = page.main_form.state() | {name: [one] for name, one in typed.items()}
        response = client.post(address, data=form)
        return response.status_code, CSRF.sub(r"\1", response.text)
    return page.status, CSRF.sub(r"\1", page.response.text)
