"""Who is signed in: asked of the database at every request, so that an end acts at the next."""

from flask import g, session

from screening.domain.staff import Staff
from screening.storage.accounts import Account, read_account
from screening.web.parts import parts
from screening.web.sessions import STAFF_KEY, rotate_session

STAMP_KEY = "stamp"


def current_staff() -> Staff | None:
    """The active member of staff whose session this is; read once a request."""
    if "staff" not in g:
        g.staff = _staff_of_session()
    found: Staff | None = g.staff
    return found


def begin_session(account: Account) -> None:
    """A new session id: whatever was known of the old one is worth nothing now (SE-3)."""
    session.clear()
    session[STAFF_KEY] = account.staff.id
    session[STAMP_KEY] = account.stamp
    rotate_session()
    g.staff = account.staff


def _staff_of_session() -> Staff | None:
    staff_id = session.get(STAFF_KEY)
    if staff_id is None or session.kind != "staff":  # type: ignore[attr-defined]
        return None
    with parts().database.read() as transaction:
        account = read_account(transaction, staff_id)
    if account is None or not account.active or account.stamp != session.get(STAMP_KEY):
        return None
    return account.staff
