"""Where the keys come from: the environment, a file or a credential, or a command that prints them.

However they come, they are written alike: base64, one on each line (or with spaces between), the
current one first, older ones after it; what follows a # is a remark.
"""

import os
import re
import shlex
import stat
import subprocess
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

from screening.storage.folders import sync_folder
from screening.storage.keys import KEY_BYTES, MasterKey

VALUE, FILE, COMMAND = "PRELUDE_KEY", "PRELUDE_KEY_FILE", "PRELUDE_KEY_COMMAND"
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # systemd.exec(5), LoadCredential=
PATIENCE = 10  # seconds: a service's start must not hang on a key server
MOST_KEYS = 8


class KeysUnreadable(ValueError):
    """There are no keys to start with; one line that says what to change, never a key."""


def given_keys(given: Mapping[str, str], usual_file: Path) -> tuple[bytes, ...]:
    """All keys, the current one first."""
    if COMMAND in given and (VALUE in given or FILE in given):
        raise KeysUnreadable(f"Set either {COMMAND} or {VALUE} or {FILE}, not two of them.")
    if VALUE in given:
        return read_keys(given[VALUE], VALUE)
    if COMMAND in given:
        return read_keys(_said_by(given[COMMAND]), f"What {COMMAND} prints")
    credential = Path(given.get(CREDENTIALS, "/nowhere"), usual_file.name)
    path = Path(given.get(FILE, credential if credential.exists() else usual_file))
    return read_keys(_held_by(path, 0o037 if path == credential else 0o077), str(path))


def read_keys(text: str, where: str) -> tuple[bytes, ...]:
    lines = (line.partition("#")[0] for line in text.splitlines())
    words = [word for line in lines for word in line.split()]
    if not words:
        raise KeysUnreadable(f"{where} holds no key.")
    if len(words) > MOST_KEYS:
        raise KeysUnreadable(f"{where} holds more than {MOST_KEYS} keys; remove the oldest.")
    names = [f"{where}, key {number}" for number in range(1, len(words) + 1)]
    return tuple(_decoded(*one) for one in zip(words, names if words[1:] else [where], strict=True))


def add_key(path: Path, key: bytes, remark: str) -> None:
    """Put a key first in a file, readable by its owner alone; whole, or not at all."""
    line = f"{b64encode(key).decode()}  # {MasterKey(key).id.hex()}, {remark}\n"
    before = _held_by(path) if path.exists() else ""
    if before.strip():
        read_keys(before, str(path))  # never on top of something else
    for left in _begun(path):
        left.unlink(missing_ok=True)  # by somebody who was killed: no copy of a key may lie about
    beside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        _write_beside(beside, line + before, path)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    # Nothing is sealed with a key whose name could be gone after a power cut.
    sync_folder(path.parent)


def _begun(path: Path) -> list[Path]:
    known = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}")
    return [one for one in path.parent.iterdir() if known.fullmatch(one.name)]


def _write_beside(beside: Path, text: str, path: Path) -> None:
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists() and os.name == "posix":
        os.chown(beside, path.stat().st_uid, path.stat().st_gid)


def _held_by(path: Path, nobody: int = 0o077) -> str:
    """Nobody else may have the bits in ``nobody``.

    Of a credential the group's bit for reading may be set: systemd leaves the file to root and
    lets the service's user in by an access list, whose mask Linux shows in that place (acl(5)).
    """
    try:
        text = path.read_text(encoding="ascii")
        mode = path.stat().st_mode
    except PermissionError:
        raise KeysUnreadable(f"The key file may not be read by this user: {path}") from None
    except (OSError, UnicodeDecodeError):
        raise KeysUnreadable(
            f"There is no key: set {VALUE}, or put one into {path} (./run makes it)."
        ) from None
    if os.name == "posix" and stat.S_IMODE(mode) & nobody:
        raise KeysUnreadable(f"Others can read the key file: chmod 600 {path}")
    return text


def _said_by(command: str) -> str:
    """What it writes to standard output; what it complains about goes where our own words go."""
    try:
        said = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
            check=True,
        )
        return said.stdout.decode("ascii")
    except subprocess.TimeoutExpired:
        problem = f"said nothing for {PATIENCE} seconds"
    except subprocess.CalledProcessError as error:
        problem = f"failed (exit status {error.returncode})"
    except UnicodeDecodeError:
        problem = "prints something that is no key"
    except (OSError, ValueError, IndexError):
        problem = "cannot be run"
    raise KeysUnreadable(f"The program in {COMMAND} {problem}.")


def _decoded(text: str, where: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise KeysUnreadable(f"{where} must be {KEY_BYTES} random bytes in base64.") from None
    if len(key) != KEY_BYTES:
        raise KeysUnreadable(f"{where} must hold {KEY_BYTES} bytes, not {len(key)}.")
    if len(set(key)) < KEY_BYTES // 2:
        raise KeysUnreadable(f"{where} does not look random; make a new one.")
    return key
