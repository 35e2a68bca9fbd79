"""Bringing a database to the newest revision, from a command or from the program."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from screening.storage.engine import WRITES, DatabaseMisconfigured, engine_for

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
# Any fixed number: two starting processes take turns.
POSTGRESQL_LOCK = 5_118_020_261


def upgrade(database_url: str, revision: str = "head") -> None:
    with connection_for_migration(database_url) as connection:
        move_to(connection, revision)


def downgrade(database_url: str, revision: str) -> None:
    with connection_for_migration(database_url) as connection:
        command.downgrade(settings(connection), revision)


def head() -> str:
    """The newest revision this program knows."""
    return str(ScriptDirectory.from_config(settings()).get_current_head())


def known_revisions() -> frozenset[str]:
    """All that this program can bring a database to."""
    return frozenset(s.revision for s in ScriptDirectory.from_config(settings()).walk_revisions())


def move_to(connection: Connection, revision: str) -> None:
    """Within the transaction of ``connection_for_migration``."""
    command.upgrade(settings(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision of the database, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def settings(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


@contextmanager
def connection_for_migration(database_url: str) -> Iterator[Connection]:
    """One transaction for the whole way: killed half-way, nothing has happened."""
    engine = engine_for(database_url).execution_options(**{WRITES: True})
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # A table that is rebuilt must not cascade; checked before commit instead.
                switch_foreign_keys_off(connection)
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")
                yield connection
                if engine.dialect.name == "sqlite":
                    refuse_dangling_keys(connection)
    finally:
        engine.dispose()


def switch_foreign_keys_off(connection: Connection) -> None:
    # On the driver's own connection: within a transaction this pragma does nothing.
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")


def refuse_dangling_keys(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise DatabaseMisconfigured("the migration would leave rows that point at nothing")
