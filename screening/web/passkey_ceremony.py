"""A passkey is asked for by a page and answered by its form; the challenge waits in the session."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import session

from screening.services.passkeys import CHALLENGE_BYTES, Site, options_to_add, options_to_ask
from screening.storage.accounts import Account
from screening.storage.passkeys import list_passkeys
from screening.web.parts import parts
from screening.web.surroundings import current_clinic

CHALLENGE_KEY = "challenge"


def site() -> Site:
    origin = parts().config.base_url
    return Site(urlsplit(origin).hostname or "", origin, current_clinic().name)


def may_offer() -> bool:
    """Browsers make passkeys for names only, never for a bare address such as 127.0.0.1."""
    try:
        ip_address(site().host)
    except ValueError:
        return True
    return False


def asking_options(staff_id: str) -> str | None:
    """What the page asks the browser for, as JSON; none if this person has no passkey."""
    with parts().database.read() as transaction:
        known = list_passkeys(transaction, staff_id)
    return options_to_ask(site(), known, _new_challenge()) if known else None


def adding_options(account: Account) -> str:
    with parts().database.read() as transaction:
        known = list_passkeys(transaction, account.staff.id)
    return options_to_add(site(), account.staff, known, _new_challenge())


def taken_challenge() -> bytes:
    """The challenge of the page that asked, once; empty, which nothing answers, if none did."""
    return bytes.fromhex(session.pop(CHALLENGE_KEY, ""))


def _new_challenge() -> bytes:
    challenge = parts().tokens(CHALLENGE_BYTES)
    session[CHALLENGE_KEY] = challenge.hex()
    return challenge
