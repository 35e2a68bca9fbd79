"""What somebody does about their own account: password, second factors, sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from screening.domain.audit import Actor
from screening.domain.mail import MailKind
from screening.services.notices import tell
from screening.services.staff_events import witness
from screening.storage.accounts import set_password, set_stamp
from screening.storage.database import Session
from screening.storage.passkeys import Passkey, delete_passkey, list_passkeys
from screening.storage.second_factors import count_recovery_codes, has_second_factor, read_seed
from screening.storage.sessions import (
    SessionRecord,
    delete_session,
    delete_sessions_of,
    list_sessions_of,
)

Tokens = Callable[[int], bytes]


class LastFactor(Exception):
    """Without it there would be no second factor left."""


@dataclass(frozen=True)
class OwnFactors:
    """``app_since``: since when an authenticator app is set up, if one is."""

    app_since: datetime | None
    passkeys: list[Passkey]
    recovery_codes: int


def own_factors(session: Session, staff_id: str) -> OwnFactors:
    seed = read_seed(session, staff_id)
    return OwnFactors(
        seed.added_at if seed else None,
        list_passkeys(session, staff_id),
        count_recovery_codes(session, staff_id),
    )


def renew_sign_in(session: Session, staff_id: str, tokens: Tokens) -> str:
    """All sessions of theirs end; the stamp under which one may go on."""
    stamp = tokens(16).hex()
    set_stamp(session, staff_id, stamp)
    delete_sessions_of(session, staff_id)
    return stamp


def change_password(
    session: Session, password_hash: str, now: datetime, tokens: Tokens, actor: Actor
) -> str:
    """The stamp under which their own session may go on."""
    set_password(session, str(actor.id), password_hash)
    witness(session, "staff.password-changed", now, actor, actor.id)
    tell(session, str(actor.id), MailKind.PASSWORD_CHANGED, now, tokens)
    return renew_sign_in(session, str(actor.id), tokens)


def remove_passkey(
    session: Session, passkey_id: str, now: datetime, tokens: Tokens, actor: Actor, *, needed: bool
) -> bool:
    """False if it is gone already. Raises LastFactor where one is needed and none would be left."""
    if not delete_passkey(session, str(actor.id), passkey_id):
        return False
    if needed and not has_second_factor(session, str(actor.id)):
        raise LastFactor
    witness(session, "staff.factor-removed", now, actor, actor.id, factor="passkey")
    tell(session, str(actor.id), MailKind.FACTOR_REMOVED, now, tokens)
    return True


def handle_of(record: SessionRecord) -> str:
    """What a session is called in a form; it opens nothing."""
    return record.id_hash[:16]


def end_session(session: Session, handle: str, now: datetime, actor: Actor) -> bool:
    """One session of one's own; false if it is over already."""
    for record in list_sessions_of(session, str(actor.id), now):
        if handle_of(record) == handle:
            delete_session(session, record.id_hash)
            witness(session, "staff.sessions-ended", now, actor, actor.id)
            return True
    return False


def end_every_session(
    session: Session, staff_id: str, now: datetime, tokens: Tokens, actor: Actor
) -> None:
    """Sign out everywhere, half-done sign-ins too."""
    renew_sign_in(session, staff_id, tokens)
    witness(session, "staff.sessions-ended", now, actor, staff_id)
