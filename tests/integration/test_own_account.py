"""One's own account: what needs a fresh proof, and what ends all other sessions."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from config import Config
from screening.domain.clinic import Clinic
from screening.storage.database import Database
from tests.clock import Clock
from tests.factor_actor import ACCOUNT, CODE, ENROL, Colleague, asking_for_two, codes_on, secret_on
from tests.staff_actor import PASSWORD, events

CONFIRM = "/clinic/account/confirm"
NEW_PASSWORD = "seventeen brass kettles"
CHANGES = ["/clinic/account/password", "/clinic/account/recovery-codes", ENROL]

pytestmark = pytest.mark.thorough  # many requests each


@pytest.fixture
def config(config: Config) -> Config:
    return asking_for_two(config)


@pytest.fixture
def robin(app: Flask, database: Database, clock: Clock, clinic: Clinic) -> Colleague:
    return Colleague(app, database, clock).joins().has_a_phone().signs_in()


@pytest.fixture
def other(robin: Colleague) -> Colleague:
    """Robin in a second browser."""
    return robin.elsewhere().signs_in()


def goes_stale(robin: Colleague) -> None:
    robin.clock.advance(timedelta(minutes=5, seconds=1))


def confirms(robin: Colleague, wanted: str = ACCOUNT) -> str:
    robin.waits()  # the code that signed in is used up
    answer = robin.posts(CONFIRM, page=f"{CONFIRM}?next={wanted}", code=robin.code(), next=wanted)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


# -- proving it anew -------------------------------------------------------------------------


@pytest.mark.parametrize("address", CHANGES)
def test_after_five_minutes_a_change_asks_who_is_there(address: str, robin: Colleague) -> None:
    goes_stale(robin)
    sent = robin.posts(address, new_password=NEW_PASSWORD).headers["Location"]
    assert sent.startswith(f"{CONFIRM}?next=/clinic/account")
    assert confirms(robin, "/clinic/account/password") == "/clinic/account/password"
    assert robin.client.get("/clinic/account/password").status_code == 200


def test_looking_needs_no_new_proof(robin: Colleague) -> None:
    goes_stale(robin)
    assert robin.is_in


def test_a_proof_gives_a_new_session_id_but_no_longer_session(robin: Colleague) -> None:
    before = robin.client.get_cookie("prelude_staff")
    goes_stale(robin)
    confirms(robin)
    after = robin.client.get_cookie("prelude_staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    for _ in range(46):  # ten hours after signing in, not after the proof
        robin.clock.advance(timedelta(minutes=13))
        robin.client.get(ACCOUNT)
    assert not robin.is_in


def test_a_wrong_code_proves_nothing(robin: Colleague) -> None:
    goes_stale(robin)
    assert robin.posts(CONFIRM, page=CONFIRM, code="000000", next=ACCOUNT).status_code == 400
    assert robin.client.get("/clinic/account/password").status_code == 303


def test_the_password_proves_nothing_where_there_is_a_second_factor(robin: Colleague) -> None:
    goes_stale(robin)
    answer = robin.posts(CONFIRM, page=CONFIRM, password=PASSWORD, next=ACCOUNT)
    assert answer.status_code == 400


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/outcome"])
def test_nobody_is_sent_elsewhere_after_a_proof(wanted: str, robin: Colleague) -> None:
    assert confirms(robin, wanted) == "/clinic/"


def test_a_change_is_no_new_proof(robin: Colleague) -> None:
    robin.clock.advance(timedelta(minutes=4))
    assert makes_codes(robin, PASSWORD).status_code == 200
    robin.clock.advance(timedelta(minutes=1))
    assert makes_codes(robin, PASSWORD).status_code == 303


def makes_codes(robin: Colleague, password: str) -> TestResponse:
    return robin.posts("/clinic/account/recovery-codes", password=password)


# -- password --------------------------------------------------------------------------------


def change_password(robin: Colleague, old: str, new: str) -> int:
    address = "/clinic/account/password"
    answer = robin.posts(address, page=address, password=old, new_password=new)
    assert not new or new not in answer.text
    return answer.status_code


def test_a_new_password_works_from_now_on_and_the_old_one_does_not(robin: Colleague) -> None:
    assert change_password(robin, PASSWORD, NEW_PASSWORD) == 303
    again = robin.elsewhere()
    assert again.gives_password().status_code == 400
    assert again.gives_password(NEW_PASSWORD).headers["Location"] == CODE
    assert "staff.password-changed" in events(robin.database)


def test_all_other_sessions_die_and_ones_own_goes_on(robin: Colleague, other: Colleague) -> None:
    goes_stale(robin)
    confirms(robin)
    change_password(robin, PASSWORD, NEW_PASSWORD)
    assert robin.is_in
    assert not other.is_in


def test_a_half_done_sign_in_dies_too(robin: Colleague) -> None:
    half = robin.elsewhere()
    half.gives_password()
    change_password(robin, PASSWORD, NEW_PASSWORD)
    assert half.client.get(CODE).headers["Location"] == "/clinic/sign-in"


@pytest.mark.parametrize(
    ("old", "new"), [("not my password", NEW_PASSWORD), (PASSWORD, "short"), (PASSWORD, "")]
)
def test_without_the_old_password_or_with_a_poor_one_nothing_changes(
    old: str, new: str, robin: Colleague, other: Colleague
) -> None:
    goes_stale(robin)
    confirms(robin)
    assert change_password(robin, old, new) == 400
    assert other.is_in


def test_guessing_the_old_password_is_slow(robin: Colleague) -> None:
    robin.clock.advance(timedelta(minutes=2))
    for _ in range(5):
        assert change_password(robin, "not my password", NEW_PASSWORD) == 400
    assert change_password(robin, PASSWORD, NEW_PASSWORD) == 429


# -- second factors --------------------------------------------------------------------------


def set_up_anew(robin: Colleague, password: str = PASSWORD) -> bytes | None:
    """The seed of the new phone, None if it was refused."""
    page = robin.client.get(ENROL).text
    old, robin.seed = robin.seed, secret_on(page)
    answer = robin.posts(ENROL, page=ENROL, code=robin.code(), password=password)
    new, robin.seed = robin.seed, old
    return new if answer.status_code == 303 else None


def test_a_new_phone_takes_the_place_of_the_old_one(robin: Colleague, other: Colleague) -> None:
    goes_stale(robin)
    confirms(robin)
    new = set_up_anew(robin)
    assert new is not None
    assert robin.is_in
    assert not other.is_in
    robin.waits(2)
    again = robin.elsewhere()
    again.gives_password()
    assert again.gives(again.code()).status_code == 400
    again.seed = new
    assert again.gives(again.code()).status_code == 303


def test_a_new_phone_needs_the_password_too(robin: Colleague) -> None:
    assert set_up_anew(robin, "not my password") is None


def test_new_recovery_codes_end_all_other_sessions(robin: Colleague, other: Colleague) -> None:
    goes_stale(robin)
    confirms(robin)
    assert len(codes_on(makes_codes(robin, PASSWORD).text)) == 10
    assert robin.is_in
    assert not other.is_in


def test_new_recovery_codes_need_the_password_too(robin: Colleague, other: Colleague) -> None:
    page = robin.client.get("/clinic/account/recovery-codes")
    assert 'type="password"' in page.text
    for typed in ("not my password", ""):
        answer = makes_codes(robin, typed)
        assert (answer.status_code, codes_on(answer.text)) == (400, [])
    assert other.is_in
    assert events(robin.database).count("staff.recovery-codes-made") == 1  # those they had


# -- sessions --------------------------------------------------------------------------------


def test_every_session_is_listed_and_one_is_this_one(robin: Colleague, other: Colleague) -> None:
    page = robin.client.get(ACCOUNT).text
    assert page.count("last used 4 January 2027") == 2
    assert page.count("This one") == 1


def test_one_session_can_be_ended(robin: Colleague, other: Colleague) -> None:
    page = robin.client.get(ACCOUNT).text
    handle = page.split('name="session" value="')[1].split('"')[0]
    assert robin.posts("/clinic/account/sessions/end", session=handle).status_code == 303
    assert robin.is_in
    assert not other.is_in


def test_nobody_can_end_somebody_elses_session(robin: Colleague) -> None:
    sam = Colleague(robin.app, robin.database, robin.clock, "Sam Okoro").joins().has_a_phone()
    sam.signs_in()
    with robin.database.read() as session:
        hashes = session.execute(text("SELECT id_hash FROM sessions")).scalars().all()
    for one in hashes:
        sam.posts("/clinic/account/sessions/end", session=one[:16])
        if not sam.is_in:
            sam.signs_in()
    assert robin.is_in


def test_signing_out_everywhere_ends_every_session(robin: Colleague, other: Colleague) -> None:
    answer = robin.posts("/clinic/account/sessions/end-all")
    assert answer.headers["Location"] == "/clinic/sign-in"
    assert not robin.is_in
    assert not other.is_in
    assert events(robin.database)[-1] == "staff.sessions-ended"


def test_the_database_names_no_colleague_and_no_factor_in_the_clear(robin: Colleague) -> None:
    with robin.database.read() as session:
        rows = repr(session.execute(text("SELECT * FROM audit_events")).all())
        codes = repr(session.execute(text("SELECT * FROM recovery_codes")).all())
    assert "Robin" not in rows
    assert "clinic.example" not in rows
    assert robin.codes[0].replace("-", "") not in codes
