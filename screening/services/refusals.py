"""Whoever of the staff tries a door that is not theirs is witnessed (AU-1)."""

from contextlib import suppress
from datetime import datetime, timedelta

from screening.domain.staff import Staff
from screening.services.staff_events import by, witness
from screening.services.throttle import Bucket, TooManyAttempts, admit
from screening.storage.database import Session

MOST, WINDOW = 30, timedelta(hours=1)
"""So many are told of one person in that time: nobody can fill the log by trying."""


def note_refusal(
    session: Session, staff: Staff, door: str, request_id: str | None, now: datetime
) -> None:
    """`door`: the endpoint's name, never the address that was asked for."""
    with suppress(TooManyAttempts):
        admit(session, [Bucket("refused", staff.id, MOST, WINDOW)], now)
        witness(session, "staff.refused", now, by(staff, request_id), staff.id, door=door)
