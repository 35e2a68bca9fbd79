"""Attempts are counted before they are judged, in the database: a restart forgives nothing.

An attempt that is turned away is not counted, so a bucket never stays full for good: it lets
through its limit per window, however hard somebody knocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from screening.storage.database import Session
from screening.storage.sealing import keyring_of
from screening.storage.throttles import (
    LASTING,
    Labels,
    add_hit,
    count_hits,
    delete_hits,
    forget_hits,
    hold_throttles,
    oldest_hit,
)

# Nothing here is needed longer; what is left says when somebody tried, nothing more.
KEPT = timedelta(hours=24)
# But for this: a keyed hash of a member of staff and an address from which they signed in. Longer
# than a weekend, a holiday, an illness: strangers must not keep out who comes back from one.
KNOWN = timedelta(days=30)


@dataclass(frozen=True)
class Bucket:
    """At most `limit` attempts in any `window`; `name` and `key` say whose."""

    name: str
    key: str
    limit: int
    window: timedelta


class TooManyAttempts(Exception):
    """Come back after `wait`; `bucket` is the name of the one that is full."""

    def __init__(self, bucket: str, wait: timedelta) -> None:
        super().__init__(bucket)
        self.bucket = bucket
        self.wait = wait


def admit(session: Session, buckets: Sequence[Bucket], now: datetime) -> None:
    """Count one attempt in every bucket, or raise TooManyAttempts and count it in none."""
    hold_throttles(session)
    forget_old_hits(session, now)
    for bucket in buckets:
        since, labels = now - bucket.window, labelled(session, bucket.name, bucket.key)
        if count_hits(session, labels, since) >= bucket.limit:
            first = oldest_hit(session, labels, since) or now
            raise TooManyAttempts(bucket.name, first + bucket.window - now)
    for bucket in buckets:
        add_hit(session, labelled(session, bucket.name, bucket.key), now)


def forget_old_hits(session: Session, now: datetime) -> None:
    """No limit counts them any more."""
    delete_hits(session, now - KEPT, now - KNOWN)


def labelled(session: Session, name: str, key: str) -> Labels:
    """Keyed hashes: the rows tell nobody which address or account was tried."""
    macs = keyring_of(session).macs("index", f"throttle/{name}", key.encode())
    return tuple(mac.hex() for mac in macs)


def is_known(session: Session, pair: str, now: datetime) -> bool:
    """Whether this account signed in from this address lately; see KNOWN."""
    return count_hits(session, _known(session, pair), now - KNOWN) > 0


def note_known(session: Session, pair: str, now: datetime) -> None:
    """Only the last time is kept."""
    labels = _known(session, pair)
    forget_hits(session, labels)
    add_hit(session, labels, now)


def _known(session: Session, pair: str) -> Labels:
    return tuple(LASTING + label[:32] for label in labelled(session, "known", pair))


def address_block(address: str | None) -> str:
    """Who counts as one: an IPv4 address, or an IPv6 /64, which is one household."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.exploded[:19]
    return str(parsed)
