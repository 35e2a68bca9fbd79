"""The key file is gone while the app runs: it serves on; it does not start again without it."""

from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults.crowd import crowd, somebody_is_promised
from bench.faults.kills import judge
from bench.faults.prepared import PreparedServer
from bench.faults.results import Found
from config import EXAMPLE_KEY

PATIENTS = {True: 2, False: 6}
PROMISES = {True: 1, False: 100}
CLEAR = "There is no key: set PRELUDE_KEY, or put one into"


class KeyFileServer(PreparedServer):
    """Its key comes from a file, as in an installation."""

    def __init__(self, file: Path) -> None:
        super().__init__(file.parent, PRELUDE_KEY_FILE=str(file))
        del self._environment["PRELUDE_KEY"]


def key_gone(seed: int, quick: bool) -> Found:
    """No answer may be other than before; the control starts it with the key back in place."""
    found = Found("key file gone", seed)
    with TemporaryDirectory() as name:
        file = Path(name) / "prelude.key"
        file.touch(0o600)
        file.write_bytes(b64encode(EXAMPLE_KEY))
        with KeyFileServer(file) as server:
            server.starts()
            away = file.rename(file.with_suffix(".away"))
            with crowd([server.port], PATIENTS[quick], seed) as promises:
                for _ in range(PROMISES[quick]):
                    somebody_is_promised(promises)
            server.is_killed()
            found.faults, found.errors = 1, promises.statuses.get(503, 0)
            judge(found, promises, server.database_url)
            found.errors += _refuses(server) != CLEAR
            away.rename(file)
            found.control *= not _refuses(server)
    return found


def _refuses(server: KeyFileServer) -> str:
    """The line that it ends with instead of starting; nothing if it starts."""
    try:
        server.starts()
    except AssertionError as refused:
        return CLEAR if CLEAR in str(refused) else "not clear"
    return ""
