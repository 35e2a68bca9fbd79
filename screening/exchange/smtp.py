"""Handing one message to the mail server, by the standard library (ADR 0017).

RFC 5321 is the protocol; what the server says is reduced to one of our own codes, since its words
may repeat an address.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from screening.domain.mail import MailFailure
from screening.exchange.mail_server import MailServer, Sender

PATIENCE = 10.0  # seconds, for each step
# A link that is broken over two lines does not work everywhere; RFC 5322 allows 998.
POLICY = SMTP.clone(max_line_length=300)


class NotDelivered(Exception):
    """The server did not say that it takes the message; `failure` says why."""

    def __init__(self, failure: MailFailure) -> None:
        super().__init__(failure.value)
        self.failure = failure


def written(
    sender: Sender, recipient: str, subject: str, body: str, message_id: str, now: datetime
) -> EmailMessage:
    """A message of plain text. Raises ValueError where a header would hold a line break."""
    message = EmailMessage(POLICY)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    message.set_content(body)
    return message


def deliver(
    server: MailServer, sender: Sender, message: EmailMessage, trust: ssl.SSLContext | None = None
) -> None:
    """Returns once the server has taken it. Raises NotDelivered."""
    with _connected(server, sender, trust) as smtp:
        smtp.send_message(message, sender.address, [str(message["To"])])


def try_out(server: MailServer, sender: Sender, trust: ssl.SSLContext | None = None) -> None:
    """Connect and sign in, and send nothing. Raises NotDelivered."""
    with _connected(server, sender, trust) as smtp:
        smtp.noop()


@contextmanager
def _connected(
    server: MailServer, sender: Sender, trust: ssl.SSLContext | None
) -> Iterator[smtplib.SMTP]:
    try:
        smtp = _connect(server, sender, trust or ssl.create_default_context())
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered(MailFailure.SIGN_IN_REFUSED) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(_at_the_door(error)) from None
    try:
        yield smtp
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotDelivered(_failure(error)) from None
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.close()


def _connect(server: MailServer, sender: Sender, trust: ssl.SSLContext) -> smtplib.SMTP:
    name = sender.domain  # not this machine's own name
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=PATIENCE, context=trust
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            smtp.starttls(context=trust)
        if server.user:
            _sign_in(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    try:
        smtp.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError:  # it knows no way to sign in that we know
        raise smtplib.SMTPAuthenticationError(535, b"") from None


def _at_the_door(error: Exception) -> MailFailure:
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return MailFailure.NOT_SECURE
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        timed_out = isinstance(error, TimeoutError)
        return MailFailure.TIMED_OUT if timed_out else MailFailure.UNREACHABLE
    return _failure(error)


def _failure(error: Exception) -> MailFailure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return MailFailure.NOT_NOW if code < 500 else MailFailure.RECIPIENT_REFUSED
    if isinstance(error, smtplib.SMTPNotSupportedError):  # an address beyond ASCII
        return MailFailure.RECIPIENT_REFUSED
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code < 500:
            return MailFailure.NOT_NOW
        sender = isinstance(error, smtplib.SMTPSenderRefused)
        return MailFailure.SENDER_REFUSED if sender else MailFailure.MESSAGE_REFUSED
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return MailFailure.TIMED_OUT
    if isinstance(error, smtplib.SMTPException | OSError):
        return MailFailure.BROKEN_OFF
    return MailFailure.UNEXPECTED
