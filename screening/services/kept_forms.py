"""Nothing typed is lost when a session ends: it is kept for whoever typed it, and sent nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from screening.domain.audit import Actor
from screening.services.staff_events import witness
from screening.storage.database import Session
from screening.storage.kept_forms import (
    Fields,
    KeptForm,
    add_kept_form,
    delete_expired_forms,
    delete_kept_form,
    list_kept_forms,
)

Tokens = Callable[[int], bytes]

LIFE = timedelta(hours=24)
MOST = 10  # for one person


@dataclass(frozen=True)
class Typed:
    """What was typed into the form on this page that is sent to this address."""

    page: str
    action: str
    fields: Fields


def keep(session: Session, staff_id: str, typed: Typed, now: datetime, tokens: Tokens) -> None:
    """In place of what was kept of the same form before."""
    delete_expired_forms(session, now)
    older = list_kept_forms(session, staff_id, now)
    for place, one in enumerate(older, start=1):
        if one.action == typed.action or place >= MOST:
            delete_kept_form(session, staff_id, one.id)
    add_kept_form(
        session,
        KeptForm(
            id=tokens(16).hex(),
            staff_id=staff_id,
            page=typed.page,
            action=typed.action,
            fields=typed.fields,
            kept_at=now,
            expires_at=now + LIFE,
        ),
    )
    witness(session, "staff.form-kept", now, Actor("system"), staff_id)


def forget_action(session: Session, staff_id: str, action: str, now: datetime) -> None:
    """The form was sent after all: what was kept of it is done with."""
    for one in list_kept_forms(session, staff_id, now):
        if one.action == action:
            delete_kept_form(session, staff_id, one.id)
