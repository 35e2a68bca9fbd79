"""Which server takes our mail and who it is from: as it is written in the settings."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from screening.domain.mail import is_address

Security = Literal["none", "starttls", "tls"]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_NOT_IN_A_NAME = re.compile(r"[<>\"@,;:\\]")
LONGEST_NAME = 60


class MailSettingsRefused(ValueError):
    """One line that says what to change; never a password."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server we hand our mail to; its password never shows in a repr."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the mail comes from: an address, and a neutral name if the clinic wants one."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def read_server(url: str) -> MailServer:
    """``smtp+starttls://user:password@host:587``; raises MailSettingsRefused."""
    scheme = url.partition("://")[0]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise MailSettingsRefused("PRELUDE_SMTP_URL is no valid address.") from None
    if scheme not in SCHEMES or not host or parts.path not in ("", "/"):
        raise MailSettingsRefused(
            "PRELUDE_SMTP_URL must look like smtp+starttls://user:password@mail.example.org:587."
        )
    if parts.query or parts.fragment or port == 0:
        raise MailSettingsRefused("PRELUDE_SMTP_URL must hold nothing but user, host and port.")
    security, usual = SCHEMES[scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if security == "none" and host not in LOOPBACK:
        raise MailSettingsRefused(
            "PRELUDE_SMTP_URL: smtp:// is for this machine alone; use smtp+starttls:// or smtps://."
        )
    if bool(user) != bool(password) or not (user + password).isprintable():
        raise MailSettingsRefused("PRELUDE_SMTP_URL must name both user and password, or neither.")
    return MailServer(host, port or usual, security, user, password)


def read_sender(text: str) -> Sender:
    """``Reception <reception@example.org>`` or the address alone; raises MailSettingsRefused."""
    name, opened, inside = text.partition("<")
    name, address = (name.strip(), inside.removesuffix(">")) if opened else ("", text)
    closed = inside.endswith(">") if opened else True
    plain = name.isprintable() and not _NOT_IN_A_NAME.search(name) and len(name) <= LONGEST_NAME
    if not (closed and plain and is_address(address) and address.isascii()):
        raise MailSettingsRefused(
            "PRELUDE_MAIL_FROM must look like Reception <reception@example.org>."
        )
    return Sender(address, name)
