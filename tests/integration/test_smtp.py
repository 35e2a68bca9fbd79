"""Handing a message over: only to who proves to be the right server, and only as it is written."""

import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from screening.domain.mail import MailFailure
from screening.exchange.mail_server import (
    MailServer,
    MailSettingsRefused,
    Sender,
    read_sender,
    read_server,
)
from screening.exchange.smtp import NotDelivered, deliver, try_out, written
from tests.browser.tls import certificate
from tests.clock import MONDAY_MORNING
from tests.mail_server import FROM, letterbox
from tests.unit.test_mail import BREAKS

LOGIN = {"user": "prelude", "password": "hunter2 ü"}


def a_message(**changes: str) -> object:
    said = {"recipient": "asha@example.org", "subject": "Hello", "body": "Words\n", **changes}
    return written(FROM, message_id="<x@clinic.example>", now=MONDAY_MORNING, **said)


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    path = certificate(folder)
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(path)
    return theirs, ssl.create_default_context(cafile=path)


@pytest.mark.thorough
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_it_signs_in_and_delivers(security: str, tmp_path: Path) -> None:
    theirs, trust = contexts(tmp_path)
    with letterbox(security, theirs, user="prelude", password="hunter2") as box:  # type: ignore[arg-type]
        deliver(box.server, FROM, a_message(), trust)  # type: ignore[arg-type]
        try_out(box.server, FROM, trust)
        assert len(box.arrived) == 1
        with pytest.raises(NotDelivered) as stranger:
            deliver(box.server, FROM, a_message())  # type: ignore[arg-type]
        assert stranger.value.failure is MailFailure.NOT_SECURE
        wrong = MailServer(box.server.host, box.server.port, box.server.security, "prelude", "no")
        with pytest.raises(NotDelivered) as refused:
            try_out(wrong, FROM, trust)
        assert refused.value.failure is MailFailure.SIGN_IN_REFUSED
        assert len(box.arrived) == 1


@pytest.mark.thorough
def test_no_password_goes_where_there_is_no_tls() -> None:
    with letterbox() as box:
        asking = MailServer(box.server.host, box.server.port, "starttls", "prelude", "hunter2")
        with pytest.raises(NotDelivered) as refused:
            deliver(asking, FROM, a_message())  # type: ignore[arg-type]
    assert refused.value.failure is MailFailure.NOT_SECURE
    assert box.arrived == []


@pytest.mark.thorough
@pytest.mark.parametrize("field", ["recipient", "subject", "message_id", "sender"])
def test_no_line_break_becomes_a_header(field: str) -> None:
    for cut in BREAKS:
        sender = Sender("a@b.example", f"X{cut}Bcc: e@f.example") if field == "sender" else FROM
        said = {"recipient": "asha@example.org", "subject": "Hello", "message_id": "<x@y.example>"}
        if field != "sender":
            said[field] += f"{cut}Bcc: eve@example.com"
        with suppress(ValueError):
            message = written(sender, body="Words", now=MONDAY_MORNING, **said)
            head = bytes(message).split(b"\r\n\r\n")[0]
            assert b"\nBcc" not in head
            assert b"\rBcc" not in head
            assert message.get_all("Bcc") is None


REFUSED = {
    "no scheme": "mail.example.org",
    "another scheme": "http://mail.example.org",
    "plain elsewhere": "smtp://mail.example.org:25",
    "no host": "smtps://",
    "a path": "smtps://mail.example.org/inbox",
    "a query": "smtps://mail.example.org?x=y",
    "no password": "smtps://prelude@mail.example.org",
    "no user": "smtps://:hunter2@mail.example.org",
    "port nought": "smtps://mail.example.org:0",
    "a port that is none": "smtps://mail.example.org:hunter2",
    "a line break": "smtps://prelude:hunter2%0d%0aX@mail.example.org",
}


@pytest.mark.thorough
@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_an_address_that_is_wrong_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(MailSettingsRefused) as refused:
        read_server(url)
    assert "PRELUDE_SMTP_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.thorough
def test_servers_and_senders_are_read_as_they_are_written() -> None:
    found = read_server("smtp+starttls://me%40x.example:p%2Fw%20d@mail.example.org")
    assert found == MailServer("mail.example.org", 587, "starttls", "me@x.example", "p/w d")
    assert "p/w d" not in repr(found)
    assert read_server("smtps://mail.example.org").port == 465
    assert read_server("smtp://127.0.0.1:2525") == MailServer("127.0.0.1", 2525, "none")
    assert read_sender("Reception <a@b.example>") == Sender("a@b.example", "Reception")
    assert read_sender("a@b.example") == Sender("a@b.example")


@pytest.mark.thorough
def test_a_sender_is_one_address() -> None:
    for cut in BREAKS:
        for text in (f"R{cut}Bcc: x@y.example <a@b.example>", f"a@b.example{cut}", f"<a{cut}@b.c>"):
            with pytest.raises(MailSettingsRefused):
                read_sender(text)
