"""Switching on and off that a second person is needed; what waits becomes void with it."""

from dataclasses import replace
from datetime import datetime

from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.clinic import Clinic
from screening.domain.second_person import Request
from screening.services.clinic import keep_clinic
from screening.services.two_people import TooFew, entitled
from screening.storage.accounts import hold_accounts
from screening.storage.audit import append_event
from screening.storage.clinic import hold_clinic
from screening.storage.database import Session
from screening.storage.second_person import keep_request, list_requests


def switch_on(session: Session, actor: Actor, now: datetime) -> None:
    """From now on nobody is enough alone. Raises TooFew."""
    hold_accounts(session)
    clinic = hold_clinic(session)
    if clinic.second_person:
        return
    if len(entitled(session)) < 2:
        raise TooFew
    _switched(session, clinic, actor, now, on=True)


def switch_off_alone(session: Session, actor: Actor, now: datetime) -> bool:
    """For the command line only: where the second person has gone for good. False: it was off."""
    clinic = hold_clinic(session)
    if clinic.second_person:
        switch_off(session, clinic, actor, now)
    return clinic.second_person


def switch_off(session: Session, clinic: Clinic, actor: Actor, now: datetime) -> None:
    """Whatever waits becomes void with it: what two were asked for, nobody does alone later."""
    _switched(session, clinic, actor, now, on=False)
    for one in list_requests(session):
        voided = one.voided(now)
        if voided != one:
            keep_request(session, voided)
            witness_request(session, "second-person.voided", voided, actor, now)


def _switched(session: Session, clinic: Clinic, actor: Actor, now: datetime, *, on: bool) -> None:
    changed = replace(clinic, second_person=on)
    keep_clinic(session, changed, ("second_person",), actor, now)


def witness_request(
    session: Session, event: str, about: Request, actor: Actor, now: datetime, **more: Fact
) -> None:
    facts: dict[str, Fact] = {"act": about.act.value, "request": about.id, **more}
    kind = "episode" if about.episode_id else "clinic"
    append_event(session, AuditEvent(event, now, actor, kind, about.episode_id, facts))
