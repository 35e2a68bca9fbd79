"""While a new key takes over, everything is still found; a key that is missing stops the start."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from config import EXAMPLE_KEY, Config
from screening.app import create_app
from screening.domain.codes import RESUME_CODE
from screening.services.throttle import Bucket, TooManyAttempts, admit
from screening.storage import drafts
from screening.storage.database import Database
from screening.storage.key_checks import WrongKey, forget_older
from screening.storage.sealing import KeyRing
from tests.clinic_actor import Clinician
from tests.clinic_cases import Received
from tests.clock import Clock
from tests.queue_cases import desk
from tests.stored import a_draft

NEW = bytes(range(60, 92))


def opened(url: str, *keys: bytes) -> Database:
    database = Database(url, KeyRing(*keys))
    try:
        database.check_key()
    except WrongKey:
        database.close()
        raise
    return database


@pytest.fixture
def rotated(database: Database, config: Config) -> Iterator[Database]:
    """The same database after a restart with a new key above the old one."""
    database.check_key()
    with_both = opened(config.database_url, NEW, EXAMPLE_KEY)
    yield with_both
    with_both.close()


def test_the_start_is_refused_with_any_key_missing_that_is_needed(
    rotated: Database, database_url: str
) -> None:
    ids = {key: KeyRing(key).key_id.hex() for key in (NEW, EXAMPLE_KEY)}
    for given, missing in ((NEW, EXAMPLE_KEY), (EXAMPLE_KEY, NEW)):
        with pytest.raises(WrongKey, match=rf"key {ids[missing]}, .*\({ids[given]}\)"):
            opened(database_url, given)
    with pytest.raises(WrongKey, match="PRELUDE_KEY"):
        opened(database_url, b"\x07" * 32, NEW)
    opened(database_url, EXAMPLE_KEY, NEW).close()  # back to the old one: nothing is lost


@pytest.mark.thorough
def test_once_nothing_needs_the_older_key_the_start_does_not_either(
    rotated: Database, database_url: str
) -> None:
    with rotated.write() as session:
        assert forget_older(session)
        assert not forget_older(session)
    opened(database_url, NEW).close()
    with pytest.raises(WrongKey):
        opened(database_url, EXAMPLE_KEY)


@pytest.mark.thorough
def test_a_code_given_out_under_the_older_key_still_opens_the_draft(
    database: Database, rotated: Database, clock: Clock
) -> None:
    with database.write() as session:
        drafts.add_draft(session, a_draft())
        drafts.set_resume(session, a_draft().id, "t" * 64, "7" * RESUME_CODE)
    with rotated.read() as session:
        assert drafts.find_by_resume_code(session, "7" * RESUME_CODE, clock()) == a_draft()


@pytest.mark.thorough
def test_attempts_count_on_when_the_key_changes(
    database: Database, rotated: Database, clock: Clock
) -> None:
    door = [Bucket("door", "somebody", 2, timedelta(hours=1))]
    for one in (database, rotated):
        with one.write() as session:
            admit(session, door, clock())
    with pytest.raises(TooManyAttempts), rotated.write() as session:
        admit(session, door, clock())


@pytest.mark.thorough
def test_nobody_is_signed_out_and_no_open_page_is_lost(
    app: Flask, database: Database, config: Config, clock: Clock
) -> None:
    """The session, the page's CSRF token and the account were all made under the older key."""
    here = Clinician(app.test_client(), database).joins(clock()).signs_in()
    sam = Clinician(app.test_client(), database, "Sam Okoro").joins(clock())
    submission = desk(app, [here, sam], database).receives(1, Received("Zoë Marker"))
    page = here.reads(submission)
    config = Config(
        database_url=config.database_url,
        master_key=NEW,
        older_keys=(EXAMPLE_KEY,),
        environment="test",
        second_factor=False,
    )
    restarted = create_app(config, clock=clock)
    client = restarted.test_client()
    for cookie in here.client._cookies.values():
        client.set_cookie(cookie.key, cookie.value)
    here.client = client
    assert here.decides(page, "proceed").status_code == 303
    assert "Zoë" in here.opens("/clinic/?q=marker").text
    assert Clinician(restarted.test_client(), database).signs_in().opens().status == 200
    restarted.extensions["prelude"].database.close()
