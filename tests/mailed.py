"""What was posted, as a test reads it: with its recipient and link, and as it would be sent."""

from dataclasses import replace
from email.message import EmailMessage

from flask import Flask
from sqlalchemy import text

from config import Config
from screening.domain.mail import MailKind
from screening.exchange.mail_server import MailServer
from screening.exchange.smtp import written
from screening.storage.database import Database
from screening.storage.outbox import unsealed
from screening.web.letters import letter
from tests.clock import MONDAY_MORNING
from tests.mail_server import FROM

Posted = tuple[str, str, str]


def with_mail(config: Config) -> Config:
    """Mail is set up, and nobody sends it while the test looks."""
    return replace(config, mail_server=MailServer("127.0.0.1", 1, "none"), mail_from=FROM)


def posted(database: Database) -> list[Posted]:
    """Kind, recipient and path of all that waits."""
    with database.read() as session:
        rows = session.execute(
            text(
                "SELECT id, kind, sealed_recipient, sealed_params FROM outbox "
                "WHERE sent_at IS NULL ORDER BY posted_at, kind"
            )
        )
        found = []
        for row in rows:
            opened = unsealed(
                session, row.id, bytes(row.sealed_recipient), bytes(row.sealed_params)
            )
            found.append((row.kind, opened.recipient, opened.parameters.get("path", "")))
    return found


def as_sent(app: Flask, one: Posted) -> EmailMessage:
    kind, recipient, path = one
    said = letter(app, MailKind(kind), {"path": path} if path else {})
    return written(FROM, recipient, said.subject, said.body, "<x@clinic.example>", MONDAY_MORNING)
