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
from screening.storage.submissions import episode_of, hold_episode

Tokens = Callable[[int], bytes]

LIFE = timedelta(hours=24)
MOST = 10  # for one person


@dataclass(frozen=True)
class Typed:
    """What was typed into the form on this page that is sent to this address.

    `about` is the submission or visit that the page is of, by its id.
    """

    page: str
    action: str
    fields: Fields
    about: str | None = None


def keep(session: Session, staff_id: str, typed: Typed, now: datetime, tokens: Tokens) -> bool:
    """In place of what was kept of the same form before; of a visit that is gone, nothing.

    Whether it is kept.
    """
    episode_id = _held_visit(session, typed.about) if typed.about else None
    if typed.about and episode_id is None:
        return False
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
            episode_id=episode_id,
        ),
    )
    witness(session, "staff.form-kept", now, Actor("system"), staff_id)
    return True


def _held_visit(session: Session, about: str) -> str | None:
    """Held, so that it cannot be erased just before what was typed about it is kept."""
    hold_episode(session, about)
    return episode_of(session, about)


def forget_action(session: Session, staff_id: str, action: str, now: datetime) -> None:
    """The form was sent after all: what was kept of it is done with."""
    for one in list_kept_forms(session, staff_id, now):
        if one.action == action:
            delete_kept_form(session, staff_id, one.id)
