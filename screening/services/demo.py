"""A demo clinic with people who do not exist: for a first look, never for production."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from screening.domain.answers import read_answers
from screening.domain.audit import SYSTEM
from screening.domain.clinic import Clinic
from screening.domain.draft import Draft
from screening.domain.protocol import ScreeningProtocol
from screening.services.accounts import create_staff, set_up
from screening.services.intake import Agreement, Case, Tokens, start, submit
from screening.storage.clinic import ClinicNotSet, read_clinic, write_clinic
from screening.storage.database import Session
from screening.storage.drafts import read_draft

EMAIL = "clinician@demo.example"
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
    """A demo clinic, one clinician and a dozen submissions; raises NotEmpty."""
    try:
        read_clinic(session)
    except ClinicNotSet:
        write_clinic(session, _CLINIC, now)
    else:
        raise NotEmpty
    people = tomllib.loads(_PEOPLE.read_text())
    for person in people["people"]:
        _receive(session, protocol, person, people["baseline"], now, tokens)
    token = create_staff(session, "Robin Demo (demo)", EMAIL, now, tokens, is_demo=True)
    set_up(session, token, password_hash, now, tokens)


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


def _dated(raw: object, today: date) -> object:
    """The raw answer with each "-70d" written out as a date."""
    if isinstance(raw, str) and raw.startswith("-") and raw.endswith("d"):
        return (today - timedelta(days=int(raw[1:-1]))).isoformat()
    return raw
