"""The database: one transaction for reading or for writing at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session as Session  # the floors above name it by this module
from sqlalchemy.orm import sessionmaker

from screening.storage.audit_chain import chain_pending, refuse_without_chain
from screening.storage.engine import (
    BUSY,
    BUSY_MS,
    WRITES,
    DatabaseMisconfigured,
    durable_pragmas,
    engine_for,
    wait_at_most,
)
from screening.storage.key_checks import is_current_remembered, remember_current
from screening.storage.migrate import current, head
from screening.storage.sealing import KeyRing
from screening.storage.sealings import refuse_used_up, set_aside
from screening.storage.turns import Patience, Turns, TurnsAtFile, TurnsToWrite


class NestedTransaction(RuntimeError):
    """A write inside another transaction would wait for itself: on SQLite, for ten seconds."""


class Database:
    """Opened lazily; constructing it touches no table.

    `mail`: whether anybody sends what is posted in the outbox.
    """

    def __init__(self, url: str, keyring: KeyRing, *, mail: bool = False) -> None:
        self.engine: Engine = engine_for(url)
        self.keyring = keyring
        self._mine = threading.local()
        self._at_file = self.engine.dialect.name == "sqlite"
        self._turns = turns_at_file() if self._at_file else Turns()
        writing = self.engine.execution_options(**{WRITES: True})
        info = {"keyring": keyring, "mail": mail}
        self._readers = sessionmaker(self.engine, info={**info, "writes": False})
        self._writers = sessionmaker(
            writing,
            info={**info, "writes": True},
            # No mapped object is ever loaded, so there is none to keep in step with a statement.
            execution_options={"synchronize_session": False},
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction in which the database itself refuses any change."""
        patience = Patience(BUSY_MS / 1000)
        turn = self._turns.reading(patience, at_once=self._is_open())
        with turn, self._counted(), self._readers.begin() as session:
            self._begin(session, patience)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Takes the write lock at once; commits at the end, rolls back on any exception.

        The audit events of the transaction are the last thing written before it commits.
        """
        if self._is_open():
            raise NestedTransaction("close the transaction that is open before writing")
        patience = Patience(BUSY_MS / 1000)
        with (
            self._turns.writing(patience),
            ExitStack() as committed,
            self._counted(),
            self._writers.begin() as session,
        ):
            self._begin(session, patience)
            yield session
            chain_pending(session)
            counted = set_aside(session)
            committed.enter_context(self._turns.committing(patience))
            self._commit_within(session, patience)
        self.keyring.sealings.add(counted)

    def _begin(self, session: Session, patience: Patience) -> None:
        """At a file: SQLite may wait for other processes for what is left, and no longer."""
        if self._at_file:
            with patience.counting():
                session.connection(execution_options={BUSY: int(patience.left * 1000)})

    def _commit_within(self, session: Session, patience: Patience) -> None:
        if self._at_file:
            wait_at_most(session.connection(), int(patience.left * 1000))

    def _is_open(self) -> bool:
        """Whether this thread has a transaction here."""
        return getattr(self._mine, "open", 0) > 0

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._mine.open = getattr(self._mine, "open", 0) + 1
        try:
            yield
        finally:
            self._mine.open -= 1

    def check_ready(self) -> None:
        """Refuses an older or newer schema; never creates tables (two starters would race)."""
        with self.engine.connect() as connection:
            refuse_other_revision(connection)

    def check_key(self) -> None:
        """Refuses to go without a key that is needed, and with one that is used up; remembers
        the current one if it is new."""
        with self.read() as session:
            remembered = is_current_remembered(session)
            refuse_used_up(session)
        if not remembered:
            with self.write() as session:
                if not is_current_remembered(session):
                    remember_current(session)

    def check_witness(self) -> None:
        """Refuses to go where no audit event could be kept; raises NoChain."""
        with self.read() as session:
            refuse_without_chain(session)

    def close(self) -> None:
        self.engine.dispose()


def turns_at_file() -> Turns:
    journal = durable_pragmas(sqlite3.sqlite_version_info)["journal_mode"][1]
    return TurnsToWrite() if journal == "wal" else TurnsAtFile()


@contextmanager
def session_within(connection: Connection, keyring: KeyRing) -> Iterator[Session]:
    """For a transaction that somebody else began and ends; its audit events are written here."""
    info = {"keyring": keyring, "mail": False, "writes": True}
    options = {"synchronize_session": False}
    with Session(connection, info=info, execution_options=options) as session:
        yield session
        chain_pending(session)
        set_aside(session)


def refuse_other_revision(connection: Connection) -> None:
    found, wanted = current(connection), head()
    if found is None:
        raise DatabaseMisconfigured("the database is empty: run the migrations first")
    if found != wanted:
        raise DatabaseMisconfigured(
            f"the database is at revision {found}, this program needs {wanted}"
        )
