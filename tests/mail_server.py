"""A mail server of the test's own, which takes what it gets and behaves as it is told."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from threading import Event
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from screening.exchange.mail_server import MailServer, Security, Sender

FROM = Sender("post@clinic.example", "Reception")


class Closing(Controller):
    """Whoever is still connected when it stops is let go first; aiosmtpd would leave them open.

    `left`: how many of them there were.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.left = 0
        self._served: list[Any] = []
        super().__init__(*args, **settings)

    def factory(self) -> Any:
        one = super().factory()
        self._served.append(one)
        return one

    def stop(self, no_assert: bool = False) -> None:
        gone = Event()

        def let_go() -> None:
            for one in self._served:
                if one.transport is not None and not one.transport.is_closing():
                    self.left += 1
                    one.transport.abort()
            self.loop.call_later(0.02, gone.set)

        self.loop.call_soon_threadsafe(let_go)
        gone.wait(2)
        super().stop(no_assert)


@dataclass
class Letterbox:
    """`answers`: step ("RCPT", "DATA") → the line that it gets instead of a yes."""

    server: MailServer = field(default_factory=lambda: MailServer("127.0.0.1", 25, "none"))
    arrived: list[EmailMessage] = field(default_factory=list)
    addressed: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        message = message_from_bytes(envelope.content, policy=SMTP)
        self.arrived.append(cast("EmailMessage", message))
        self.addressed.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return "250 OK"

    @property
    def texts(self) -> list[str]:
        return [one.get_content() for one in self.arrived]


@contextmanager
def letterbox(
    security: Security = "none", context: ssl.SSLContext | None = None, **login: str
) -> Iterator[Letterbox]:
    """`user`, `password`: what must be given, if anything."""
    box = Letterbox()

    def check(*given: Any) -> AuthResult:
        return AuthResult(success=given[-1].password == login["password"].encode(), handled=False)

    wanted = {"auth_required": security == "starttls", "authenticator": check} if login else {}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Closing(
        box,
        hostname="127.0.0.1",
        port=port,
        ssl_context=context if security == "tls" else None,
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        auth_require_tls=security == "starttls",  # it does not see that it is behind TLS already
        enable_SMTPUTF8=True,
        **wanted,
    )
    controller.start()
    try:
        box.server = MailServer("127.0.0.1", port, security, **login)
        yield box
    finally:
        controller.stop()
