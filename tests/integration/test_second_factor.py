"""The second factor: a code works once, and nothing is reachable without one."""

import re
from base64 import b32encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from screening.app import create_app
from screening.domain.clinic import Clinic
from screening.services.second_factor import accept_code
from screening.services.totp import code_at
from screening.storage.database import Database
from tests.clock import Clock
from tests.factor_actor import ACCOUNT, CODE, ENROL, Colleague, asking_for_two, codes_on
from tests.staff_actor import PASSWORD, events
from tests.web_fixtures import addresses, token_from


@pytest.fixture
def config(config: Config) -> Config:
    return asking_for_two(config)


@pytest.fixture
def newcomer(app: Flask, database: Database, clock: Clock, clinic: Clinic) -> Colleague:
    """Has a password and no second factor."""
    return Colleague(app, database, clock).joins()


@pytest.fixture
def robin(newcomer: Colleague) -> Colleague:
    return newcomer.has_a_phone()


def accepted(robin: Colleague, code: str) -> bool:
    with robin.database.write() as session:
        return accept_code(session, robin.id, code, robin.clock()) is not None


# -- at the door -----------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(robin: Colleague) -> None:
    assert robin.gives_password().headers["Location"] == CODE
    assert not robin.is_in
    assert events(robin.database)[-1] == "staff.password-accepted"


def test_password_and_code_open_the_page_that_was_asked_for(robin: Colleague) -> None:
    robin.gives_password(next="/clinic/submissions/0a1b")
    answer = robin.gives(robin.code())
    assert answer.headers["Location"] == "/clinic/submissions/0a1b"
    assert robin.is_in
    assert events(robin.database)[-1] == "staff.signed-in"


@pytest.mark.thorough
def test_signing_in_by_code_gives_a_new_session_id(robin: Colleague) -> None:
    robin.gives_password()
    before = robin.client.get_cookie("prelude_staff")
    robin.gives(robin.code())
    after = robin.client.get_cookie("prelude_staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = robin.elsewhere()
    thief.client.set_cookie("prelude_staff", before.value)
    assert thief.client.get(CODE).headers["Location"] == "/clinic/sign-in"


@pytest.mark.thorough
def test_the_second_step_is_owed_within_ten_minutes(robin: Colleague) -> None:
    robin.gives_password()
    token = token_from(robin.client, CODE)
    robin.clock.advance(timedelta(minutes=10))
    typed = {"csrf_token": token, "code": robin.code()}
    assert robin.client.post(CODE, data=typed).headers["Location"] == "/clinic/sign-in"
    assert not robin.is_in


@pytest.mark.thorough
def test_a_code_without_a_password_opens_nothing(robin: Colleague) -> None:
    token = token_from(robin.client, "/clinic/sign-in")
    answer = robin.client.post(CODE, data={"csrf_token": token, "code": robin.code()})
    assert answer.headers["Location"] == "/clinic/sign-in"
    assert not robin.is_in


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["000000", "", "12345", "１２３４５６", "a" * 24, "x" * 5000])
def test_a_wrong_code_is_refused_and_not_shown_again(typed: str, robin: Colleague) -> None:
    robin.gives_password()
    answer = robin.gives(typed)
    assert answer.status_code == 400
    assert not typed or typed not in answer.text
    assert not robin.is_in
    assert events(robin.database)[-1] == "staff.code-refused"


@pytest.mark.thorough
def test_somebody_switched_off_between_the_two_steps_stays_outside(robin: Colleague) -> None:
    robin.gives_password()
    token = token_from(robin.client, CODE)
    with robin.database.write() as session:
        session.execute(text("UPDATE staff SET active = false"))
    answer = robin.client.post(CODE, data={"csrf_token": token, "code": robin.code()})
    assert answer.headers["Location"] == "/clinic/sign-in"


