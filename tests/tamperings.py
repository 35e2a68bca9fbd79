"""What somebody who owns the database could do to the audit log; each says what must be found."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from screening.domain.audit import Actor, AuditEvent
from screening.domain.witness import Checkpoint, Witnessed
from screening.storage.audit import append_event
from screening.storage.audit_chain import NoChain, chain_pending, pending
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from screening.storage.sealing import KeyRing
from tests.clock import Clock
from tests.stored import id_of

NURSE = Actor("staff", id_of(9), "req-1")
SQLITE_GUARDS = ("no_update", "no_delete", "no_replace")


def viewed(clock: Clock, version: int = 1) -> AuditEvent:
    clock.advance(timedelta(seconds=1))
    facts = {"version": version}
    return AuditEvent("submission.viewed", clock(), NURSE, "submission", id_of(1), facts)


def thirty_events(database: Database, clock: Clock) -> None:
    """In ten transactions: what the tamperings below are made for."""
    for turn in range(10):
        with database.write() as session:
            for one in range(3):
                append_event(session, viewed(clock, 3 * turn + one))


def unguarded(session: Session, engine_name: str) -> None:
    """What the owner of the database can do, and the program cannot."""
    if engine_name == "sqlite":
        for guard in SQLITE_GUARDS:
            session.execute(text(f"DROP TRIGGER audit_events_{guard}"))
    else:
        session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))


Tampering = Callable[[Session, Random], str]


def change(session: Session, random: Random) -> str:
    column, value = random.choice(
        [
            ("event", "queue.viewed"), ("actor_id", id_of(8)), ("facts", "{}"),
            ("subject_id", id_of(2)), ("request_id", "req-2"), ("actor_kind", "system"),
            ("at", "2020-01-01 00:00:00.000000"),
        ]
    )  # fmt: skip
    statement = text(f"UPDATE audit_events SET {column} = :value WHERE link = :link")
    session.execute(statement, {"value": value, "link": random.randint(1, 30)})
    return "changed"


def remove(session: Session, random: Random) -> str:
    link = random.randint(1, 29)
    session.execute(text("DELETE FROM audit_events WHERE link = :link"), {"link": link})
    return "missing"


def remove_and_close_the_gap(session: Session, random: Random) -> str:
    link = random.randint(1, 29)
    session.execute(text("DELETE FROM audit_events WHERE link = :link"), {"link": link})
    # Through negative numbers: no two may be equal on the way.
    session.execute(text("UPDATE audit_events SET link = 1 - link WHERE link > :l"), {"l": link})
    session.execute(text("UPDATE audit_events SET link = -link WHERE link < 0"))
    session.execute(text("UPDATE audit_heads SET link = 29"))
    return "changed"


def exchange(session: Session, random: Random) -> str:
    one, other = random.sample(range(1, 31), 2)
    move = text("UPDATE audit_events SET link = :to WHERE link = :link")
    for link, to in ((one, 99), (other, one), (99, other)):
        session.execute(move, {"link": link, "to": to})
    return "changed"


def renumber(session: Session, random: Random) -> str:
    one = random.randint(1, 29)
    move = text("UPDATE audit_events SET seq = :to WHERE seq = :seq")
    for seq, to in ((one, 99), (one + 1, one), (99, one + 1)):
        session.execute(move, {"seq": seq, "to": to})
    return "out of order"


def cut_off(session: Session, random: Random) -> str:
    last = random.randint(0, 29)
    session.execute(text("DELETE FROM audit_events WHERE link > :last"), {"last": last})
    return "cut off"


def cut_off_with_the_head(session: Session, random: Random) -> str:
    """As whoever kept an old head would: only what was written down outside tells."""
    last = random.randint(1, 29)
    session.execute(text("DELETE FROM audit_events WHERE link > :last"), {"last": last})
    session.execute(
        text(
            "UPDATE audit_heads SET link = :last, "
            "mac = (SELECT mac FROM audit_events WHERE link = :last)"
        ),
        {"last": last},
    )
    return "cut off"


COPY = (
    "INSERT INTO audit_events (seq, at, actor_kind, event, facts, link, mac) "
    "SELECT :seq, at, actor_kind, event, facts, :link, mac FROM audit_events WHERE link = :of"
)


def add_outside(session: Session, random: Random) -> str:
    session.execute(text(COPY), {"seq": 40, "link": None, "of": random.randint(1, 30)})
    return "added"


def add_at_the_end(session: Session, random: Random) -> str:
    session.execute(text(COPY), {"seq": 40, "link": 31, "of": random.randint(1, 30)})
    session.execute(text("UPDATE audit_heads SET link = 31"))
    return "changed"


def put_back_the_head(session: Session, random: Random) -> str:
    session.execute(text("UPDATE audit_heads SET link = :link"), {"link": random.randint(0, 29)})
    return "head"


def forget_the_key(session: Session, _random: Random) -> str:
    session.execute(text("UPDATE audit_heads SET sealed_key = NULL, link = 0"))
    return "head"


def begin_anew(session: Session, random: Random) -> str:
    """Everything forged, the chain forgotten, and then the program asked to go on from there."""
    one = {"seq": random.randint(1, 9), "other": id_of(8)}
    session.execute(text("UPDATE audit_events SET link = NULL, mac = NULL"))
    session.execute(text("UPDATE audit_events SET actor_id = :other WHERE seq = :seq"), one)
    session.execute(text("DELETE FROM audit_events WHERE seq BETWEEN 10 AND 20"))
    return _forgotten(session)


def begin_with_nothing(session: Session, _random: Random) -> str:
    session.execute(text("DELETE FROM audit_events"))
    return _forgotten(session)


def _forgotten(session: Session) -> str:
    session.execute(
        text(
            "UPDATE audit_heads SET sealed_key = NULL, link = 0, mac = NULL, start = NULL, "
            "start_seq = 0"
        )
    )
    pending(session).append(viewed(Clock()))
    with suppress(NoChain):
        chain_pending(session)
    return "head"


def another_key(session: Session, random: Random) -> str:
    strange = KeyRing(bytes(32)).seal(random.randbytes(32), "audit_heads", "sealed_key", "1")
    session.execute(text("UPDATE audit_heads SET sealed_key = :key"), {"key": strange})
    return "key"


def cut_off_the_beginning(session: Session, random: Random) -> str:
    """As retention would, with its mark; only the key that the mark is made with is wanting."""
    first = {"first": random.randint(1, 29)}
    session.execute(
        text(
            "UPDATE audit_heads SET trimmed_link = :first, trimmed_seq = :first, "
            "start_seq = :first, "
            "trimmed_mac = (SELECT mac FROM audit_events WHERE link = :first)"
        ),
        first,
    )
    session.execute(text("DELETE FROM audit_events WHERE link <= :first"), first)
    return "trimmed"


def cut_off_the_beginning_silently(session: Session, random: Random) -> str:
    first = {"first": random.randint(1, 29)}
    session.execute(text("DELETE FROM audit_events WHERE link <= :first"), first)
    return "missing"


TAMPERINGS: tuple[Tampering, ...] = (
    change, remove, remove_and_close_the_gap, exchange, renumber, cut_off,
    cut_off_with_the_head, add_outside, add_at_the_end, put_back_the_head, forget_the_key,
    begin_anew, begin_with_nothing, another_key, cut_off_the_beginning,
    cut_off_the_beginning_silently,
)  # fmt: skip


def tampered(
    database: Database, tampering: Tampering, random: Random, *written_down: Checkpoint
) -> tuple[str, Witnessed]:
    """What was done, and what is found of it; afterwards everything is as before."""
    session = Session(database.engine, info={"keyring": database.keyring, "writes": False})
    session.connection(execution_options={"prelude_writes": True})
    try:
        unguarded(session, database.engine.dialect.name)
        fault = tampering(session, random)
        return fault, check_chain(session, written_down)
    finally:
        session.rollback()
        session.close()
