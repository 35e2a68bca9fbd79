"""The command line: ``flask --app wsgi COMMAND``."""

import json
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import IO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from screening.domain.clinic import Clinic, ClinicRefused
from screening.domain.context import JURISDICTIONS, MODALITIES
from screening.exchange.cases import assess_case
from screening.protocols.library import CURRENT, NoSuchProtocol, load_library
from screening.services.clinic import change_clinic
from screening.services.demo import STAFF, NotEmpty, fill_with_demo
from screening.services.search_terms import index_what_is_not
from screening.storage.bringing_up import bring_up
from screening.web.audit_commands import audit_log
from screening.web.backtest_commands import backtest, replay_stored
from screening.web.backup_commands import make_backup, restore_backup
from screening.web.doctor import doctor
from screening.web.key_commands import check_key, new_key, rekey
from screening.web.mail_command import send_mail
from screening.web.move_command import migrate_to
from screening.web.one_line import in_one_line
from screening.web.parts import parts
from screening.web.protocol_commands import verify_protocol
from screening.web.readiness import NotReady, take_up_service
from screening.web.retention_commands import apply_retention, erase_visit, write_tombstones
from screening.web.sbom_command import sbom
from screening.web.staff_commands import create_staff_account, need_no_second_person, reset_staff

ROOT = Path(__file__).resolve().parents[2]


class SaidTwice(ValueError):
    """One object gives the same key twice: of two answers none may win by standing last."""


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise SaidTwice("The input gives the same key twice in one object.")
    return found


@click.command()
@click.option("--protocol", "key", default=CURRENT, show_default=True, help="Protocol version.")
@click.argument("file", type=click.File("rb"))
def assess(key: str, file: IO[bytes]) -> None:
    """Assess the cases in FILE, a JSON array ("-": standard input)."""
    try:
        protocol = load_library().get(key)
        cases = json.loads(file.read().decode(), object_pairs_hook=_each_key_once)
    except (NoSuchProtocol, SaidTwice) as error:
        raise click.UsageError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise click.UsageError("The input is no JSON text in UTF-8.") from error
    if not isinstance(cases, list):
        raise click.UsageError("The input is no JSON array; write [{...}, {...}].")
    json.dump([assess_case(protocol, case) for case in cases], sys.stdout)
    click.echo()


@click.command("upgrade-database")
@with_appcontext
def upgrade_database() -> None:
    """Bring the database to the newest revision; safe to repeat."""
    whole = parts()
    early = bring_up(whole.config.database_url, whole.database.keyring, whole.clock())
    check_key()
    with whole.database.write() as session:
        index_what_is_not(session, whole.protocols)
    if early:
        click.echo(f"The audit log is a chain from now on; {early} events stand before it.")


@click.command("set-clinic")
@click.option("--name")
@click.option("--phone")
@click.option("--emergency-number")
@click.option("--urgent-line")
@click.option("--jurisdiction", type=click.Choice(JURISDICTIONS))
@click.option("--time-zone", help="For example Europe/London.")
@click.option("--modality", type=click.Choice(MODALITIES), help="The kind of needling.")
@click.option("--public-start/--no-public-start", default=None, help="Anyone may start the form.")
@click.option("--accent", help="For example #7a3e5d.")
@with_appcontext
def set_clinic(**given: str | bool | None) -> None:
    """Change the clinic's settings; what is not given stays as it is."""
    whole = parts()
    changes = {name: value for name, value in given.items() if value is not None}
    try:
        with whole.database.write() as session:
            clinic = change_clinic(session, changes, whole.clock())
    except ClinicRefused as error:
        lines = (f"--{name.replace('_', '-')}: {text}" for name, text in error.errors.items())
        raise click.ClickException("\n".join(lines)) from error
    click.echo(_described(clinic))


def _described(clinic: Clinic) -> str:
    names = (
        "name",
        "phone",
        "emergency_number",
        "urgent_line",
        "jurisdiction",
        "time_zone",
        "modality",
        "public_start",
        "accent",
    )
    return "\n".join(f"{name.replace('_', ' ')}: {getattr(clinic, name)}" for name in names)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with a demo clinic, its people and submissions, all marked demo."""
    whole = parts()
    if whole.config.environment == "production":
        raise click.ClickException("Production never holds demo data (PRELUDE_ENVIRONMENT).")
    mark = sha256(whole.config.database_url.encode()).hexdigest()[:8]
    login = ROOT / "instance" / f"demo-login-{mark}.txt"
    password = whole.tokens(12).hex()
    hashed = whole.passwords.hash(password)
    try:
        with whole.database.write() as session:
            fill_with_demo(session, whole.protocols.current, hashed, whole.clock(), whole.tokens)
    except NotEmpty:
        click.echo(login.read_text() if login.exists() else "There are data already.", nl=False)
        return
    login.parent.mkdir(exist_ok=True)
    login.touch(mode=0o600)
    people = "".join(f"{one.title + ':':<17}{one.email}\n" for one in STAFF)
    login.write_text(f"Sign in to the demo as\n{people}{'Password:':<17}{password}\n")
    click.echo(login.read_text(), nl=False)


@click.command("serve")
@click.option("--port", envvar="PORT", default=8000, type=click.IntRange(1, 65535))
@with_appcontext
def serve(port: int) -> None:
    """Serve the app with waitress on this machine (PORT, default 8000)."""
    from screening.web.mailing import mailing
    from screening.web.service_manager import tell_ready
    from screening.web.serving import serve_until_told

    def ready() -> None:
        _say_where()
        tell_ready(os.environ)

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        take_up_service(app)
    except NotReady as error:
        raise click.ClickException(str(error)) from error
    with mailing(app):
        serve_until_told(app, port, ready)
    parts().database.close()


def _say_where() -> None:
    config = parts().config
    if not config.secure_cookies:
        click.echo("Plain http: serving this machine only.")
    click.echo(f"For patients:   {config.base_url}/\nFor clinicians: {config.base_url}/clinic/")


WITHOUT_DATABASE = (assess, verify_protocol, new_key, sbom)
COMMANDS = (
    *WITHOUT_DATABASE,
    upgrade_database,
    create_staff_account,
    reset_staff,
    need_no_second_person,
    rekey,
    migrate_to,
    set_clinic,
    demo,
    backtest,
    replay_stored,
    audit_log,
    apply_retention,
    erase_visit,
    write_tombstones,
    send_mail,
    doctor,
    make_backup,
    restore_backup,
    serve,
)


def install_commands(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(in_one_line(command))


def commands_only(reason: str) -> Flask:
    """An app without pages: what needs no database works, all else says why it cannot."""
    app = Flask("screening", static_folder=None)
    for command in WITHOUT_DATABASE:
        app.cli.add_command(command)
    for command in COMMANDS[len(WITHOUT_DATABASE) :]:
        app.cli.add_command(_refusing(command.name or "", command.help or "", reason))
    return app


def _refusing(name: str, explanation: str, reason: str) -> click.Command:
    def refuse(_args: tuple[str, ...]) -> None:
        raise click.ClickException(reason)

    arguments = click.Argument(["_args"], nargs=-1, type=click.UNPROCESSED)
    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, callback=refuse, params=[arguments], help=explanation, context_settings=settings
    )
