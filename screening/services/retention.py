"""Only as long as needed: what is due is erased, and a patient's wish to be forgotten is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from screening.domain.audit import SYSTEM, Actor, AuditEvent, Fact
from screening.domain.dates import add_months
from screening.domain.second_person import Act, Request
from screening.services.asked import forget_asked
from screening.services.outbox import forget_done
from screening.services.throttle import forget_old_hits
from screening.services.two_people import refuse_alone
from screening.storage import drafts, invitations
from screening.storage.accounts import close_ended_set_ups
from screening.storage.audit import append_event, last_event_at
from screening.storage.audit_trim import count_due, trim
from screening.storage.clinic import read_clinic
from screening.storage.database import Database, Session
from screening.storage.erasing import (
    add_tombstone,
    episode_exists,
    erase_rows,
    is_erased,
    list_tombstones,
    quiet_since,
)
from screening.storage.kept_forms import delete_expired_forms
from screening.storage.ledger import add_missing
from screening.storage.page_links import close_ended_links
from screening.storage.sessions import delete_expired_sessions
from screening.storage.submissions import hold_episode

EPISODE = "episode"
APPLIED = "retention.applied"
A_DAY = timedelta(hours=24)
QUIET = timedelta(days=60)
"""A clock that stands further than this after all that was ever witnessed is not believed."""


class ClockNotBelieved(Exception):
    """The clock stands before what was witnessed, or far after it: nothing is erased by it."""


@dataclass(frozen=True)
class Due:
    """Drafts past their days, episodes in which nothing has happened for the clinic's years, and
    unanswered invitations some days after their link has ended, and audit events older than the
    clinic's years for them."""

    drafts: int
    episodes: tuple[str, ...]
    invitations: tuple[str, ...] = ()
    events: int = 0


def look(session: Session, now: datetime, *, believed: bool = False) -> Due:
    """What is due at this moment; raises ClockNotBelieved unless somebody vouches for the clock."""
    if not believed:
        _check_clock(session, now)
    clinic = read_clinic(session)
    day = add_months(clinic.day(now), -12 * clinic.submission_years)
    episodes = tuple(quiet_since(session, now - (clinic.day(now) - day), day))
    ended = now - timedelta(days=clinic.invitation_days)
    return Due(
        drafts.count_expired(session, now),
        episodes,
        tuple(invitations.over_since(session, ended, clinic.day(now))),
        count_due(session, _years_before(session, now)),
    )


SWEEPS = (delete_expired_forms, delete_expired_sessions, forget_old_hits)
"""What is over within a day or two whatever the clinic's settings say; no report counts it."""


def apply(database: Database, due: Due, now: datetime) -> Due:
    """Erase it, each episode in a transaction of its own; what was done is returned.

    Links that have ended are closed for good: a clock that is set back opens none of them.

    Killed half-way, it is begun again; an episode is either whole or gone.
    """
    for sweep in SWEEPS:
        with database.write() as session:
            sweep(session, now)
    with database.write() as session:
        gone = drafts.delete_expired(session, now)
        close_ended_links(session, now)
        close_ended_set_ups(session, now)
    done = tuple(one for one in due.episodes if _erased_when_still_due(database, one, now))
    with database.write() as session:
        still = {*look(session, now, believed=True).invitations} & {*due.invitations}
        unanswered = tuple(one for one in sorted(still) if _forgotten(session, one, now))
        facts = {"drafts": gone, "episodes": len(done), "invitations": len(unanswered)}
        forget_done(session, now)
        forget_asked(session, now)
        append_event(session, AuditEvent(APPLIED, now, SYSTEM, facts=facts))
    return Due(gone, done, unanswered, _trimmed(database, now))


def _trimmed(database: Database, now: datetime) -> int:
    """How many audit events were taken away; each time that happens is witnessed."""
    count = 0
    while True:
        with database.write() as session:
            link, events = trim(session, _years_before(session, now))
            if not events:
                return count
            facts: dict[str, Fact] = {"link": link, "events": events}
            append_event(session, AuditEvent("audit.trimmed", now, SYSTEM, "audit", "audit", facts))
        count += events


def _years_before(session: Session, now: datetime) -> datetime:
    """Before this moment an audit event is older than the clinic's years."""
    clinic = read_clinic(session)
    day = add_months(clinic.day(now), -12 * clinic.audit_years)
    return now - (clinic.day(now) - day)


def erase(
    session: Session,
    episode_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
    confirmed: Request | None = None,
) -> bool:
    """All rows of the episode, for good; False if there is none. The audit log keeps its id.

    Raises SecondPersonNeeded where staff need what another has confirmed.
    """
    refuse_alone(session, actor, Act.ERASE, episode_id, confirmed)
    hold_episode(session, episode_id)
    if not episode_exists(session, episode_id):
        return False
    gone = erase_rows(session, episode_id)
    if not is_erased(session, episode_id):
        add_tombstone(session, episode_id, reason, now)
    facts: dict[str, Fact] = {"reason": reason, "editions": gone["submissions"]}
    append_event(session, AuditEvent("episode.erased", now, actor, EPISODE, episode_id, facts))
    return True


def note_erased(database: Database, file: Path) -> int:
    """Every tombstone that the file has not got yet is added to it; raises OSError."""
    with database.read() as session:
        return add_missing(file, list_tombstones(session))


def erase_again(session: Session, episode_ids: Iterable[str], now: datetime) -> int:
    """What a backup has brought back though it was erased since; how many there were."""
    return sum(erase(session, one, "restored", SYSTEM, now) for one in episode_ids)


def _forgotten(session: Session, invitation_id: str, now: datetime) -> bool:
    gone = invitations.delete_invitation(session, invitation_id)
    if gone:
        facts: dict[str, Fact] = {"reason": "retention"}
        erased = AuditEvent("invitation.erased", now, SYSTEM, "invitation", invitation_id, facts)
        append_event(session, erased)
    return gone


def _erased_when_still_due(database: Database, episode_id: str, now: datetime) -> bool:
    with database.write() as session:
        still = episode_id in look(session, now, believed=True).episodes
        return still and erase(session, episode_id, "retention", SYSTEM, now)


def _check_clock(session: Session, now: datetime) -> None:
    """It runs daily, so a clock more than two days after the last run has jumped by one."""
    last, run = last_event_at(session), last_event_at(session, APPLIED)
    back = last is not None and now < last - A_DAY
    ahead = (last is not None and now > last + QUIET) or (run is not None and now > run + 2 * A_DAY)
    if last and (back or ahead):
        known = run if run and not back else last
        raise ClockNotBelieved(
            f"The clock says {now:%Y-%m-%d}; the last {'run' if known is run else 'event'} was "
            f"witnessed on {known:%Y-%m-%d}. "
            "Nothing was erased. If the clock is right, say so with --clock-is-right."
        )
