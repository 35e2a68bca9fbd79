"""What kind of database this is, how it was opened, and whether others can read its files."""

from pathlib import Path

from sqlalchemy import Engine

from screening.storage.engine import portable_url

BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite keeps beside its file, with pages of it inside."""


def described(engine: Engine) -> str:
    """Program, version and, for SQLite, how it writes; no address, which may hold a password."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            version = connection.exec_driver_sql("SHOW server_version").scalar()
            return f"PostgreSQL {version}"
        version, journal, synchronous = (
            connection.exec_driver_sql(question).scalar()
            for question in (
                "SELECT sqlite_version()",
                "PRAGMA journal_mode",
                "PRAGMA synchronous",
            )
        )
        return f"SQLite {version}, journal {journal}, synchronous {synchronous}"


def files_others_can_read(database_url: str) -> list[Path]:
    """Of a SQLite database; PostgreSQL looks after its own."""
    url = portable_url(database_url)
    if url.get_backend_name() != "sqlite":
        return []
    files = [Path(f"{url.database}{ending}") for ending in BESIDE]
    return [path for path in files if path.exists() and path.stat().st_mode & 0o077]
