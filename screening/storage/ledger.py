"""The list of what was erased, in a file apart from the database and its backups (PR-6).

One opaque id a line. It is only ever added to; an id that stands there twice does no harm.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from screening.storage.folders import sync_folder


def read_ledger(file: Path) -> tuple[str, ...]:
    """The ids in their order; none where there is no file yet. Raises OSError."""
    try:
        return tuple(file.read_text("ascii", errors="replace").split())
    except FileNotFoundError:
        return ()


def missing_in(file: Path, ids: Iterable[str]) -> int:
    """How many of them the file has not got; raises OSError."""
    known = frozenset(read_ledger(file))
    return sum(one not in known for one in ids)


def add_missing(file: Path, ids: Iterable[str]) -> int:
    """On the disk when this returns; how many were not there yet. Raises OSError.

    The file is there afterwards even if nobody was erased: one that is missing has been lost.
    """
    known = frozenset(read_ledger(file))
    missing = [one for one in ids if one not in known]
    if missing or not file.exists():
        _append(file, "".join(f"\n{one}\n" for one in missing).encode())
    return len(missing)


def _append(file: Path, lines: bytes) -> None:
    """Begins with a line break: half a line of somebody who was killed spoils no other."""
    new = not file.exists()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as opened:  # writes all of it, or raises
        opened.write(lines)
        opened.flush()
        os.fsync(opened.fileno())
    if new:
        sync_folder(file.parent)
