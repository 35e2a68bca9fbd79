"""Where a form can be sent from: every page of a patient's way, and of each colleague's work."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule

from bench.faults.workshop import Workshop
from screening.web.guard import access_of
from tests.actors import Patient
from tests.colleagues import Colleague
from tests.pages import Form, Page
from tests.worked_cases import ALL_CASES

BETWEEN_SIGN_INS = timedelta(minutes=6)  # no address may sign in more often
IDS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Place:
    client: FlaskClient
    action: str
    fields: dict[str, list[str]]


def places(shop: Workshop, random: Random) -> Iterator[Place]:
    """One patient's whole way, then one colleague's round through every page."""
    yield from _patients(shop, random)
    yield from _colleagues(shop, random)


def _patients(shop: Workshop, random: Random) -> Iterator[Place]:
    case = random.choice([one for one in ALL_CASES if "answers" in one])
    patient = Patient(shop.app.test_client())
    yield from _forms(patient.client, patient.opens("/"))
    patient.begins()
    for _ in range(30):
        here = patient.page.path
        yield from _forms(patient.client, patient.page)
        if not here.startswith("/q/"):
            return
        try:  # the forged posts may have moved the patient, or ended the way
            patient.opens(here)
            _goes_on(patient, case["answers"])
        except AssertionError:
            return
        if patient.page.path == here:
            return


def _goes_on(patient: Patient, raw: dict[str, object]) -> None:
    if patient.page.path == "/q/check":
        patient.submits()
    elif patient.page.path == "/q/you":
        patient.continues({"name": "Asha Example", "email": "asha@example.com"})
    else:
        patient.continues(raw)


def _colleagues(shop: Workshop, random: Random) -> Iterator[Place]:
    role = random.choice(["clinician", "lead", "front_desk"])
    clinician = Colleague(shop.app.test_client(), shop.database, role, name=_name(random))
    shop.clock.advance(BETWEEN_SIGN_INS)
    clinician.starts(shop.clock())
    with shop.database.read() as session:
        newest = text("SELECT id FROM submissions ORDER BY received_at DESC LIMIT 5")
        ids = list(session.scalars(newest)) or ["0" * 32]
    for rule in shop.app.url_map.iter_rules():
        if _is_for_staff(shop, rule):
            answer = clinician.client.get(IDS.sub(lambda _: random.choice(ids), rule.rule))
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield from _forms(clinician.client, Page(answer))


def _is_for_staff(shop: Workshop, rule: Rule) -> bool:
    declared = access_of(shop.app, rule.endpoint)
    return bool(declared and declared.audience == "staff" and "GET" in (rule.methods or ()))


def _forms(client: FlaskClient, page: Page) -> Iterator[Place]:
    for form in page.forms:
        if form.method.lower() == "post" and form.action != "/clinic/sign-out":
            yield Place(client, form.action or page.path, _with_its_choices(form))


def _with_its_choices(form: Form) -> dict[str, list[str]]:
    """Every name that the form could send, ticked or not."""
    fields = {name: [""] for name in form.names}
    for control in form.controls:
        if control.name and control.value:
            fields[control.name] = [control.value]
    return {**fields, **form.state()}


def _name(random: Random) -> str:
    return "".join(random.choice("abcdefghijklmnop") for _ in range(12))
