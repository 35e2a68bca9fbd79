"""Every key that this database may need is remembered by a known value sealed under it.

So a missing key is found before anyone is served: the wrong one, one that was removed too early,
and the newer one where somebody put an older list of keys back.
"""

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from screening.storage.keys import number_of
from screening.storage.sealing import CannotUnseal, KeyRing, key_id_of, keyring_of
from screening.storage.tables import KeyCheckRow

KNOWN_VALUE = b"this database belongs to this key"
TABLE, COLUMN = "key_checks", "sealed"


class WrongKey(Exception):
    """A key that this database was sealed with is not among the configured ones."""


def is_current_remembered(session: Session) -> bool:
    """Raises WrongKey unless every key that is remembered is in the ring, and opens its value."""
    keyring = keyring_of(session)
    rows = session.execute(select(KeyCheckRow.id, KeyCheckRow.sealed)).all()
    missing = {key_id_of(row.sealed) for row in rows if not _opens(keyring, row.id, row.sealed)}
    if missing:
        raise WrongKey(_words(missing, keyring))
    return keyring.key_id in {key_id_of(row.sealed) for row in rows}


def remember_current(session: Session) -> None:
    """Two processes that start at once remember the same key once."""
    keyring = keyring_of(session)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    number = number_of(keyring.key_id)
    sealed = keyring.seal(KNOWN_VALUE, TABLE, COLUMN, str(number))
    session.execute(insert(KeyCheckRow).values(id=number, sealed=sealed).on_conflict_do_nothing())
    keyring.sealings.remembered = True


def forget_older(session: Session) -> bool:
    """Only where nothing is sealed with an older key any more. False if there was none."""
    current = keyring_of(session).key_id
    rows = session.execute(select(KeyCheckRow.id, KeyCheckRow.sealed)).all()
    older = [row.id for row in rows if key_id_of(row.sealed) != current]
    session.execute(delete(KeyCheckRow).where(KeyCheckRow.id.in_(older)))
    return bool(older)


def _opens(keyring: KeyRing, number: int, sealed: bytes) -> bool:
    try:
        return keyring.unseal(sealed, TABLE, COLUMN, str(number)) == KNOWN_VALUE
    except CannotUnseal:
        return False


def _words(missing: set[bytes | None], keyring: KeyRing) -> str:
    needed = ", ".join(sorted(key_id.hex() if key_id else "damaged" for key_id in missing))
    given = ", ".join(key_id.hex() for key_id in keyring.key_ids)
    return (
        f"this database was sealed with key {needed}, which is not among the keys given ({given}): "
        "put it back, the current key first and older ones after it (PRELUDE_KEY, its file or "
        "command); without it what is stored cannot be read"
    )
