"""Mail on its way: what arrives, what fails, and what is tried again."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep

import pytest
from flask import Flask

from screening.app import parts_for
from screening.domain.mail import Mail, MailKind
from screening.services.outbox import post
from screening.storage.outbox_lists import count_messages
from screening.web.letters import letter
from screening.web.mailing import mailing, send_due
from screening.web.parts import Parts, parts
from tests.clock import Clock
from tests.mail_server import FROM, Letterbox, letterbox

LETTER = Mail(MailKind.OWN_PAGE, "asha@example.org", {"path": "/visit/t0ken"})


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as box:
        yield box


@pytest.fixture
def whole(app: Flask, box: Letterbox, clock: Clock) -> Parts:
    """The app's parts, with mail that goes to the letterbox."""
    parts(app).database.close()
    config = replace(parts(app).config, mail_server=box.server, mail_from=FROM)
    whole = parts_for(config, clock=clock)
    app.extensions["prelude"] = whole
    return whole


def posted(whole: Parts, mail: Mail = LETTER) -> None:
    with whole.database.write() as session:
        assert post(session, mail, whole.clock(), whole.tokens)


def send(app: Flask) -> int:
    with app.app_context():
        return send_due(app, "w" * 32)


def counts(whole: Parts) -> dict[str, int]:
    with whole.database.read() as session:
        return {name: count for name, count in count_messages(session).items() if count}


def test_a_message_arrives_with_a_link_and_nothing_else(
    app: Flask, whole: Parts, box: Letterbox, caplog: pytest.LogCaptureFixture
) -> None:
    posted(whole)
    assert send(app) == 1
    (message,) = box.arrived
    assert box.addressed == [("post@clinic.example", ("asha@example.org",))]
    assert str(message["From"]) == "Reception <post@clinic.example>"
    assert message["Subject"] == "Something for you to read"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@clinic.example>")
    assert message.get_content_type() == "text/plain"
    assert "\nhttp://127.0.0.1:8000/visit/t0ken\n" in message.get_content().replace("\r\n", "\n")
    assert counts(whole) == {"sent": 1}
    assert send(app) == 0
    assert '"event": "mail", "kind": "own-page", "outcome": "sent"' in caplog.text
    assert not re.search("asha|t0ken", caplog.text)


@pytest.mark.thorough
def test_what_the_server_refuses_for_now_is_sent_later_as_the_same_message(
    app: Flask, whole: Parts, box: Letterbox, clock: Clock
) -> None:
    posted(whole)
    box.answers["DATA"] = "451 asha@example.org is greylisted"
    assert send(app) == 0
    assert counts(whole) == {"waiting": 1}
    assert send(app) == 0  # not before its time
    box.answers.clear()
    clock.advance(timedelta(minutes=1))
    assert send(app) == 1


@pytest.mark.thorough
def test_an_address_that_is_refused_holds_nobody_up(
    app: Flask, whole: Parts, box: Letterbox
) -> None:
    posted(whole)
    box.answers["RCPT"] = "550 No such user here"
    send(app)
    assert counts(whole) == {"given up": 1}
    box.answers.clear()
    posted(whole)
    assert send(app) == 1


@pytest.mark.thorough
def test_a_server_that_is_away_is_no_error_of_ours(app: Flask, whole: Parts, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    whole.database.close()
    config = replace(whole.config, mail_server=replace(whole.config.mail_server, port=port))
    app.extensions["prelude"] = parts_for(config, clock=clock)
    posted(parts(app))
    assert send(app) == 0
    assert counts(parts(app)) == {"waiting": 1}


def test_each_kind_has_its_words(app: Flask) -> None:
    for kind in MailKind:
        text = letter(app, kind, {"path": "/x/y"})
        assert text.subject
        assert not any(one in text.body for one in ("{", "\n\n\n")), kind
        assert text.body.startswith("Hello,\n\n")


@pytest.mark.thorough
def test_beside_the_server_it_goes_out_by_itself_and_ends_with_it(
    app: Flask, whole: Parts, box: Letterbox
) -> None:
    posted(whole)
    with mailing(app):
        until = monotonic() + 10
        while not box.arrived and monotonic() < until:
            sleep(0.02)
        ended = monotonic()
    assert monotonic() - ended < 5
    assert counts(whole) == {"sent": 1}


@pytest.mark.thorough
def test_a_command_sends_what_is_due_and_says_how_many(
    app: Flask, whole: Parts, box: Letterbox
) -> None:
    posted(whole)
    said = app.test_cli_runner().invoke(args=["send-mail", "--once"])
    assert said.output == "Sent: 1.\n"
    assert len(box.arrived) == 1


@pytest.mark.thorough
def test_where_mail_is_off_the_command_says_what_is_missing(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["send-mail", "--once"])
    assert said.exit_code == 1
    assert "PRELUDE_SMTP_URL" in said.output
