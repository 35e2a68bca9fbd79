"""The stored submissions, one by one, as cases to try something on; a bad row never ends it.

Read in batches, each in a transaction of its own, so that nobody waits for a long run and never
more than one batch is unsealed at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from screening.domain.answers import examine
from screening.domain.backtest import PastCase
from screening.domain.context import read_context
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.library import NoSuchProtocol, ProtocolLibrary
from screening.storage.database import Database
from screening.storage.sealing import CannotUnseal
from screening.storage.stored_answers import StoredAnswers, list_answers

BATCH = 200


class Trouble(StrEnum):
    """Why a stored submission could not be tried."""

    SEALED = "sealed"
    MALFORMED = "malformed"
    NO_PROTOCOL = "no_protocol"
    OTHER_FILE = "other_file"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Unread:
    """A submission that was passed over, and why; nothing of what is in it."""

    id: str
    reference: str
    why: Trouble


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with what was kept of its assessment: level and bytes."""

    past: PastCase
    level: str
    assessment: bytes | None


def stored_cases(
    database: Database,
    library: ProtocolLibrary,
    *,
    latest_only: bool = False,
    assessed: bool = False,
    batch: int = BATCH,
) -> Iterator[StoredCase | Unread]:
    """Every stored submission under the protocol version that it was sent under."""
    after = ""
    while True:
        with database.read() as session:
            rows = list_answers(session, after, batch, latest_only=latest_only, assessed=assessed)
        if not rows:
            return
        yield from (_case(row, library) for row in rows)
        after = rows[-1].id


def _case(row: StoredAnswers, library: ProtocolLibrary) -> StoredCase | Unread:
    own = _own(row, library)
    if isinstance(own, Trouble):
        return Unread(row.id, row.reference, own)
    if row.answers is None:
        return Unread(row.id, row.reference, Trouble.SEALED)
    past = _past(row, row.answers.get("answers"), row.answers.get("context"), own)
    if past is None:
        return Unread(row.id, row.reference, Trouble.MALFORMED)
    return StoredCase(past, row.level, row.assessment)


def _own(row: StoredAnswers, library: ProtocolLibrary) -> ScreeningProtocol | Trouble:
    try:
        own = library.get(row.protocol)
    except (NoSuchProtocol, CannotUnseal):
        return Trouble.NO_PROTOCOL
    return own if own.digest == row.digest else Trouble.OTHER_FILE


def _past(
    row: StoredAnswers, raw: object, circumstances: object, own: ScreeningProtocol
) -> PastCase | None:
    if not isinstance(raw, dict) or not isinstance(circumstances, dict):
        return None
    context, faults = read_context(circumstances, own.items)
    if faults or examine(own, context, raw)[1]:
        return None
    return PastCase(row.id, row.reference, own, raw, context)
