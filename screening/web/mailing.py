"""Sending what waits in the outbox, beside the server or by ``flask send-mail``.

Any number of processes may do it at once: each message is claimed by one of them. No transaction
is open while the mail server is talked to (CO-1).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from flask import Flask

from screening.domain.mail import MailFailure
from screening.exchange.mail_server import Sender
from screening.exchange.smtp import NotDelivered, deliver, written
from screening.services import outbox
from screening.services.invitation_reminders import remind_invited
from screening.services.outbox import Claimed
from screening.services.reminders import remind
from screening.storage.sealing import CannotUnseal
from screening.web.errors import note_problem
from screening.web.letters import letter
from screening.web.logs import LogEvent, log
from screening.web.parts import Parts, parts
from screening.web.problems import UNEXPECTED

# Seconds.
BETWEEN = 5.0
PATIENCE = 12.0
LOOK_AGAIN = 600.0
NOBODY = Sender("demo@demo.invalid")


@contextmanager
def mailing(app: Flask) -> Iterator[None]:
    """A thread that sends as long as the block lasts; at its end one attempt is let finish."""
    if parts(app).config.mail == "off":
        yield
        return
    over = Event()
    thread = Thread(target=keep_sending, args=(app, over), name="mail", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


def keep_sending(app: Flask, over: Event) -> None:
    """Until it is over; whatever goes wrong, it goes on in a while."""
    worker, looked = parts(app).tokens(16).hex(), -LOOK_AGAIN
    while not over.is_set():
        with app.app_context():
            try:
                if monotonic() - looked >= LOOK_AGAIN:
                    look_for_reminders(parts(app))
                    looked = monotonic()
                send_due(app, worker, over.is_set)
            except Exception as error:  # the database may be away
                note_problem(UNEXPECTED, error)
        over.wait(BETWEEN)


def look_for_reminders(whole: Parts) -> int:
    here = whole.database, whole.clock(), whole.tokens
    return remind(*here) + remind_invited(*here)


def send_due(app: Flask, worker: str, told: Callable[[], bool] = lambda: False) -> int:
    """Try everything that is due now, one after the other; how many got through."""
    whole, sent = parts(app), 0
    domain = (whole.config.mail_from or NOBODY).domain
    while not told():
        claimed = outbox.claim(whole.database, worker, domain, whole.clock())
        if claimed is None:
            break
        sent += _tried(app, whole, claimed, worker)
    return sent


def _tried(app: Flask, whole: Parts, claimed: Claimed, worker: str) -> bool:
    failure = _attempt(app, whole, claimed)
    now, database = whole.clock(), whole.database
    if failure is None:
        outbox.note_sent(database, claimed, now, keep=whole.config.mail == "demo")
        outcome = "sent"
    else:
        again = outbox.note_failed(database, claimed, worker, failure, now)
        outcome = "failed" if again else "given up"
    whole.metrics.note_mail(outcome)
    log(LogEvent.MAIL, kind=claimed.kind.value, outcome=outcome, failure=failure and failure.value)
    return failure is None


def _attempt(app: Flask, whole: Parts, claimed: Claimed) -> MailFailure | None:
    try:
        opened = outbox.read(whole.database, claimed)
        text = letter(app, claimed.kind, opened.parameters)
        server, sender = whole.config.mail_server, whole.config.mail_from
        if server and sender:
            now, to = whole.clock(), opened.recipient
            message = written(sender, to, text.subject, text.body, claimed.message_id, now)
            deliver(server, sender, message)
    except NotDelivered as error:
        return error.failure
    except CannotUnseal:
        return MailFailure.UNREADABLE
    except Exception as error:  # one message must not hold up the others
        note_problem(UNEXPECTED, error)
        return MailFailure.UNEXPECTED
    return None
