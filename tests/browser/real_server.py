"""The server as ./run starts it: a process of its own, which can be killed."""

import os
import re
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from socket import create_server
from time import monotonic, sleep
from typing import Self
from urllib.request import urlopen

from config import EXAMPLE_KEY

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30  # seconds


class RealServer:
    """``with RealServer(folder) as server``; what it says goes to a file, not to a pipe.

    `settings` are environment variables that it is to have other values of.
    """

    entry = ROOT / "wsgi.py"

    def __init__(self, folder: Path, **settings: str) -> None:
        with create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._said = folder / f"server-{self.port}.log"
        self._environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{folder / 'prelude.sqlite3'}",
            "PRELUDE_KEY": b64encode(EXAMPLE_KEY).decode(),
            "PRELUDE_ENVIRONMENT": "demo",
            "PRELUDE_BASE_URL": self.address,
            "PORT": str(self.port),
            **settings,
        }
        self.database_url = self._environment["DATABASE_URL"]
        self._process: subprocess.Popen[bytes]

    def flask(self, *arguments: str) -> str:
        """What a command of the application says."""
        command = self._command(*arguments)
        return subprocess.check_output(command, cwd=ROOT, env=self._environment, text=True)

    def starts(self) -> Self:
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                self._command("serve"),
                cwd=ROOT,
                env=self._environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self._wait()
        return self

    def is_killed(self) -> None:
        """kill -9: no time to tidy up."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_asked_to_stop(self) -> None:
        """SIGTERM, as a service manager sends it."""
        self.is_told(signal.SIGTERM)

    def is_told(self, number: int) -> None:
        os.kill(self._process.pid, number)

    def has_stopped(self) -> int:
        """Its exit status, once it has ended by itself."""
        return self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        self.flask("upgrade-database")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.is_killed()

    def _wait(self) -> None:
        until = monotonic() + PATIENCE
        while monotonic() < until:
            if self._process.poll() is not None:
                raise AssertionError(self._said.read_text())
            try:
                with urlopen(self.address, timeout=PATIENCE):
                    return
            except OSError:
                sleep(0.1)
        raise AssertionError(self._said.read_text())

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", str(self.entry), *arguments]


def set_up_link(printed: str) -> str:
    """The link among what the command printed."""
    found = re.search(r"https?://\S+/clinic/set-up/\S+", printed)
    assert found is not None, printed
    return found.group()
