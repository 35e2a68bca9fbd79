"""Somebody with a phone: signs in by password and code, and does things to their account."""

import re
from base64 import b32decode
from dataclasses import dataclass, field, replace
from html import unescape
from secrets import token_bytes

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from screening.services.accounts import create_staff, set_up
from screening.services.second_factor import Tokens, enrol_totp, make_recovery_codes
from screening.services.staff_events import by
from screening.services.totp import STEP, code_at, step_of
from screening.storage.accounts import find_account
from screening.storage.database import Database
from tests.clock import Clock
from tests.staff_actor import HASHED, PASSWORD, sign_in
from tests.web_fixtures import TOKEN, token_from

ENROL = "/clinic/account/authenticator"
CODE = "/clinic/sign-in/code"
ACCOUNT = "/clinic/account"
SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r"<code>([a-z2-7-]{29})</code>")


def asking_for_two(config: Config) -> Config:
    """As in production: every account needs a second factor."""
    return replace(config, second_factor=True)


@dataclass
class Colleague:
    """``seed`` is what their phone holds, ``codes`` what they wrote down."""

    app: Flask
    database: Database
    clock: Clock
    name: str = "Robin Reed"
    roles: frozenset[str] = frozenset({"clinician"})
    seed: bytes = b""
    codes: tuple[str, ...] = ()
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@clinic.example"

    @property
    def id(self) -> str:
        with self.database.read() as session:
            account = find_account(session, self.email)
        assert account is not None
        return account.staff.id

    def joins(self) -> "Colleague":
        """With a password, and no second factor yet."""
        now = self.clock()
        with self.database.write() as session:
            token = create_staff(session, self.name, self.email, now, token_bytes, roles=self.roles)
            set_up(session, token, HASHED, now, token_bytes)
        return self

    def has_a_phone(self, tokens: Tokens = token_bytes) -> "Colleague":
        """Enrolled a while ago, so that every code of today is still unused."""
        now, self.seed = self.clock(), token_bytes(20)
        with self.database.write() as session:
            account = find_account(session, self.email)
            assert account is not None
            actor = by(account.staff, None)
            before = now.fromtimestamp(now.timestamp() - 3600, now.tzinfo)
            assert enrol_totp(session, self.seed, self.code(-120), before, tokens, actor)
            self.codes = make_recovery_codes(session, now, tokens, actor)
        return self

    def code(self, later: int = 0) -> str:
        """What the phone shows so many half minutes from now."""
        return code_at(self.seed, step_of(self.clock()) + later)

    def waits(self, half_minutes: int = 1) -> None:
        self.clock.now = self.clock.now.fromtimestamp(
            self.clock.now.timestamp() + half_minutes * STEP, self.clock.now.tzinfo
        )

    def elsewhere(self) -> "Colleague":
        """The same person in another browser."""
        return Colleague(
            self.app, self.database, self.clock, self.name, self.roles, self.seed, self.codes
        )

    def gives_password(self, password: str = PASSWORD, **more: str) -> TestResponse:
        return sign_in(self.client, self.email, password, **more)

    def gives(self, code: str, address: str = CODE, **more: str) -> TestResponse:
        return self.posts(address, page=None, code=code, **more)

    def signs_in(self) -> "Colleague":
        assert self.gives_password().status_code == 303
        if self.seed:
            self.waits()
            assert self.gives(self.code()).status_code == 303
        assert self.is_in
        return self

    @property
    def is_in(self) -> bool:
        return self.client.get(ACCOUNT).status_code == 200

    def posts(self, address: str, page: str | None = ACCOUNT, **typed: str) -> TestResponse:
        """Send a form that stands on this page, or at the address itself."""
        token = token_from(self.client, page or address)
        return self.client.post(address, data={"csrf_token": token, **typed})

    def enrols(self) -> TestResponse:
        """By the page: types the key into the phone, then its code into the page."""
        page = self.client.get(ENROL).text
        self.seed = secret_on(page)
        token = TOKEN.search(page)
        assert token is not None
        return self.client.post(ENROL, data={"csrf_token": token.group(1), "code": self.code()})


def secret_on(page: str) -> bytes:
    found = SECRET.search(unescape(page))
    assert found is not None
    return b32decode(found.group(1).replace(" ", ""))


def codes_on(page: str) -> list[str]:
    return RECOVERY.findall(page)
