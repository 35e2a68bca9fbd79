"""The lead sees what waits and what was given up, in plain words, and no more of an address."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from screening.app import parts_for
from screening.domain.mail import Mail, MailFailure, MailKind
from screening.services import outbox
from screening.storage.database import Database
from screening.web.doctor import examined
from screening.web.mailing import send_due
from screening.web.parts import Parts, parts
from screening.web.watch import Watch
from tests.clinic_actor import Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.mailed import with_mail

PAGE = "/clinic/messages"


@pytest.fixture
def config(config: Config) -> Config:
    return with_mail(config)


@pytest.fixture
def lead(app: Flask, clock: Clock, database: Database) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


def fails(whole: Parts, failure: MailFailure, recipient: str = "asha@example.org") -> str:
    with whole.database.write() as session:
        letter = Mail(MailKind.OWN_PAGE, recipient, {"path": "/visit/s3cret"})
        outbox.post(session, letter, whole.clock(), token_bytes)
    claimed = outbox.claim(whole.database, "w", "x.example", whole.clock())
    assert claimed
    outbox.note_failed(whole.database, claimed, "w", failure, whole.clock())
    return claimed.id


@pytest.mark.thorough
def test_what_was_given_up_is_seen_and_tried_again(app: Flask, lead: Colleague) -> None:
    one = fails(parts(app), MailFailure.RECIPIENT_REFUSED)
    page = Page(lead.client.get(PAGE))
    assert "The mail server says there is no such address" in page.text
    assert "a…@example.org" in page.text
    assert "asha" not in page.response.text
    assert "s3cret" not in page.response.text
    assert "1 given up" in str(app.test_client().get("/readyz").get_json()["outbox"])
    answer = lead.sends(f"{PAGE}/{one}/again", page)
    assert answer.headers["Location"] == f"{PAGE}?again=yes"
    assert outbox.claim(parts(app).database, "w", "x.example", parts(app).clock())


@pytest.mark.thorough
def test_all_are_tried_again_together(app: Flask, lead: Colleague) -> None:
    for name in ("asha", "zoe"):
        fails(parts(app), MailFailure.RECIPIENT_REFUSED, f"{name}@example.org")
    lead.sends(f"{PAGE}/again", Page(lead.client.get(PAGE)))
    headings = [one.text for one in Page(lead.client.get(PAGE)).main.all("h2")]
    assert headings == ["At a glance", "Waiting"]


@pytest.mark.thorough
@pytest.mark.parametrize("role", ["front_desk", "clinician"])
def test_only_the_lead_looks_into_the_outbox(
    role: str, app: Flask, clock: Clock, database: Database
) -> None:
    who = Colleague(app.test_client(), database, role).starts(clock())
    assert who.client.get(PAGE).status_code == 403


@pytest.mark.thorough
def test_a_demo_shows_what_it_would_have_sent_and_sends_nothing(
    app: Flask, lead: Colleague, clock: Clock
) -> None:
    before = parts(app)
    before.database.close()
    demo = replace(before.config, environment="demo", mail_server=None, mail_from=None)
    app.extensions["prelude"] = whole = parts_for(demo, clock=clock)
    with whole.database.write() as session:
        letter = Mail(MailKind.OWN_PAGE, "asha@example.org", {"path": "/visit/s3cret"})
        assert outbox.post(session, letter, clock(), token_bytes)
    with app.app_context():
        assert send_due(app, "w") == 1
    page = Page(lead.client.get(PAGE))
    assert "A demo: nothing is sent" in page.text
    assert "/visit/s3cret" in page.text


@pytest.mark.thorough
def test_a_message_that_waits_long_is_a_warning_and_the_app_stays_ready(
    app: Flask, clock: Clock, client: FlaskClient
) -> None:
    fails(parts(app), MailFailure.UNREACHABLE)
    clock.advance(timedelta(minutes=16))
    app.extensions["prelude"] = replace(parts(app), watch=Watch())
    parts(app).database.check_key()
    answer = client.get("/readyz")
    assert answer.get_json()["outbox"] == "warning: a message has waited 16 minutes"
    assert answer.status_code == 200
    figures = client.get("/metrics").text
    assert 'prelude_outbox{state="waiting"} 1' in figures
    assert "prelude_outbox_oldest_seconds 960" in figures


def test_the_doctor_tries_to_reach_the_mail_server(app: Flask) -> None:
    found = {name: (verdict, words) for name, verdict, words in examined(parts(app))}
    assert found["mail"] == ("wrong", "127.0.0.1 port 1: the mail server cannot be reached")