# -- codes -----------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_code_works_for_half_a_minute_before_and_after_its_time(robin: Colleague) -> None:
    assert not accepted(robin, robin.code(-2))
    assert not accepted(robin, robin.code(2))
    assert accepted(robin, robin.code(-1))
    assert accepted(robin, robin.code())
    assert accepted(robin, robin.code(1))


@pytest.mark.thorough
def test_spaces_in_a_code_do_not_matter(robin: Colleague) -> None:
    code = robin.code()
    assert accepted(robin, f" {code[:3]} {code[3:]} ")


@pytest.mark.thorough
def test_no_older_code_works_after_a_newer_one(robin: Colleague) -> None:
    first, second = robin.code(-1), robin.code()
    assert [accepted(robin, code) for code in (first, second, first, second)] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.thorough
def test_one_code_used_many_times_at_once_works_once(robin: Colleague) -> None:
    code = robin.code()
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda _: accepted(robin, code), range(20))) == 1


@pytest.mark.thorough
def test_the_codes_are_those_of_rfc_6238() -> None:
    seed = b"12345678901234567890"
    vectors = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: code_at(seed, at // 30) for at in vectors} == vectors


@pytest.mark.thorough
def test_another_persons_code_does_not_work(robin: Colleague) -> None:
    sam = Colleague(robin.app, robin.database, robin.clock, "Sam Okoro").joins().has_a_phone()
    assert not accepted(robin, sam.code())
    assert not accepted(robin, sam.codes[0])
    assert accepted(sam, sam.codes[0])


# -- recovery codes --------------------------------------------------------------------------


@pytest.mark.thorough
def test_each_of_ten_recovery_codes_works_once(robin: Colleague) -> None:
    assert len(set(robin.codes)) == 10
    assert all(len(code.replace("-", "")) * 5 >= 120 for code in robin.codes)
    assert [accepted(robin, code) for code in robin.codes * 2] == [True] * 10 + [False] * 10


@pytest.mark.thorough
def test_a_recovery_code_opens_the_account(robin: Colleague) -> None:
    robin.gives_password()
    assert robin.gives(robin.codes[3].upper().replace("-", " ")).status_code == 303
    assert robin.is_in
    assert "9 left" in robin.client.get(ACCOUNT).text


@pytest.mark.thorough
def test_one_recovery_code_used_many_times_at_once_works_once(robin: Colleague) -> None:
    code = robin.codes[0]
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda _: accepted(robin, code), range(20))) == 1


@pytest.mark.thorough
def test_new_recovery_codes_kill_the_old_ones(robin: Colleague) -> None:
    robin.signs_in()
    answer = robin.posts("/clinic/account/recovery-codes", password=PASSWORD)
    fresh = codes_on(answer.text)
    assert len(fresh) == 10
    assert not accepted(robin, robin.codes[0])
    assert accepted(robin, fresh[0])


# -- throttle --------------------------------------------------------------------------------


@pytest.mark.thorough
def test_the_sixth_code_within_five_minutes_is_not_even_looked_at(
    robin: Colleague, config: Config
) -> None:
    robin.gives_password()
    statuses = [robin.gives("000000").status_code for _ in range(5)]
    assert statuses == [400] * 5
    assert robin.gives(robin.code()).status_code == 429
    restarted = create_app(config, clock=robin.clock)
    again = Colleague(restarted, robin.database, robin.clock, seed=robin.seed)
    again.gives_password()
    assert again.gives(again.code()).status_code == 429
    restarted.extensions["prelude"].database.close()
    robin.clock.advance(timedelta(minutes=5, seconds=1))
    robin.gives_password()
    assert robin.gives(robin.code()).status_code == 303


@pytest.mark.thorough
def test_twenty_codes_an_hour_are_enough(robin: Colleague) -> None:
    for _ in range(4):
        robin.gives_password()
        for _ in range(5):
            assert robin.gives("000000").status_code == 400
        robin.clock.advance(timedelta(minutes=5, seconds=1))
    robin.gives_password()
    answer = robin.gives(robin.code())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 30 * 60


