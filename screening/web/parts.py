"""The parts that create_app assembles and that views reach through the running app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app

from config import Config
from screening.protocols.library import ProtocolLibrary
from screening.services.passwords import Passwords
from screening.storage.database import Database
from screening.web.budget import Budget
from screening.web.metrics import Metrics
from screening.web.watch import Watch

Clock = Callable[[], datetime]
Tokens = Callable[[int], bytes]


@dataclass(frozen=True)
class Parts:
    """``clock`` gives aware UTC datetimes; ``tokens(n)`` gives n random bytes."""

    config: Config
    database: Database
    protocols: ProtocolLibrary
    passwords: Passwords
    clock: Clock
    tokens: Tokens
    metrics: Metrics = field(default_factory=Metrics)
    watch: Watch = field(default_factory=Watch)
    reports: Budget = field(default_factory=Budget)


def utc_now() -> datetime:
    return datetime.now(UTC)


def parts(app: Flask | None = None) -> Parts:
    """The parts of this app, or of the one that serves the current request."""
    return cast("Parts", (app or current_app).extensions["prelude"])
