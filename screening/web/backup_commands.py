"""``flask backup`` and ``flask restore``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TextIO

import click
from flask.cli import with_appcontext

from screening.services.retention import erase_again
from screening.services.safekeeping import note_made, note_restored, put_right
from screening.storage.archive import ArchiveRefused, Manifest
from screening.storage.backup import NotEmpty, Written, restore, tried_out, write_backup
from screening.storage.backup_folder import (
    BackupUnderWay,
    DigestDiffers,
    begun,
    check_digest,
    completed,
    prune,
)
from screening.storage.database import Session
from screening.storage.failures import is_unavailable
from screening.storage.ledger import read_ledger
from screening.storage.sealed_stream import StreamRefused
from screening.storage.serving import BeingServed
from screening.web.erased import tell_erased
from screening.web.parts import parts

WORDS: dict[type[Exception], str] = {
    NotEmpty: "the database is not empty; restore into a new one (DATABASE_URL)",
    BeingServed: "an app serves this database; stop it first",
    BackupUnderWay: "another backup is being written into this folder",
    DigestDiffers: "the file is not what its .sha256 says: it was damaged or changed",
}
NO_TOMBSTONES = (
    "the file that PRELUDE_TOMBSTONES names is not here: whoever was erased since would be back. "
    "Bring it here, or say --nobody-erased"
)

LOOK_AT_PEOPLE = (
    "People are as they were then: whoever was switched off since can sign in again, and links of "
    "patients that were taken back open again. Look at People and Desk before you let anybody in."
)


@click.command("backup")
@click.option("--keep", type=click.IntRange(1), help="Remove all but the newest KEEP backups.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def make_backup(folder: Path, keep: int | None) -> None:
    """Write an encrypted backup into FOLDER and try it out, while the app serves."""
    whole, began = parts(), monotonic()
    with _refusals(), begun(folder) as (path, file):
        written = write_backup(whole.database, file, whole.clock())
        with tried_out(path, whole.database.keyring) as (tried, _), tried.write() as session:
            put_right(session, whole.protocols)
        final = completed(path, written.sha256, whole.clock())
    _describe(written.manifest)
    click.echo(f"{final}\nSHA-256 {written.sha256}")
    click.echo(f"Restored into an empty place and compared; {monotonic() - began:.1f} s in all.")
    _note(written)
    for old in prune(folder, keep) if keep else ():
        click.echo(f"Removed {old.name}.")


@click.command("restore")
@click.option(
    "--erased",
    type=click.File("r"),
    help="A list that `tombstones` wrote: visits that were erased since are erased again.",
)
@click.option(
    "--nobody-erased", is_flag=True, help="Go on though PRELUDE_TOMBSTONES is a file not there."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore_backup(file: Path, erased: TextIO | None, nobody_erased: bool) -> None:
    """Restore FILE into the database, which must be empty and served by nobody."""
    whole, began = parts(), monotonic()
    ids = [*_known_erased(nobody_erased), *(erased.read().split() if erased else ())]
    gone = 0

    def finish(session: Session, manifest: Manifest) -> None:
        nonlocal gone
        put_right(session, whole.protocols)
        note_restored(session, manifest, whole.clock())
        gone = erase_again(session, dict.fromkeys(ids), whole.clock())

    with _refusals():
        check_digest(file)
        manifest = restore(whole.config.database_url, whole.database.keyring, file, finish)
    _describe(manifest)
    tell_erased()
    if ids:
        click.echo(f"Erased again: {gone} visits.")
    click.echo(f"Restored and compared in {monotonic() - began:.1f} s; everybody signs in anew.")
    click.echo(LOOK_AT_PEOPLE)


def _known_erased(without: bool) -> tuple[str, ...]:
    """What PRELUDE_TOMBSTONES lists; refused where that is a file that is not here."""
    file = parts().config.tombstones
    if file is None:
        return ()
    if not file.exists() and not without:
        raise click.ClickException(NO_TOMBSTONES)
    with _refusals():
        return read_ledger(file)


def _note(written: Written) -> None:
    """A backup is a backup even where the database is too full to take note of it."""
    whole = parts()
    try:
        with whole.database.write() as session:
            note_made(session, written, whole.clock())
    except Exception as error:
        if not is_unavailable(error):
            raise
        click.echo("The database could not take note of this backup: is its disk full?", err=True)


def _describe(manifest: Manifest) -> None:
    for name, tally in sorted(manifest.tables.items()):
        click.echo(f"{tally.rows:>9} {name}")
    origin = manifest.origin
    click.echo(
        f"Made {origin.made_at} by Prelude {origin.version} on {origin.engine}, "
        f"revision {origin.revision}, last audit event {manifest.audit_head}."
    )


@contextmanager
def _refusals() -> Iterator[None]:
    """One line for whoever runs it, exit status 1; of all other reasons one_line.py tells."""
    try:
        yield
    except (ArchiveRefused, StreamRefused) as error:
        raise click.ClickException(str(error)) from error
    except tuple(WORDS) as error:
        raise click.ClickException(WORDS[type(error)]) from error
