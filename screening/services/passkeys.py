"""Passkeys (WebAuthn): what an authenticator signed is checked here, by py_webauthn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from screening.domain.audit import Actor
from screening.domain.mail import MailKind
from screening.domain.staff import Staff
from screening.services.notices import tell
from screening.services.staff_events import witness
from screening.storage.database import Session
from screening.storage.passkeys import Passkey, add_passkey, list_passkeys, note_use

Tokens = Callable[[int], bytes]

CHALLENGE_BYTES = 32
LONGEST_NAME = 60
MOST = 10  # for one person


class PasskeyRefused(Exception):
    """It was not made here, not for this challenge, or by nobody we know; never says which."""


@dataclass(frozen=True)
class Site:
    """For whom a passkey is made: the host's name, our origin, the clinic's name."""

    host: str
    origin: str
    name: str


def options_to_add(site: Site, staff: Staff, known: Sequence[Passkey], challenge: bytes) -> str:
    """What the browser's navigator.credentials.create is asked, as JSON."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=bytes.fromhex(staff.id),
            user_name=staff.email,
            user_display_name=staff.name,
            challenge=challenge,
            exclude_credentials=_described(known),
            # A second factor beside the password: it need not know who they are, nor ask a PIN.
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    )


def options_to_ask(site: Site, known: Sequence[Passkey], challenge: bytes) -> str:
    """What the browser's navigator.credentials.get is asked, as JSON."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host, challenge=challenge, allow_credentials=_described(known)
        )
    )


def add(
    session: Session,
    site: Site,
    challenge: bytes,
    answer: str,
    name: str,
    now: datetime,
    tokens: Tokens,
    actor: Actor,
) -> None:
    """Keep what the authenticator made. Raises PasskeyRefused."""
    known = list_passkeys(session, str(actor.id))
    try:
        refuse_no_challenge(challenge)
        made = parse_registration_credential_json(answer)
        verified = verify_registration_response(
            credential=made,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    if len(known) >= MOST or any(one.credential_id == verified.credential_id for one in known):
        raise PasskeyRefused
    add_passkey(
        session,
        Passkey(
            id=tokens(16).hex(),
            staff_id=str(actor.id),
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=tuple(one.value for one in made.response.transports or ()),
            name=" ".join(name.split())[:LONGEST_NAME] or f"Passkey {len(known) + 1}",
            added_at=now,
        ),
    )
    witness(session, "staff.factor-added", now, actor, actor.id, factor="passkey")
    tell(session, str(actor.id), MailKind.FACTOR_ADDED, now, tokens)


def accept(
    session: Session, site: Site, staff_id: str, challenge: bytes, answer: str, now: datetime
) -> None:
    """The authenticator signed this challenge for us. Raises PasskeyRefused."""
    try:
        refuse_no_challenge(challenge)
        given = parse_authentication_credential_json(answer)
        known = {one.credential_id: one for one in list_passkeys(session, staff_id)}
        passkey = known[given.raw_id]
        verified = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    if not note_use(session, passkey, verified.new_sign_count, now):
        raise PasskeyRefused


def refuse_no_challenge(challenge: bytes) -> None:
    """Nobody was asked, so whatever comes is no answer."""
    if len(challenge) < CHALLENGE_BYTES:
        raise ValueError("no challenge was given")


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(name) for name in one.transports],
        )
        for one in known
    ]
