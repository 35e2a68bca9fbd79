"""Alembic's entry: on a connection handed in by the application, or on the configured database."""

import os

from alembic import context
from sqlalchemy import Connection

from screening.storage.metadata import METADATA
from screening.storage.migrate import connection_for_migration


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        # SQLite can roll back table changes once BEGIN is ours (see connection_for_migration).
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def configured_url() -> str:
    from config import Config

    return Config.from_environment(os.environ).database_url


def main() -> None:
    handed_in: Connection | None = context.config.attributes.get("connection")
    if handed_in is not None:
        run(handed_in)
        return
    with connection_for_migration(configured_url()) as connection:
        run(connection)


main()
