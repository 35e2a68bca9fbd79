"""Commands that try a protocol version on what is stored; they need the database and its key."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from screening.domain.audit import SYSTEM
from screening.domain.protocol import ScreeningProtocol
from screening.protocols.library import NoSuchProtocol
from screening.protocols.reader import read_protocol
from screening.protocols.shapes import ProtocolUnreadable
from screening.services.backtest import NotComparable, note_backtest, try_on_the_past
from screening.services.replay import note_replay, replay
from screening.storage.clinic import ClinicNotSet
from screening.storage.engine import DatabaseMisconfigured
from screening.storage.key_checks import WrongKey
from screening.web.acting import today
from screening.web.backtest_lines import in_lines, replay_lines
from screening.web.parts import Parts, parts


@click.command("backtest")
@click.argument("old")
@click.argument("new")
@with_appcontext
def backtest(old: str, new: str) -> None:
    """Try the protocol version NEW on every stored submission, and compare it with OLD.

    A version such as microneedling/2026-1; NEW may be the path of a file that ends in .toml.
    Prints references, never names or answers. Exit status 1 where a submission could not be
    read (the others were compared), 2 where there is no such protocol or no usable database.
    """
    here = _ready()
    try:
        versions = here.protocols.get(old), _version(here, new)
        tried = try_on_the_past(here.database, here.protocols, *versions, today())
    except (NoSuchProtocol, ProtocolUnreadable, NotComparable, OSError, ClinicNotSet) as error:
        raise click.UsageError(str(error) or "There is no clinic yet.") from error
    with here.database.write() as session:
        note_backtest(session, tried, SYSTEM, here.clock())
    for line in in_lines(tried):
        click.echo(line)
    sys.exit(1 if tried.unread else 0)


@click.command("replay")
@with_appcontext
def replay_stored() -> None:
    """Evaluate every stored submission again under its own version and compare, byte for byte.

    Made to be run on a schedule. Exit status 0 if every one gives what is stored, 1 if any does
    not or cannot be read, 2 where there is no usable database.
    """
    here = _ready()
    replayed = replay(here.database, here.protocols)
    with here.database.write() as session:
        note_replay(session, replayed, SYSTEM, here.clock())
    for line in replay_lines(replayed):
        click.echo(line)
    sys.exit(0 if replayed.holds else 1)


def _version(here: Parts, name: str) -> ScreeningProtocol:
    return read_protocol(Path(name)) if name.endswith(".toml") else here.protocols.get(name)


def _ready() -> Parts:
    """With a wrong key every record would look damaged: better to say so."""
    here = parts()
    try:
        here.database.check_ready()
        here.database.check_key()
    except (DatabaseMisconfigured, WrongKey) as error:
        raise click.UsageError(str(error)) from error
    return here
