"""Who is signed in: asked of the database at every request, so that an end acts at the next.

A session is anonymous; or proving (the password was right, the second factor is still owed); or
somebody's. Whoever has no second factor, where one is asked of everybody, is only enrolling.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, session

from screening.domain.staff import Right, Staff
from screening.storage.accounts import Account, read_account
from screening.storage.second_factors import has_second_factor
from screening.web.parts import parts
from screening.web.sessions import STAFF_KEY, rotate_session

STAMP_KEY = "stamp"
FRESH_KEY = "fresh_at"
PROOF_KEY = "proving"
CSRF_KEY = "csrf_token"
FRESH = timedelta(minutes=5)
PROOF = timedelta(minutes=10)
FIRST = "/clinic/"


@dataclass(frozen=True)
class SignedIn:
    """``enrolled`` is false as long as a second factor is asked of them and they have none."""

    account: Account
    enrolled: bool


def current_staff() -> Staff | None:
    """The member of staff whose session this is, every factor given; read once a request."""
    found = _signed_in()
    return found.account.staff if found and found.enrolled else None


def enrolling_staff() -> Staff | None:
    """Who is signed in but must have a second factor before they see anything else."""
    found = _signed_in()
    return found.account.staff if found and not found.enrolled else None


def first_page(staff: Staff) -> str:
    """Where their work is: the queue, or the front desk for those who read no answers."""
    return FIRST if staff.may(Right.READ) else "/clinic/desk"


def acting_account() -> Account:
    """Whose session this is, enrolled or not yet; for views that the guard let them reach."""
    found = _signed_in()
    if found is None:
        raise LookupError("nobody is signed in")
    return found.account


def begin_session(account: Account) -> None:
    """A new session id: whatever was known of the old one is worth nothing now (SE-3)."""
    session.clear()
    session[STAFF_KEY] = account.staff.id
    # It says whose form it was, should the session be gone when the form comes (SE-4).
    session[CSRF_KEY] = f"{parts().tokens(20).hex()}.{account.staff.id}"
    rotate_session(begins=True)
    go_on_under(account.stamp)
    note_proof()


def note_proof() -> None:
    """Just now this person proved who they are: a new session id, and five minutes (SE-3, AZ-7)."""
    session[FRESH_KEY] = parts().clock().isoformat()
    rotate_session()


def go_on_under(stamp: str) -> None:
    """All sign-ins under older stamps are over but this one. It is no new proof of anything."""
    session[STAMP_KEY] = stamp
    rotate_session()
    g.pop("signed_in", None)


def fresh_enough() -> bool:
    """Whether who is signed in proved it within the last five minutes (AZ-7)."""
    return _recent(session.get(FRESH_KEY), FRESH)


def begin_proof(account: Account, wanted: str) -> None:
    """The password was right; the second factor is owed within ten minutes."""
    session.clear()
    session[PROOF_KEY] = {
        "staff": account.staff.id,
        "stamp": account.stamp,
        "at": parts().clock().isoformat(),
        "next": wanted,
    }
    rotate_session(begins=True)


def proving() -> tuple[Account, str] | None:
    """Who still owes their second factor, and the page they want."""
    held = session.get(PROOF_KEY)
    if held is None or not _recent(held["at"], PROOF):
        return None
    account = _account(held["staff"], held["stamp"])
    return None if account is None else (account, held["next"])


def _signed_in() -> SignedIn | None:
    if "signed_in" not in g:
        g.signed_in = _read()
    found: SignedIn | None = g.signed_in
    return found


def _read() -> SignedIn | None:
    staff_id = session.get(STAFF_KEY)
    if staff_id is None or session.kind != "staff":  # type: ignore[attr-defined]
        return None
    account = _account(staff_id, session.get(STAMP_KEY))
    if account is None:
        return None
    if not parts().config.second_factor:
        return SignedIn(account, True)
    with parts().database.read() as transaction:
        return SignedIn(account, has_second_factor(transaction, staff_id))


def _account(staff_id: str, stamp: str | None) -> Account | None:
    """None if it is switched off or its sign-ins were ended meanwhile."""
    with parts().database.read() as transaction:
        account = read_account(transaction, staff_id)
    good = account is not None and account.active and account.stamp == stamp
    return account if good else None


def _recent(at: str | None, limit: timedelta) -> bool:
    return at is not None and parts().clock() - datetime.fromisoformat(at) < limit
