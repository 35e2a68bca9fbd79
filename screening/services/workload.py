"""How much there is to do, as figures without a person in them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from screening.domain.submission import Turn
from screening.services.placing import status_of, turn_of
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.queue import list_queue


@dataclass(frozen=True, slots=True)
class Workload:
    """Episodes by whose turn it is; `oldest_seconds`: how long the first has waited for the
    clinic, 0 where none does; `levels`: all latest editions by level.
    """

    turns: Mapping[str, int]
    oldest_seconds: float
    levels: Mapping[str, int]


def workload(session: Session, now: datetime) -> Workload:
    today = read_clinic(session).day(now)
    rows = list_queue(session, names=False)
    turns = [turn_of(row, status_of(row), today) for row in rows]
    waiting = [
        row.received_at for row, turn in zip(rows, turns, strict=True) if turn is Turn.CLINIC
    ]
    counted = Counter(turns)
    return Workload(
        turns={turn.value: counted[turn] for turn in Turn},
        oldest_seconds=(now - min(waiting)).total_seconds() if waiting else 0.0,
        levels=Counter(row.level for row in rows),
    )
