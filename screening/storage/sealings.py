"""How often a key has sealed something: a random nonce must not come twice (NIST SP 800-38D, 8.3).

Counted in blocks that are set aside in a write that seals anyway, before it commits: a process
that ends leaves the rest of its block unused, so the count is never too low for what is stored.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from screening.storage.keys import number_of
from screening.storage.sealing import keyring_of
from screening.storage.tables import KeyCheckRow

BLOCK = 2**16
WARN_AT = 2**31
STOP_AT = 2**32 - 2**20
"""Before 2^32, with room for what many processes have set aside or begun."""


class KeyUsedUp(Exception):
    """The current key must seal nothing more."""


USED_UP = (
    "the current key has sealed as much as one key may: make a new one (flask new-key), put it "
    "first, start again and run flask rekey; what is stored can still be read"
)


def set_aside(session: Session) -> int:
    """As many as this process lacks, in blocks: its own once the transaction commits.

    0 where it lacks none, or the key has no row yet. Raises KeyUsedUp: then nothing is stored.
    """
    keyring = keyring_of(session)
    blocks = -(-keyring.sealings.lacking // BLOCK) * BLOCK
    if not blocks:
        return 0
    done = session.execute(
        update(KeyCheckRow)
        .where(
            KeyCheckRow.id == number_of(keyring.key_id), KeyCheckRow.sealings + blocks <= STOP_AT
        )
        .values(sealings=KeyCheckRow.sealings + blocks)
    )
    if cast("CursorResult[Any]", done).rowcount == 1:
        return blocks
    if sealings_so_far(session) is not None:
        raise KeyUsedUp(USED_UP)
    keyring.sealings.remembered = False
    return 0


def sealings_so_far(session: Session) -> int | None:
    """Of the current key, with what is set aside; None where it has no row yet."""
    number = number_of(keyring_of(session).key_id)
    return session.scalar(select(KeyCheckRow.sealings).where(KeyCheckRow.id == number))


def refuse_used_up(session: Session) -> None:
    if (sealings_so_far(session) or 0) + BLOCK > STOP_AT:
        raise KeyUsedUp(USED_UP)
