"""``flask send-mail``: what the server does beside its requests, for who would rather use cron."""

import signal
from threading import Event

import click
from flask import current_app
from flask.cli import with_appcontext

from screening.web.mailing import keep_sending, look_for_reminders, send_due
from screening.web.parts import parts


@click.command("send-mail")
@click.option("--once", is_flag=True, help="Send what is due now and end, for cron.")
@with_appcontext
def send_mail(once: bool) -> None:
    """Send the messages that wait in the outbox; any number of these may run at once."""
    if parts().config.mail == "off":
        raise click.ClickException("E-mail is not set up: PRELUDE_SMTP_URL names no server.")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        look_for_reminders(parts())
        click.echo(f"Sent: {send_due(app, parts().tokens(16).hex())}.")
        return
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    keep_sending(app, over)
