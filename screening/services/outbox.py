"""Posting a message with what it tells of, and trying what waits: at least once, never in a
transaction.

A message is posted in the transaction of its cause, so both are there or neither is (CO-6). Who
sends it claims it by a lease first; if that worker dies, the lease ends and another one tries
again under the same Message-ID, by which mail programs know it for the same.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from screening.domain.audit import Actor, AuditEvent
from screening.domain.mail import FINAL, MOST_ATTEMPTS, Mail, MailFailure, wait_after
from screening.storage import outbox
from screening.storage.audit import append_event
from screening.storage.database import Database, Session
from screening.storage.outbox import Claimed as Claimed
from screening.storage.outbox import Opened as Opened
from screening.storage.outbox import mail_is_on as mail_is_on
from screening.storage.outbox_lists import given_up_ids

Tokens = Callable[[int], bytes]
LEASE = timedelta(minutes=5)  # longer than one attempt takes
KEPT = timedelta(days=30)


def post(session: Session, mail: Mail, now: datetime, tokens: Tokens) -> bool:
    """To be sent once this transaction is committed; False where mail is off or it was posted."""
    if not mail_is_on(session) or (mail.once and outbox.is_posted(session, mail.once)):
        return False
    outbox.add_message(session, tokens(16).hex(), mail, now)
    return True


def claim(database: Database, worker: str, domain: str, now: datetime) -> Claimed | None:
    """The next message for this worker to try; looking alone takes no lock."""
    with database.read() as session:
        if not outbox.any_due(session, now):
            return None
    with database.write() as session:
        return outbox.claim_next(session, worker, domain, now, now + LEASE)


def read(database: Database, claimed: Claimed) -> Opened:
    """Raises CannotUnseal."""
    with database.read() as session:
        return outbox.open_message(session, claimed)


def note_sent(database: Database, claimed: Claimed, now: datetime, *, keep: bool = False) -> None:
    """`keep`: a demonstration shows what would have been sent."""
    with database.write() as session:
        outbox.mark_sent(session, claimed.id, now, keep=keep)


def note_failed(
    database: Database, claimed: Claimed, worker: str, failure: MailFailure, now: datetime
) -> bool:
    """Later once more; False if it is given up, after about three days or for a plain reason."""
    again = failure not in FINAL and claimed.attempts < MOST_ATTEMPTS
    with database.write() as session:
        if again:
            due = now + wait_after(claimed.attempts)
            outbox.mark_failed(session, claimed.id, worker, failure, due)
        else:
            outbox.mark_given_up(session, claimed.id, worker, failure, now)
    return again


def try_again(session: Session, message_id: str, actor: Actor, now: datetime) -> bool:
    """Whoever reads what was given up may have it tried anew; False if there is no such one."""
    done = outbox.mark_due_again(session, message_id, now)
    if done:
        append_event(session, AuditEvent("message.tried-again", now, actor, "message", message_id))
    return done


def try_all_again(session: Session, actor: Actor, now: datetime) -> int:
    """Everything that was given up; how many there were."""
    return sum(try_again(session, one, actor, now) for one in given_up_ids(session))


def forget_done(session: Session, now: datetime) -> int:
    """What was sent, or given up, a month ago."""
    return outbox.delete_done(session, now - KEPT)
