"""Commands about protocols: they need neither a key nor a database."""

import sys
from pathlib import Path

import click

from screening.domain.protocol import ScreeningProtocol
from screening.protocols.library import NoSuchProtocol, load_library
from screening.protocols.reader import read_protocol
from screening.protocols.shapes import ProtocolUnreadable
from screening.protocols.verify.proof import verify
from screening.protocols.verify.report_words import in_lines


@click.command("verify")
@click.argument("protocol", required=False)
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
        failed = failed or not report.holds
    sys.exit(1 if failed else 0)


def _wanted(name: str | None) -> tuple[ScreeningProtocol, ...]:
    try:
        if name is not None and name.endswith(".toml"):
            return (read_protocol(Path(name)),)
        library = load_library()
        return tuple(library.versions.values()) if name is None else (library.get(name),)
    except (NoSuchProtocol, ProtocolUnreadable, OSError) as error:
        raise click.UsageError(str(error)) from error
