"""``flask audit``: whether the log still says what was witnessed, and a copy for an inspector."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TextIO

import click
from flask.cli import AppGroup

from screening.domain.witness import Checkpoint, Witnessed
from screening.services.witness import (
    NoCheckpoint,
    checkpoint_line,
    note_check,
    note_export,
    parse_checkpoints,
)
from screening.storage.audit import list_all
from screening.storage.audit_chain import NoChain
from screening.storage.audit_check import check_chain
from screening.web.parts import parts

audit_log = AppGroup("audit", help="The audit log: check it, export it, write down its end.")


@audit_log.command("verify")
@click.option(
    "--checkpoint",
    type=click.File("r"),
    help="A file with lines of `audit checkpoint`; each of them is compared.",
)
def verify_log(checkpoint: TextIO | None) -> None:
    """Look through every event. Exit status 1, and the first wrong place, where one is wrong."""
    whole = parts()
    try:
        known = parse_checkpoints(checkpoint.read()) if checkpoint else []
    except NoCheckpoint as error:
        raise click.UsageError(str(error)) from error
    with whole.database.read() as session:
        found = check_chain(session, known)
    # Where there is no chain, nothing can be noted: what was found is told all the same.
    with suppress(NoChain), whole.database.write() as session:
        note_check(session, found, whole.clock())
    for line in _found(found, known):
        click.echo(line)
    if found.broken:
        click.echo(f"The audit log was tampered with or damaged {found.broken.words}.")
        sys.exit(1)
    click.echo("Nothing was changed, removed or put into another order.")


def _found(found: Witnessed, known: Sequence[Checkpoint]) -> Iterator[str]:
    yield f"{found.links} events hold in the chain; {found.early} stand before it."
    if found.begins:
        yield (
            f"The chain begins at event {found.begins.seq}, on {found.begins.at:%d %B %Y}: what "
            "stands before it is not protected from whoever could write until then."
        )
    if found.trimmed:
        yield f"The first {found.trimmed} were taken away when their time was over."
    older = sum(one.link < found.trimmed for one in known)
    if older:
        yield f"{older} checkpoints are older than all that is kept: nothing to compare them with."


@audit_log.command("checkpoint")
def write_checkpoint() -> None:
    """Print the end of the chain; keep it where who can change the database cannot."""
    whole = parts()
    with whole.database.read() as session:
        found = check_chain(session)
    if found.broken:
        raise click.ClickException(f"The chain does not hold {found.broken.words}.")
    click.echo(checkpoint_line(found, whole.clock()))


@audit_log.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=False))
def export_log(file: TextIO) -> None:
    """Write every event to FILE, a line of JSON for each ("-": standard output)."""
    whole = parts()
    count = 0
    with whole.database.read() as session:
        for event in list_all(session):
            file.write(json.dumps(event, sort_keys=True) + "\n")
            count += 1
    with whole.database.write() as session:
        note_export(session, count, whole.clock())
