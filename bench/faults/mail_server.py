"""A mail server that behaves badly: turns away, refuses, hangs, takes mail and says nothing."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import SMTP
from random import Random
from typing import Any

from tests.mail_server import Closing

REFUSALS = ("421 Not now", "451 Try later", "452 Full", "550 No", "554 No")
# Seconds.
HANGS = 0.5  # longer than the worker waits
SLOW = 0.05


class BadServer:
    """`arrived`: recipient → the Message-ID of each time it was taken, acknowledged or not.

    `share` of all messages meet a fault; in the end it is nought.
    """

    def __init__(self, random: Random, share: float) -> None:
        self.random, self.share = random, share
        self.arrived: dict[str, list[str]] = {}
        self.bodies: list[str] = []
        self.faults = self.dropped = self.port = 0

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self._strikes(6):
            return self.random.choice(REFUSALS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self._strikes(3):
            if self.random.random() < 0.8:
                return self.random.choice(REFUSALS)
            await asyncio.sleep(HANGS)
            server.transport.abort()
            return "451 Too late"
        message = message_from_bytes(envelope.content, policy=SMTP)
        taken = self.arrived.setdefault(envelope.rcpt_tos[0], [])
        taken.append(str(message["Message-ID"]))
        self.bodies.append(f"{message}")
        await asyncio.sleep(self.random.uniform(0, SLOW))  # when a kill hurts most
        if self._strikes(6):
            self.dropped += 1
            server.transport.abort()  # taken, and the worker never hears of it
        return "250 OK"

    @property
    def busy(self) -> int:
        """Grows with whatever happens here."""
        return self.faults + sum(map(len, self.arrived.values()))

    def _strikes(self, one_in: int) -> bool:
        """Together the three places where it may strike make up the share."""
        struck = self.random.random() < self.share * 2 / one_in
        self.faults += struck
        return struck


@contextmanager
def serving(server: BadServer) -> Iterator[Closing]:
    if not server.port:
        with socket.create_server(("127.0.0.1", 0)) as free:
            server.port = free.getsockname()[1]
    controller = Closing(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()
        server.dropped += controller.left