@pytest.mark.thorough
def test_guessing_one_persons_codes_keeps_nobody_else_out(robin: Colleague) -> None:
    sam = Colleague(robin.app, robin.database, robin.clock, "Sam Okoro").joins().has_a_phone()
    robin.gives_password()
    for _ in range(6):
        robin.gives("000000")
    sam.signs_in()


# -- enrolment -------------------------------------------------------------------------------


@pytest.mark.thorough
def test_without_a_second_factor_nothing_but_enrolment_is_reached(
    newcomer: Colleague, app: Flask
) -> None:
    newcomer.gives_password()
    own = {ENROL, "/clinic/account/passkey", "/clinic/account/confirm"}
    token = token_from(newcomer.client, ENROL)
    for method in ("GET", "POST"):
        for address in addresses(app, "staff", method):
            answer = newcomer.client.open(
                address, method=method, data={"csrf_token": token} if method == "POST" else None
            )
            if address in own:
                assert answer.status_code in (200, 303, 400), address
            else:
                assert (answer.status_code, answer.headers["Location"]) == (303, ENROL), address


@pytest.mark.thorough
def test_setting_up_an_app_opens_the_rest_and_shows_recovery_codes_once(
    newcomer: Colleague,
) -> None:
    newcomer.gives_password()
    answer = newcomer.enrols()
    assert len(codes_on(answer.text)) == 10
    assert newcomer.is_in
    assert codes_on(newcomer.client.get(ACCOUNT).text) == []
    other = newcomer.elsewhere()
    other.gives_password()
    other.waits()
    assert other.gives(other.code()).status_code == 303
    assert "staff.factor-added" in events(newcomer.database)


@pytest.mark.thorough
def test_the_code_that_set_the_app_up_does_not_sign_in(newcomer: Colleague) -> None:
    newcomer.gives_password()
    newcomer.enrols()
    other = newcomer.elsewhere()
    other.gives_password()
    assert other.gives(other.code()).status_code == 400


@pytest.mark.thorough
def test_a_wrong_code_sets_nothing_up_and_keeps_the_key_on_the_page(newcomer: Colleague) -> None:
    newcomer.gives_password()
    before = newcomer.client.get(ENROL).text
    answer = newcomer.posts(ENROL, page=None, code="000000")
    assert answer.status_code == 400
    keys = [re.findall(r'class="secret">([^<]+)', page) for page in (before, answer.text)]
    assert keys[0] == keys[1] != []
    assert not newcomer.is_in


@pytest.mark.thorough
def test_the_key_is_never_shown_again_and_nowhere_stored_in_the_clear(
    newcomer: Colleague,
) -> None:
    newcomer.gives_password()
    newcomer.enrols()
    assert b32encode(newcomer.seed).decode() not in newcomer.client.get(ACCOUNT).text
    with newcomer.database.read() as session:
        rows = session.execute(text("SELECT * FROM totp_seeds")).all()
        held = session.execute(text("SELECT sealed FROM sessions")).all()
    stored = b"".join(bytes(v) for row in [*rows, *held] for v in row if isinstance(v, bytes))
    assert rows
    assert newcomer.seed not in stored
    assert newcomer.seed.hex() not in repr(rows)


@pytest.mark.thorough
def test_the_qr_code_is_made_of_elements_alone(newcomer: Colleague) -> None:
    newcomer.gives_password()
    answer = newcomer.client.get(ENROL)
    assert "<svg" in answer.text
    assert "style=" not in answer.text
    assert "otpauth" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.thorough
def test_where_no_second_factor_is_asked_one_that_was_set_up_is_asked_all_the_same(
    app: Flask, config: Config, robin: Colleague
) -> None:
    lenient = create_app(Config(config.database_url, config.master_key, environment="test",
                                second_factor=False), clock=robin.clock)  # fmt: skip
    there = Colleague(lenient, robin.database, robin.clock, seed=robin.seed)
    assert there.gives_password().headers["Location"] == CODE
    lenient.extensions["prelude"].database.close()
