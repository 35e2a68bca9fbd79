"""What a machine can be put through, if it lets us; each ends with its block, whatever happens."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MORE = 1 << 16


class NotHere(Exception):
    """This machine does not allow it; the message says what."""


def needs_root(what: str) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise NotHere(f"{what} needs root")


def system(*words: str | Path) -> None:
    """A program of the system, which must be there and do what it is told."""
    program = shutil.which(str(words[0]))
    if program is None:
        raise NotHere(f"{words[0]} is not installed")
    given = [program, *map(str, words[1:])]
    done = subprocess.run(given, capture_output=True, text=True, check=False)  # noqa: S603 ours
    if done.returncode:
        raise NotHere(f"{words[0]} refuses: {done.stderr.partition(chr(10))[0]}")


@contextmanager
def mounted(source: str | Path, place: Path, *options: str) -> Iterator[Path]:
    """Something mounted there until the end of the block."""
    needs_root("mounting")
    place.mkdir(exist_ok=True)
    system("mount", *options, source, place)
    try:
        yield place
    finally:
        try:
            system("umount", place)
        except NotHere:  # somebody is still in it: it goes when they do
            system("umount", "-l", place)


@contextmanager
def full(place: Path) -> Iterator[None]:
    """Not one byte more fits on this file system."""
    filler = place / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(MORE)):
                pass
            while file.write(bytes(512)):
                pass
        yield
    finally:
        filler.unlink()


@contextmanager
def no_file_grows(pid: int) -> Iterator[None]:
    """What a full disk is to this process, wherever its files lie; needs no root."""
    _, limit = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, limit))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, limit))


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Nothing can be made or removed in it: not by its owner, and not by root either."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        system("chattr", "+i", folder)
        try:
            yield
        finally:
            system("chattr", "-i", folder)
        return
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)
