"""Who may sign in as staff, and what makes it end."""

import re
import time
from dataclasses import replace
from datetime import timedelta
from secrets import token_bytes
from statistics import median

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from screening.domain.clinic import Clinic
from screening.domain.passwords import LONGEST
from screening.services.accounts import (
    create_staff,
    set_up,
)
from screening.services.passwords import passwords_for
from screening.storage.accounts import find_account, replace_password_hash, set_active
from screening.storage.database import Database
from tests.clock import Clock
from tests.staff_actor import (
    ACCOUNT,
    EMAIL,
    HASHED,
    PASSWORD,
    QUEUE,
    events,
    joins,
    sign_in,
    signed_in,
)
from tests.web_fixtures import TOKEN, token_from

pytestmark = pytest.mark.thorough  # each sign-in costs a password hash


@pytest.fixture
def robin(database: Database, clock: Clock, clinic: Clinic) -> str:
    """The id of somebody with an account."""
    return joins(database, clock)


def test_the_right_password_opens_the_queue(
    client: FlaskClient, robin: str, database: Database
) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, QUEUE)
    assert signed_in(client)
    assert events(database)[-1] == "staff.signed-in"


def test_capitals_and_spaces_in_the_address_do_not_matter(client: FlaskClient, robin: str) -> None:
    assert sign_in(client, "  Robin@Clinic.Example ").status_code == 303


@pytest.mark.parametrize("wrong", ["ratchet lagoon velve", PASSWORD.upper(), "", "x" * 129])
def test_another_password_does_not(
    wrong: str, client: FlaskClient, robin: str, database: Database
) -> None:
    assert sign_in(client, password=wrong).status_code == 400
    assert not signed_in(client)
    assert events(database)[-1] == "staff.sign-in-refused"


def test_unknown_wrong_and_disabled_look_the_same(
    app: Flask, robin: str, database: Database, clock: Clock
) -> None:
    def refusal(email: str, password: str) -> tuple[int, str, list[str]]:
        answer = sign_in(app.test_client(), email, password)
        page = TOKEN.sub("", answer.text).replace(email, "somebody")
        return answer.status_code, page, sorted(answer.headers.keys())

    wrong = refusal(EMAIL, "not the password at all")
    assert refusal("nobody@clinic.example", "not the password at all") == wrong
    clock.advance(timedelta(minutes=5))
    with database.write() as session:
        set_active(session, robin, False)
    assert refusal(EMAIL, PASSWORD) == wrong
    assert refusal(EMAIL, "not the password at all") == wrong


def test_an_unknown_address_takes_as_long_as_a_wrong_password(
    app: Flask, robin: str, database: Database, clock: Clock
) -> None:
    real = passwords_for("production")
    app.extensions["prelude"] = replace(app.extensions["prelude"], passwords=real)
    with database.write() as session:
        replace_password_hash(session, robin, HASHED, real.hash(PASSWORD))

    def milliseconds(email: str) -> float:
        clock.advance(timedelta(minutes=5))
        client = app.test_client()
        token = token_from(client, "/clinic/sign-in")
        typed = {"csrf_token": token, "email": email, "password": "not the password"}
        begun = time.perf_counter()
        client.post("/clinic/sign-in", data=typed)
        return (time.perf_counter() - begun) * 1000

    pairs = [(milliseconds(EMAIL), milliseconds("nobody@clinic.example")) for _ in range(5)]
    known, unknown = (median(one) for one in zip(*pairs, strict=True))
    # Without the dummy hash these differ by a factor of ten; the machine is shared.
    assert 0.5 < known / unknown < 2


