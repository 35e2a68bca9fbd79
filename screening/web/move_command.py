"""``flask migrate-to``: the clinic moves to another database (docs/growing.md)."""

from time import monotonic

import click
from flask.cli import with_appcontext

from screening.domain.audit import SYSTEM, AuditEvent
from screening.storage.audit import append_event
from screening.storage.audit_chain import NoChain
from screening.storage.database import Database
from screening.storage.engine import DatabaseMisconfigured
from screening.storage.failures import is_unavailable
from screening.storage.key_checks import WrongKey
from screening.storage.moving_house import MoveRefused, Tally, move
from screening.web.parts import parts


@click.command("migrate-to")
@click.argument("url")
@with_appcontext
def migrate_to(url: str) -> None:
    """Copy everything into the empty database at URL, compare, and say what to do next.

    Stop the app first. This database stays as it is.
    """
    began, here = monotonic(), parts()
    try:
        here.database.check_key()
        here.database.check_witness()
        here.database.close()  # or its own connection would look like a running app's
        rows = move(here.config.database_url, url, _say)
        there = Database(url, here.database.keyring)
        there.check_key()
    except (MoveRefused, DatabaseMisconfigured, WrongKey, NoChain) as error:
        raise click.ClickException(str(error)) from error
    except Exception as error:
        if is_unavailable(error):
            raise click.ClickException(f"A database cannot be reached: {_class(error)}") from error
        raise
    with there.write() as session:
        moved = AuditEvent("database.moved", here.clock(), SYSTEM, facts={"rows": rows})
        append_event(session, moved)
    there.close()
    click.echo(f"{rows:,} rows moved in {monotonic() - began:.0f} s; counts and digests agree.")
    click.echo("Now set DATABASE_URL to the new address, and start. The old database is untouched.")


def _say(table: str, tally: Tally) -> None:
    click.echo(f"{table:<20}{tally.rows:>10,}  {tally.digest:064x}")


def _class(error: BaseException) -> str:
    """The error's own text could hold a password or a row."""
    return type(getattr(error, "orig", None) or error).__name__
