"""``flask retention`` and ``flask erase``: only as long as needed."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from screening.domain.audit import SYSTEM
from screening.domain.codes import REFERENCE, read_code
from screening.services.retention import ClockNotBelieved, apply, erase, look
from screening.storage.erasing import list_tombstones
from screening.storage.submissions import find_by_reference
from screening.web.erased import tell_erased
from screening.web.parts import parts


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what is due and erase nothing.")
@click.option("--clock-is-right", is_flag=True, help="Go on though the clock seems to be wrong.")
@with_appcontext
def apply_retention(dry_run: bool, clock_is_right: bool) -> None:
    """Erase what the clinic's settings no longer keep; run it daily, safe to repeat."""
    whole = parts()
    now = whole.clock()
    try:
        with whole.database.read() as session:
            due = look(session, now, believed=clock_is_right)
    except ClockNotBelieved as error:
        raise click.ClickException(str(error)) from error
    done = due if dry_run else apply(whole.database, due, now)
    if not dry_run:
        _tell()
    what = "Due" if dry_run else "Erased"
    click.echo(
        f"{what}: {done.drafts} unfinished forms, {len(done.invitations)} unanswered invitations, "
        f"{len(done.episodes)} visits, {done.events} audit events."
    )


@click.command("erase")
@click.argument("reference")
@click.confirmation_option(prompt="Everything of this visit is removed for good. Go on?")
@with_appcontext
def erase_visit(reference: str) -> None:
    """Erase everything of the visit with this REFERENCE, at the patient's request."""
    whole = parts()
    with whole.database.write() as session:
        episode = find_by_reference(session, read_code(reference, REFERENCE) or "")
        done = episode and erase(session, episode, "request", SYSTEM, whole.clock())
    _tell()  # of one, too, that was erased before somebody could tell
    if not done:
        raise click.ClickException("There is no visit with this reference.")
    click.echo("Erased.")


def _tell() -> None:
    if not tell_erased():
        click.echo("PRELUDE_TOMBSTONES takes nothing: mend that, then run this again.", err=True)


@click.command("tombstones")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def write_tombstones(file: Path) -> None:
    """Write the ids of all that was erased to FILE, to be kept apart from the backups."""
    with parts().database.read() as session:
        ids = list_tombstones(session)
    file.write_text("".join(f"{one}\n" for one in ids))
    click.echo(f"{len(ids)} erased visits are listed in {file}.")
