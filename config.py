"""What the installation is told from outside, read once and checked before anything starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, TypedDict, cast, get_args
from urllib.parse import urlsplit

from screening.exchange.mail_server import (
    MailServer,
    MailSettingsRefused,
    Sender,
    read_sender,
    read_server,
)
from screening.storage.key_source import KeysUnreadable, given_keys

Environment = Literal["production", "demo", "test"]
ROOT = Path(__file__).resolve().parent
LOOPBACK = ("127.0.0.1", "localhost")
KEY_LENGTH = 32
EXAMPLE_KEY = bytes(range(KEY_LENGTH))  # the one the documentation and the tests use


class ConfigurationError(Exception):
    """The installation must not start like this; one line that says what to change."""


class _MailSettings(TypedDict):
    mail_server: MailServer | None
    mail_from: Sender | None


@dataclass(frozen=True)
class Config:
    """Keys and the database address (it may hold a password) never show in a repr."""

    database_url: str = field(repr=False)
    master_key: bytes = field(repr=False)
    older_keys: tuple[bytes, ...] = field(default=(), repr=False, kw_only=True)
    base_url: str = "http://127.0.0.1:8000"
    environment: Environment = "production"
    trusted_hosts: tuple[str, ...] = LOOPBACK
    proxies: int = 0
    debug: bool = False
    second_factor: bool = True
    mail_server: MailServer | None = None
    mail_from: Sender | None = None
    security_contact: str = ""
    tombstones: Path | None = None

    def __post_init__(self) -> None:
        if any(len(key) != KEY_LENGTH for key in (self.master_key, *self.older_keys)):
            raise ConfigurationError(f"The key must be {KEY_LENGTH} bytes long.")
        if self.mail_server and not self.mail_from:
            raise ConfigurationError("PRELUDE_MAIL_FROM must say who the mail is from.")
        if self.mail_server and self.environment == "demo":
            raise ConfigurationError("A demo sends no mail: leave PRELUDE_SMTP_URL away.")
        if self.environment == "production":
            self._refuse_what_production_must_not_have()

    def _refuse_what_production_must_not_have(self) -> None:
        if self.debug:
            raise ConfigurationError("FLASK_DEBUG must be off in production.")
        if EXAMPLE_KEY in (self.master_key, *self.older_keys):
            raise ConfigurationError("PRELUDE_KEY is the published example; make your own.")
        if not self.secure_cookies and urlsplit(self.base_url).hostname not in LOOPBACK:
            raise ConfigurationError("PRELUDE_BASE_URL must start with https:// in production.")

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def mail(self) -> Literal["off", "demo", "smtp"]:
        """Whether messages are sent; a demo only shows what it would have sent."""
        if self.environment == "demo":
            return "demo"
        return "smtp" if self.mail_server else "off"

    @property
    def guards_public_start(self) -> bool:
        """Demonstrations and tests fill in more forms, and faster, than people do."""
        return self.environment == "production"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """docs/configuration.md lists the variables; an empty one counts as not set."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        base_url = _base_url(given)
        master_key, *older_keys = _keys(given)
        return cls(
            database_url=_database_url(given),
            master_key=master_key,
            older_keys=tuple(older_keys),
            base_url=base_url,
            environment=_environment(given),
            trusted_hosts=_trusted_hosts(base_url, given.get("PRELUDE_TRUSTED_HOSTS", "")),
            proxies=_proxies(given),
            security_contact=_security_contact(given),
            tombstones=_tombstones(given),
            second_factor=_environment(given) != "demo",
            **_mail(given),
            debug=given.get("FLASK_DEBUG", "0").lower() not in ("0", "false", "no", "off"),
        )


def _environment(given: Mapping[str, str]) -> Environment:
    name = given.get("PRELUDE_ENVIRONMENT", "production")
    if name not in get_args(Environment):
        raise ConfigurationError("PRELUDE_ENVIRONMENT must be production, demo or test.")
    return cast("Environment", name)


def _database_url(given: Mapping[str, str]) -> str:
    url = given.get("DATABASE_URL", f"sqlite:///{ROOT / 'instance' / 'prelude.sqlite3'}")
    scheme, _, rest = url.partition("://")
    if scheme not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
        raise ConfigurationError("DATABASE_URL must start with sqlite:/// or postgresql://.")
    if scheme == "sqlite" and rest in ("", "/", "/:memory:"):
        raise ConfigurationError("DATABASE_URL must name a file: sqlite:////path/to/file.")
    return url


def _base_url(given: Mapping[str, str]) -> str:
    url = given.get("PRELUDE_BASE_URL", f"http://127.0.0.1:{given.get('PORT', '8000')}")
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise ConfigurationError("PRELUDE_BASE_URL (or PORT) is no valid address.") from None
    if parts.scheme not in ("http", "https") or not whole or parts.path not in ("", "/"):
        raise ConfigurationError("PRELUDE_BASE_URL must look like https://screening.example.org.")
    if parts.query or parts.fragment or parts.username:
        raise ConfigurationError("PRELUDE_BASE_URL must hold nothing but scheme, host and port.")
    return url.rstrip("/")


def _trusted_hosts(base_url: str, more: str) -> tuple[str, ...]:
    """Host names a request may come with; anything else is answered with 400 (OU-9)."""
    host = urlsplit(base_url).hostname or ""
    own = LOOPBACK if host in LOOPBACK else (host,)
    extra = tuple(name.strip() for name in more.split(",") if name.strip())
    if any("*" in name for name in extra):
        raise ConfigurationError("PRELUDE_TRUSTED_HOSTS must list whole names, no patterns.")
    return tuple(dict.fromkeys(own + extra))


def _proxies(given: Mapping[str, str]) -> int:
    count = given.get("PRELUDE_PROXIES", "0")
    if count not in ("0", "1", "2", "3"):
        raise ConfigurationError("PRELUDE_PROXIES must be the number of proxies in front: 0 to 3.")
    return int(count)


def _mail(given: Mapping[str, str]) -> _MailSettings:
    server, sender = given.get("PRELUDE_SMTP_URL"), given.get("PRELUDE_MAIL_FROM")
    try:
        return {
            "mail_server": read_server(server) if server else None,
            "mail_from": read_sender(sender) if sender else None,
        }
    except MailSettingsRefused as error:
        raise ConfigurationError(str(error)) from None


def _tombstones(given: Mapping[str, str]) -> Path | None:
    """Where what was erased is written down, apart from the database and its backups."""
    file = Path(given["PRELUDE_TOMBSTONES"]) if "PRELUDE_TOMBSTONES" in given else None
    if file and (not file.is_absolute() or not file.parent.is_dir()):
        raise ConfigurationError(
            "PRELUDE_TOMBSTONES must be a whole path, in a folder that is there."
        )
    return file


def _security_contact(given: Mapping[str, str]) -> str:
    contact = given.get("PRELUDE_SECURITY_CONTACT", "")
    told_how = contact.startswith(("https://", "mailto:", "tel:"))
    if contact and (not told_how or not contact.isprintable() or " " in contact):
        raise ConfigurationError(
            "PRELUDE_SECURITY_CONTACT must start with mailto:, https:// or tel:, without spaces."
        )
    return contact


def _keys(given: Mapping[str, str]) -> tuple[bytes, ...]:
    try:
        return given_keys(given, ROOT / "instance" / "prelude.key")
    except KeysUnreadable as error:
        raise ConfigurationError(str(error)) from None
