"""A new key takes over: what older keys sealed is sealed anew, while the clinic goes on working."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from screening.domain.audit import SYSTEM, AuditEvent
from screening.protocols.library import ProtocolLibrary
from screening.services.invitation_course import index_invitation_anew
from screening.services.search_terms import index_anew
from screening.services.throttle import KEPT
from screening.storage.audit import append_event, latest
from screening.storage.database import Session
from screening.storage.inventory import SEALED
from screening.storage.key_checks import forget_older
from screening.storage.rekeying import Renewed, codes_without_seal, count_by_key, keep_renewed
from screening.storage.sealing import keyring_of

TABLES = tuple(SEALED)
NO_ENVELOPE = "no key"
RING, REKEYED = "key", "keys.rekeyed"


@dataclass(frozen=True)
class Standing:
    """How many values each key has sealed, by column and in all; keys are named by their id."""

    current: str
    older: tuple[str, ...]
    columns: Mapping[str, Mapping[str, int]]

    @property
    def totals(self) -> dict[str, int]:
        """Of every key that is given, and of every other one that is found."""
        totals = Counter(dict.fromkeys((self.current, *self.older), 0))
        for counts in self.columns.values():
            totals.update(counts)
        return dict(totals)

    @property
    def remaining(self) -> int:
        """What is not under the current key."""
        return sum(count for key, count in self.totals.items() if key != self.current)


def standing(session: Session) -> Standing:
    current, *older = (key_id.hex() for key_id in keyring_of(session).key_ids)
    columns = {
        column: {key.hex() if key else NO_ENVELOPE: count for key, count in counts.items()}
        for column, counts in count_by_key(session).items()
    }
    return Standing(current, tuple(older), columns)


def keep(session: Session, table: str, rows: Sequence[Renewed], library: ProtocolLibrary) -> int:
    """Write these rows, and what they are found by; how many values it were."""
    written = keep_renewed(session, table, list(rows))
    if table == "submissions":
        for row in written:
            index_anew(session, library, row.id)
    if table == "invitations":
        for row in written:
            index_invitation_anew(session, row.id)
    return sum(len(row.sealed) for row in written)


def is_noted(session: Session) -> bool:
    """Not where all that sealed anew was killed before it could say so."""
    return keyring_of(session).key_id.hex() in latest(session, REKEYED, RING)


def note_rekeyed(session: Session, values: int, now: datetime) -> None:
    """So many values were sealed anew."""
    _witness(session, REKEYED, now, values=values)


def retire_older(session: Session, now: datetime) -> datetime:
    """No value needs the older keys any more; the moment from which they may be taken away.

    Attempts that were counted under an older key, and pages signed with it, count until then.
    """
    if forget_older(session):
        _witness(session, "keys.retired", now)
    current = keyring_of(session).key_id.hex()
    until = latest(session, REKEYED, RING).get(current, now) + KEPT
    codes, last = codes_without_seal(session)
    return max(until, last) if codes else until


def _witness(session: Session, event: str, now: datetime, **facts: int) -> None:
    current = keyring_of(session).key_id.hex()
    append_event(session, AuditEvent(event, now, SYSTEM, RING, current, facts))
