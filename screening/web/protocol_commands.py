"""Commands about protocols: they need neither a key nor a database, but use one that is there."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from screening.domain.audit import SYSTEM
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.library import NoSuchProtocol, load_library
from screening.protocols.reader import read_protocol
from screening.protocols.shapes import ProtocolUnreadable
from screening.protocols.verify.findings import Report
from screening.protocols.verify.proof import verify
from screening.protocols.verify.report_words import in_lines
from screening.services.publishing import note_check
from screening.storage.engine import DatabaseMisconfigured
from screening.storage.failures import is_unavailable
from screening.web.parts import parts


@click.command("verify")
@click.argument("protocol", required=False)
@with_appcontext
def verify_protocol(protocol: str | None) -> None:
    """Prove the safety properties of PROTOCOL, or of every released version.

    PROTOCOL is a version such as microneedling/2026-1, or the path of a file that ends in .toml.
    Exit status 1 where a property fails, 2 where there is no such protocol or it is unreadable.
    """
    failed = False
    for one in _wanted(protocol):
        report = verify(one)
        for line in in_lines(report, one):
            click.echo(line)
        if _kept(report):
            click.echo("Kept for the page of this version at this clinic.")
        failed = failed or not report.holds
    sys.exit(1 if failed else 0)


def _wanted(name: str | None) -> tuple[ScreeningProtocol, ...]:
    try:
        if name is not None and name.endswith(".toml"):
            return (read_protocol(Path(name)),)
        library = parts().protocols if _is_whole() else load_library()
        return tuple(library.versions.values()) if name is None else (library.get(name),)
    except (NoSuchProtocol, ProtocolUnreadable, OSError) as error:
        raise click.UsageError(str(error)) from error


def _is_whole() -> bool:
    """Whether there is an app with a database behind the command, not the commands alone."""
    return "prelude" in current_app.extensions


def _kept(report: Report) -> bool:
    """Keep what was found of a version of the library, where there is a database to keep it in."""
    if not _is_whole():
        return False
    here = parts()
    try:
        if here.protocols.get(report.key).digest != report.digest:
            return False
        here.database.check_ready()
        with here.database.write() as session:
            note_check(session, report, SYSTEM, here.clock(), here.tokens)
    except (NoSuchProtocol, DatabaseMisconfigured):
        return False
    except Exception as error:
        if is_unavailable(error):
            return False
        raise
    return True
