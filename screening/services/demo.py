"""A demo clinic with people who do not exist: for a first look, never for production."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from screening.domain.answers import read_answers
from screening.domain.audit import SYSTEM, Actor
from screening.domain.clinic import Clinic
from screening.domain.draft import Draft
from screening.domain.protocol import ScreeningProtocol
from screening.services.accounts import create_staff, set_up
from screening.services.intake import Agreement, Case, start, submit
from screening.services.invitation_course import note_begun, note_opened
from screening.services.invitations import Asked, make
from screening.services.receiving import Tokens
from screening.storage.clinic import ClinicNotSet, read_clinic, write_clinic
from screening.storage.database import Session
from screening.storage.drafts import read_draft


@dataclass(frozen=True)
class Colleague:
    """Somebody at the demo clinic; ``title`` says who they are where the password is printed."""

    title: str
    name: str
    email: str
    roles: frozenset[str]


STAFF = (
    Colleague("Clinician", "Robin Demo (demo)", "clinician@demo.example", frozenset({"clinician"})),
    Colleague("Clinician", "Sam Demo (demo)", "clinician2@demo.example", frozenset({"clinician"})),
    Colleague("Front desk", "Alex Demo (demo)", "desk@demo.example", frozenset({"front_desk"})),
    Colleague("Lead", "Kim Demo (demo)", "lead@demo.example", frozenset({"lead"})),
)
_PEOPLE = Path(__file__).with_name("demo_people.toml")
_CLINIC = Clinic(
    name="Juniper Skin Clinic (demo)",
    phone="020 7946 0100",
    emergency_number="999",
    urgent_line="NHS 111",
    jurisdiction="england",
    time_zone="Europe/London",
    modality="mechanical",
    accent="#7a3e5d",
    is_demo=True,
)


class NotEmpty(Exception):
    """The database has a clinic already: demo data only go into an empty one."""


def fill_with_demo(
    session: Session,
    protocol: ScreeningProtocol,
    password_hash: str,
    now: datetime,
    tokens: Tokens,
) -> None:
    """A demo clinic, its people, who share one password, and submissions; raises NotEmpty."""
    try:
        read_clinic(session)
    except ClinicNotSet:
        write_clinic(session, _CLINIC, now)
    else:
        raise NotEmpty
    people = tomllib.loads(_PEOPLE.read_text())
    for person in people["people"]:
        _receive(session, protocol, person, people["baseline"], now, tokens)
    for one in STAFF:
        token = create_staff(
            session, one.name, one.email, now, tokens, roles=one.roles, is_demo=True
        )
        staff = set_up(session, token, password_hash, now, tokens)
        if one.title == "Front desk":
            _invite(session, protocol, Actor("staff", staff.id), people, now, tokens)


def _receive(
    session: Session,
    protocol: ScreeningProtocol,
    person: Mapping[str, Any],
    baseline: Mapping[str, Any],
    now: datetime,
    tokens: Tokens,
) -> None:
    at = now - timedelta(hours=person["hours_ago"])
    today = _CLINIC.day(at)
    name = person["name"]
    about = {"name": f"{name} (demo)", "email": f"{name.split()[0].lower()}@demo.example"}
    if "visit" in person:
        visit = _CLINIC.day(now) + timedelta(days=person["visit"])
        about["treatment_date"] = visit.isoformat()
    answers = {key: _dated(raw, today) for key, raw in person.get("answers", {}).items()}
    draft = Draft(answers={**baseline, **answers}, about=about)
    agreement = Agreement("demo", at)
    draft_id = start(session, protocol, draft, agreement, SYSTEM, at, tokens)
    record = read_draft(session, draft_id, at)
    if record is not None:
        case = Case(record, draft, protocol, _CLINIC, at)
        submit(session, case, read_answers(protocol, case.context, draft.answers), SYSTEM, tokens)


def _invite(
    session: Session,
    protocol: ScreeningProtocol,
    desk: Actor,
    people: Mapping[str, Any],
    now: datetime,
    tokens: Tokens,
) -> None:
    """Whose answers are awaited; one of them has begun."""
    for person in people["invited"]:
        at, name = now - timedelta(hours=person["hours_ago"]), person["name"]
        visit = _CLINIC.day(now) + timedelta(days=person["visit"])
        email = f"{name.split()[0].lower()}@demo.example"
        asked = Asked(f"{name} (demo)", visit, protocol.name, email)
        made = make(session, asked, tokens(16).hex(), _CLINIC, desk, at, tokens)
        if person.get("begun"):
            gate = {item: people["baseline"][item] for item in person["begun"]}
            draft = Draft(answers=gate, about={"treatment_date": visit.isoformat()})
            began = start(session, protocol, draft, Agreement("demo", at), SYSTEM, at, tokens)
            note_opened(session, made.record, SYSTEM, at)
            note_begun(session, made.record.id, began)


def _dated(raw: object, today: date) -> object:
    """The raw answer with each "-70d" written out as a date."""
    if isinstance(raw, str) and raw.startswith("-") and raw.endswith("d"):
        return (today - timedelta(days=int(raw[1:-1]))).isoformat()
    return raw
