"""The folder of backups: nothing has a backup's name before it was written whole and tried out."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from screening.storage.folders import sync_folder

BEGUN = ".prelude.begun"
PATTERN = "prelude-*.backup"
DIGEST = ".sha256"


class BackupUnderWay(Exception):
    """Another one is being written into this folder."""


class DigestDiffers(Exception):
    """The file is not the one whose SHA-256 lies beside it."""


@contextmanager
def begun(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A file to write to, readable by its owner alone; what a killed run left is written over."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / BEGUN
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        _hold(file)
        file.truncate()
        yield path, file


def completed(path: Path, sha256: str, now: datetime) -> Path:
    """Gives the backup its name, with its digest beside it; both outlive a power cut."""
    final = path.with_name(f"prelude-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup")
    if final.exists():
        raise FileExistsError(f"there is a backup of this very second: {final}")
    beside = _digest_of(final)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(f"{sha256}  {final.name}\n")
        file.flush()
        os.fsync(file.fileno())
    path.rename(final)
    sync_folder(final.parent)
    return final


def prune(folder: Path, keep: int) -> list[Path]:
    """Removes all but the newest `keep` (at least 1); returns what is gone."""
    old = sorted(folder.glob(PATTERN))[:-keep]
    for path in old:
        path.unlink()
        _digest_of(path).unlink(missing_ok=True)
    sync_folder(folder)
    return old


def check_digest(path: Path) -> None:
    """Where a digest lies beside the file, it must be the file's."""
    beside = _digest_of(path)
    if not beside.exists():
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if beside.read_text().split()[:1] != [found]:
        raise DigestDiffers


def _digest_of(path: Path) -> Path:
    return path.with_name(path.name + DIGEST)


def _hold(file: BinaryIO) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupUnderWay from None
