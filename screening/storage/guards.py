"""Triggers, which guard what is append-only, set aside while whole tables are copied."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text

_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")


@contextmanager
def guards_down(connection: Connection) -> Iterator[None]:
    """Within the transaction that is open: nobody else ever sees the tables unguarded."""
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(_TRIGGERS).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
        return
    tables = inspect(connection).get_table_names()
    for state in ("DISABLE", "ENABLE"):
        for table in tables:
            connection.exec_driver_sql(f'ALTER TABLE "{table}" {state} TRIGGER USER')
        if state == "DISABLE":
            yield
