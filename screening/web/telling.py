"""Whoever's account it is hears by e-mail that somebody was stopped at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from screening.services.notices import tell_stopped
from screening.services.throttle import TooManyAttempts
from screening.web.parts import parts


@contextmanager
def telling_if_stopped(email: str) -> Iterator[None]:
    """Around counting an attempt; in a transaction of its own, since that one is taken back."""
    try:
        yield
    except TooManyAttempts as full:
        here = parts()
        with here.database.write() as transaction:
            tell_stopped(transaction, email, full.bucket, here.clock(), here.tokens)
        raise
