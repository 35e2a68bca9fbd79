"""One process that sends mail, as the server does beside its requests, under a clock that runs.

Six hundred times as fast as it should, so that an hour's wait is six seconds; what a worker that
died had claimed is free again after three.
"""

import logging
from datetime import UTC, datetime, timedelta
from threading import Event
from time import time

from config import EXAMPLE_KEY, Config
from screening.app import parts_for
from screening.exchange import smtp
from screening.exchange.mail_server import MailServer, Sender
from screening.services import outbox
from screening.web import mailing

SPEED = 600
NOT_BEFORE = datetime(2027, 1, 4, 9, tzinfo=UTC)
FROM = Sender("post@clinic.example", "Reception")


class FastClock:
    """Its beginning is told to every process, so that all read the same time."""

    def __init__(self, began: float) -> None:
        self.began = began

    def __call__(self) -> datetime:
        return NOT_BEFORE + timedelta(seconds=SPEED * (time() - self.began))


def config_of(url: str, port: int) -> Config:
    server = MailServer("127.0.0.1", port, "none")
    return Config(url, EXAMPLE_KEY, environment="test", mail_server=server, mail_from=FROM)


def works(url: str, port: int, began: float) -> None:
    """Until it is killed."""
    from bench.faults.mail_app import APP

    logging.getLogger("prelude").handlers[:] = [logging.NullHandler()]
    smtp.PATIENCE = 0.3
    outbox.LEASE = timedelta(seconds=3 * SPEED)
    mailing.BETWEEN = 0.05
    APP.extensions["prelude"] = parts_for(config_of(url, port), clock=FastClock(began))
    mailing.keep_sending(APP, Event())