def test_signing_in_gives_a_new_session_id(client: FlaskClient, app: Flask, robin: str) -> None:
    client.get("/clinic/sign-in")
    before = client.get_cookie("prelude_staff")
    sign_in(client)
    after = client.get_cookie("prelude_staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    fixed = app.test_client()
    fixed.set_cookie("prelude_staff", before.value)
    assert not signed_in(fixed)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    client: FlaskClient, app: Flask, robin: str, database: Database
) -> None:
    sign_in(client)
    held = client.get_cookie("prelude_staff")
    assert held is not None
    thief = app.test_client()
    thief.set_cookie("prelude_staff", held.value)
    assert signed_in(thief)
    answer = client.post("/clinic/sign-out", data={"csrf_token": token_from(client, ACCOUNT)})
    assert answer.headers["Location"] == "/clinic/sign-in"
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert not signed_in(thief)
    assert not signed_in(client)
    assert events(database)[-1] == "staff.signed-out"


def test_signing_out_is_not_a_link(client: FlaskClient, robin: str) -> None:
    sign_in(client)
    assert client.get("/clinic/sign-out").status_code == 405
    assert signed_in(client)


def test_a_disabled_account_is_out_at_its_next_request(
    client: FlaskClient, robin: str, database: Database
) -> None:
    sign_in(client)
    with database.write() as session:
        set_active(session, robin, False)
    assert not signed_in(client)


def test_after_a_quarter_of_an_hour_staff_sign_in_again(
    client: FlaskClient, robin: str, clock: Clock
) -> None:
    sign_in(client)
    clock.advance(timedelta(minutes=15, seconds=1))
    assert not signed_in(client)


@pytest.mark.parametrize("wanted", ["/clinic/submissions/0a1b2c", "/clinic/"])
def test_staff_get_back_to_the_page_they_asked_for(
    wanted: str, client: FlaskClient, robin: str
) -> None:
    sent = client.get(wanted).headers["Location"]
    assert sent.startswith("/clinic/sign-in?next=/clinic/")
    assert f'value="{wanted}"' in client.get(sent).text
    assert sign_in(client, next=wanted).headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/clinic//evil.example",
     "/clinic/../..//evil.example", "javascript:alert(1)", "/clinic/sign-out", "/outcome",
     "/clinic/?x=//evil.example", "/clinic/\nevil"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(
    wanted: str, client: FlaskClient, robin: str
) -> None:
    assert sign_in(client, next=wanted).headers["Location"] == QUEUE


def test_a_huge_password_is_refused(client: FlaskClient, robin: str) -> None:
    token = token_from(client, "/clinic/sign-in")
    typed = {"csrf_token": token, "email": EMAIL, "password": "x" * 100_000}
    assert client.post("/clinic/sign-in", data=typed).status_code == 400


def test_a_password_longer_than_the_limit_is_never_compared() -> None:
    too_long = "x" * (LONGEST + 1)
    passwords = passwords_for("test")
    assert not passwords.match(passwords.hasher.hash(too_long), too_long)


@pytest.mark.parametrize("environment", ["production", "demo"])
def test_outside_tests_passwords_cost_what_rfc_9106_asks(environment: str) -> None:
    passwords = passwords_for(environment)
    for one in (passwords.hash(PASSWORD), passwords.nobody):
        assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", one)
        assert not passwords.is_outdated(one)


def test_where_nobody_is_known_the_same_cost_is_paid() -> None:
    cheap = passwords_for("test")
    assert not cheap.is_outdated(cheap.nobody)
    assert passwords_for("production").is_outdated(cheap.nobody)


def test_a_password_kept_at_another_cost_is_kept_at_todays_after_sign_in(
    client: FlaskClient, database: Database, clock: Clock, clinic: Clinic
) -> None:
    weak = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)
    with database.write() as session:
        token = create_staff(session, "Robin Reed", EMAIL, clock(), token_bytes)
        set_up(session, token, weak, clock(), token_bytes)
    assert sign_in(client).status_code == 303
    with database.read() as session:
        account = find_account(session, EMAIL)
    assert account is not None
    assert account.password_hash is not None
    assert not passwords_for("test").is_outdated(account.password_hash)
    assert signed_in(client)
