"""Looking after the app: each thing that it depends on, tried out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from screening.domain.health import Finding, State, backup_finding, outbox_finding
from screening.services.safekeeping import last_made
from screening.storage.database import Database
from screening.storage.erasing import list_tombstones
from screening.storage.ledger import missing_in
from screening.storage.outbox_lists import count_messages, oldest_waiting
from screening.storage.probe import disk_of, journal_of, try_to_write

Findings = Mapping[str, Finding]


def look(database: Database, now: datetime, ledger: Path | None = None) -> Findings:
    """Everything, one after the other; what fails is a finding, never an exception.

    `ledger`: where what was erased is written down, if anywhere.
    """

    def write() -> Finding:
        try_to_write(database, now)
        return Finding(State.OK, journal_of(database))

    def disk() -> Finding:
        room = disk_of(database)
        return room.finding if room else Finding(State.OK, "not on this machine")

    def backup() -> Finding:
        with database.read() as session:
            return backup_finding(last_made(session), now)

    def outbox() -> Finding:
        try:
            with database.read() as session:
                given_up = count_messages(session)["given up"]
                return outbox_finding(oldest_waiting(session), given_up, now)
        except Exception as error:  # then the database is what fails, and says so above
            return Finding(State.WARNING, type(error).__name__)

    def tombstones() -> Finding:
        if ledger is None:
            return Finding(State.WARNING, "kept nowhere else: set PRELUDE_TOMBSTONES")
        try:
            with database.read() as session:
                behind = missing_in(ledger, list_tombstones(session))
        except Exception as error:  # the file's fault is nobody's request's
            return Finding(State.WARNING, type(error).__name__)
        words = f"{behind} not written down" if behind else ""
        return Finding(State.WARNING if behind else State.OK, words)

    looks: dict[str, Callable[[], Finding]] = {
        "database": write,
        "migrations": lambda: _passes(database.check_ready),
        "key": lambda: _passes(database.check_key),
        "audit": lambda: _passes(database.check_witness),
        "disk": disk,
        "backup": backup,
        "outbox": outbox,
        "tombstones": tombstones,
    }
    return {name: _found(one) for name, one in looks.items()}


def _passes(check: Callable[[], None]) -> Finding:
    check()
    return Finding(State.OK)


def _found(one: Callable[[], Finding]) -> Finding:
    try:
        return one()
    except Exception as error:  # its message may hold a row
        return Finding(State.FAILED, type(error).__name__)
