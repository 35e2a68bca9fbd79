"""A passkey is the second factor where it was made for us, asked by us, and not heard before."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from screening.domain.clinic import Clinic
from screening.storage.database import Database
from tests.authenticator import Authenticator
from tests.clock import Clock
from tests.factor_actor import ACCOUNT, CODE, Colleague, asking_for_two, codes_on
from tests.staff_actor import PASSWORD, events
from tests.web_fixtures import TOKEN

CONFIRM = "/clinic/account/confirm"
ADD, ASK = "/clinic/account/passkey", "/clinic/sign-in/passkey"
OPTIONS = re.compile(r'data-options="([^"]+)"')

pytestmark = pytest.mark.thorough  # many requests each


@pytest.fixture
def config(config: Config) -> Config:
    return replace(asking_for_two(config), base_url="http://localhost:8000")


@pytest.fixture
def newcomer(app: Flask, database: Database, clock: Clock, clinic: Clinic) -> Colleague:
    return Colleague(app, database, clock).joins()


def options_on(page: str) -> str:
    found = OPTIONS.search(page)
    assert found is not None
    return unescape(found.group(1))


def asked(robin: Colleague, address: str) -> tuple[dict[str, str], str]:
    """The form of a page that asks for a passkey, and what it asks."""
    page = robin.client.get(address).text
    token = TOKEN.search(page)
    assert token is not None
    return {"csrf_token": token.group(1)}, options_on(page)


def adds(robin: Colleague, key: Authenticator, **more: str) -> int:
    form, options = asked(robin, ADD)
    answer = robin.client.post(ADD, data={**form, "credential": key.makes(options), **more})
    if not robin.codes:
        robin.codes = tuple(codes_on(answer.text))
    return answer.status_code


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


@pytest.fixture
def robin(newcomer: Colleague, key: Authenticator) -> Colleague:
    """Has a passkey and no phone; outside."""
    newcomer.gives_password()
    assert adds(newcomer, key, name="My key") == 200
    newcomer.posts("/clinic/sign-out")
    return newcomer


def shows(robin: Colleague, key: Authenticator) -> int:
    form, options = asked(robin, CODE)
    return robin.client.post(ASK, data={**form, "credential": key.signs(options)}).status_code


def test_a_passkey_alone_is_a_second_factor(newcomer: Colleague, key: Authenticator) -> None:
    newcomer.gives_password()
    assert adds(newcomer, key, name="My key") == 200
    assert len(newcomer.codes) == 10
    assert "My key" in newcomer.client.get(ACCOUNT).text
    assert "staff.factor-added" in events(newcomer.database)


def test_password_and_passkey_open_the_account(robin: Colleague, key: Authenticator) -> None:
    robin.gives_password()
    assert not robin.is_in
    assert shows(robin, key) == 303
    assert robin.is_in


def test_a_recovery_code_does_where_the_key_is_lost(robin: Colleague) -> None:
    robin.gives_password()
    assert robin.gives(robin.codes[0]).status_code == 303


Lie = Callable[[Authenticator], Authenticator]
LIES: dict[str, Lie] = {
    "another origin": lambda key: replace(key, origin="http://localhost:8000.evil.example"),
    "another port": lambda key: replace(key, origin="http://localhost:9000"),
    "https instead": lambda key: replace(key, origin="https://localhost:8000"),
    "another host": lambda key: replace(key, host="evil.example"),
    "another key": lambda key: Authenticator(credential=key.credential),
    "an unknown credential": lambda key: replace(key, credential=b"x" * 32),
    "a copy that counts less": lambda key: replace(key, count=-1),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_what_was_not_signed_for_us_is_refused(
    lie: Lie, robin: Colleague, key: Authenticator
) -> None:
    robin.gives_password()
    shows(robin, key)
    again = robin.elsewhere()
    again.gives_password()
    assert shows(again, lie(key)) == 400
    assert not again.is_in


@pytest.mark.parametrize("lie", [LIES["another origin"], LIES["another host"]])
def test_what_was_not_made_for_us_is_not_added(
    lie: Lie, newcomer: Colleague, key: Authenticator
) -> None:
    newcomer.gives_password()
    assert adds(newcomer, lie(key)) == 400
    assert not newcomer.is_in


def test_an_answer_works_once(robin: Colleague, key: Authenticator) -> None:
    robin.gives_password()
    form, options = asked(robin, CODE)
    sent = {**form, "credential": key.signs(options)}
    other = robin.elsewhere()
    other.gives_password()
    stolen = {**asked(other, CODE)[0], "credential": sent["credential"]}
    assert robin.client.post(ASK, data=sent).status_code == 303
    assert other.client.post(ASK, data=stolen).status_code == 400
    assert not other.is_in


def test_an_answer_works_once_even_from_a_key_that_does_not_count(newcomer: Colleague) -> None:
    key = Authenticator(counts=False)
    newcomer.gives_password()
    adds(newcomer, key)
    form, options = asked(newcomer, CONFIRM)
    sent = {**form, "credential": key.signs(options), "next": ACCOUNT}
    statuses = [newcomer.client.post(f"{CONFIRM}/passkey", data=sent).status_code for _ in "12"]
    assert statuses == [303, 400]


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x" * 10_000, '{"id": "a", "rawId": "!", "response": {}}']
)
def test_rubbish_is_refused_calmly(answer: str, robin: Colleague) -> None:
    robin.gives_password()
    form, _ = asked(robin, CODE)
    assert robin.client.post(ASK, data={**form, "credential": answer}).status_code == 400


def test_passkeys_and_codes_share_one_throttle(robin: Colleague, key: Authenticator) -> None:
    robin.gives_password()
    for _ in range(5):
        assert robin.gives("000000").status_code == 400
    assert shows(robin, key) == 429


def test_the_last_second_factor_cannot_be_removed(robin: Colleague, key: Authenticator) -> None:
    robin.gives_password()
    shows(robin, key)
    with robin.database.read() as session:
        first = session.execute(text("SELECT id FROM passkeys")).scalar_one()
    remove = f"/clinic/account/passkeys/{first}/remove"
    assert robin.posts(remove).status_code == 400
    assert adds(robin, Authenticator(), name="Second", password=PASSWORD) == 303
    assert robin.posts(remove).status_code == 303
    assert "My key" not in robin.client.get(ACCOUNT).text
    robin.posts("/clinic/sign-out")
    robin.gives_password()
    assert shows(robin, key) == 400


def test_somebody_elses_passkey_cannot_be_removed(robin: Colleague, key: Authenticator) -> None:
    sam = Colleague(robin.app, robin.database, robin.clock, "Sam Okoro").joins().has_a_phone()
    sam.signs_in()
    with robin.database.read() as session:
        first = session.execute(text("SELECT id FROM passkeys")).scalar_one()
    sam.posts(f"/clinic/account/passkeys/{first}/remove")
    robin.gives_password()
    assert shows(robin, key) == 303


def test_a_second_passkey_needs_the_password(robin: Colleague, key: Authenticator) -> None:
    robin.gives_password()
    shows(robin, key)
    assert adds(robin, Authenticator(), password="not my password") == 400


def test_at_a_bare_address_no_passkey_is_offered(
    app: Flask, newcomer: Colleague, config: Config
) -> None:
    whole = app.extensions["prelude"]
    bare = replace(config, base_url="http://127.0.0.1:8000")
    app.extensions["prelude"] = replace(whole, config=bare)
    newcomer.gives_password()
    page = newcomer.client.get(ADD).text
    assert "data-passkey" not in page
    assert "Not at this address" in page
