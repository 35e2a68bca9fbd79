"""``flask rekey`` and ``flask new-key``: a new key takes over from an older one (docs/keys.md)."""

import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes
from time import monotonic, sleep

import click
from flask.cli import with_appcontext

from screening.services.rekeying import (
    TABLES,
    Standing,
    is_noted,
    keep,
    note_rekeyed,
    retire_older,
    standing,
)
from screening.storage.engine import DatabaseMisconfigured
from screening.storage.key_checks import WrongKey
from screening.storage.key_source import KeysUnreadable, add_key
from screening.storage.keys import KEY_BYTES
from screening.storage.rekeying import Renewed, read_older
from screening.storage.sealings import KeyUsedUp
from screening.web.parts import parts, utc_now

SAY_EVERY = 5.0  # seconds


@click.command("new-key")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def new_key(file: Path | None) -> None:
    """Make a new key: put it first in FILE, above the older ones, or print it."""
    key = token_bytes(KEY_BYTES)
    if file is None:
        click.echo(b64encode(key).decode())
        return
    try:
        add_key(file, key, f"made {utc_now():%Y-%m-%d}")
    except (KeysUnreadable, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"A new key stands first in {file}. Copy the file to where its copies are kept.")


def check_key() -> None:
    try:
        parts().database.check_ready()
        parts().database.check_key()
    except (DatabaseMisconfigured, KeyUsedUp, WrongKey) as error:
        raise click.ClickException(str(error)) from error


@click.command("rekey")
@click.option("--check", is_flag=True, help="Only count what each key has sealed.")
@with_appcontext
def rekey(check: bool) -> None:
    """Seal anew with the current key what older keys sealed; the app may go on serving.

    Safe to stop and to repeat. Exit status 1 while something remains.
    """
    check_key()
    before = _standing()
    if check:
        for line in _counted(before):
            click.echo(line)
        sys.exit(1 if before.remaining else 0)
    began, values, damaged = monotonic(), 0, 0
    click.echo(f"{before.remaining:,} values are sealed with older keys.")
    said = began
    for batch, unreadable in _batches():
        values, damaged = values + batch, unreadable
        if monotonic() - said >= SAY_EVERY:
            click.echo(f"{_standing().remaining:,} remain.")
            said = monotonic()
    _ended(values, damaged, monotonic() - began)


def _batches() -> Iterator[tuple[int, int]]:
    """After each batch: the values in it, and the damaged ones of this pass over all tables.

    What others held during one pass is tried in another, until one finds nothing to do.
    """
    while True:
        done = damaged = 0
        for table in TABLES:
            last = None
            while rows := _older(table, last):
                began = monotonic()
                with parts().database.write() as session:
                    values = keep(session, table, rows, parts().protocols)
                last, done = rows[-1], done + values
                damaged += sum(row.damaged for row in rows)
                yield values, damaged
                sleep(monotonic() - began)  # others get at least as much of the lock
        if not done:
            return


def _older(table: str, last: Renewed | None) -> list[Renewed]:
    with parts().database.read() as session:
        return read_older(session, table, last.found if last else None)


def _ended(values: int, damaged: int, seconds: float) -> None:
    here, now = parts(), parts().clock()
    after = _standing()
    remaining = after.remaining - damaged
    speed = f", {values / seconds:,.0f} a second" if values and seconds > 1 else ""
    click.echo(f"{values:,} values sealed anew{speed}; {max(remaining, 0):,} remain.")
    with here.database.write() as session:
        if values or (after.older and not is_noted(session)):
            note_rekeyed(session, values, now)
    if damaged:
        click.echo(f"{damaged:,} more open with none of the keys given: damaged, or of another key")
    if remaining > 0:
        click.echo("Something was in use, or a process still runs with an older key: run it again.")
        sys.exit(1)
    if after.older:
        with here.database.write() as session:
            when = retire_older(session, now)
        names = ", ".join(after.older)
        click.echo(
            f"Take the older key ({names}) away after {when:%d %B %Y, %H:%M} UTC, not before."
        )


def _standing() -> Standing:
    with parts().database.read() as session:
        return standing(session)


def _counted(found: Standing) -> Iterator[str]:
    """A line for each key, and beneath every other key what it still has."""
    for key, total in found.totals.items():
        kind = "current" if key == found.current else "older" if key in found.older else "not given"
        yield f"{key} ({kind}): {total:,} values"
        if key != found.current:
            for column, counts in found.columns.items():
                if counts.get(key):
                    yield f"  {column}: {counts[key]:,}"
