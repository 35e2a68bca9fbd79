"""Publishing a protocol version: check it, approve it, make it current, retire it, adjust it."""

from datetime import date, datetime

from screening.domain.adjustments import Adjustments
from screening.domain.audit import Actor, AuditEvent, Fact
from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_life import (
    STATEMENT,
    Act,
    Approval,
    Check,
    Move,
    PropertyFound,
    PublishingRefused,
)
from screening.domain.staff import Staff
from screening.protocols.library import ProtocolLibrary
from screening.protocols.verify.findings import Report, Result
from screening.services.protocol_life import in_use_of, life_of
from screening.services.receiving import Tokens
from screening.storage import protocol_life as stored
from screening.storage.audit import append_event
from screening.storage.clinic import hold_clinic
from screening.storage.database import Session

_MOST_FAILURES = 3


class LifeChanged(Exception):
    """Somebody moved a version of this protocol meanwhile."""


def note_check(
    session: Session, report: Report, actor: Actor, now: datetime, tokens: Tokens
) -> Check:
    """Keep what verify found."""
    check = Check(report.key, report.digest, tuple(map(_found, report.results)), now, actor.id)
    stored.add_check(session, tokens(16).hex(), check)
    facts: dict[str, Fact] = {"digest": report.digest, "holds": check.holds, "states": check.states}
    _witness(session, "protocol.checked", report.key, actor, now, facts)
    return check


def approve(
    session: Session,
    protocol: ScreeningProtocol,
    library: ProtocolLibrary,
    staff: Staff,
    typed: tuple[str, date | None],
    *,
    today: date,
    actor: Actor,
    now: datetime,
    tokens: Tokens,
) -> None:
    """Raises PublishingRefused. Who has approved this version already has done so."""
    hold_clinic(session)
    name, day = typed
    life = life_of(session, library, protocol.key)
    life.check_approvable(name, staff.name, day, today)
    if any(one.staff_id == staff.id for one in life.approvals if one.digest == life.digest):
        return
    approval = Approval(
        protocol.key, protocol.digest, staff.id, " ".join(name.split()), STATEMENT, today, now
    )
    stored.add_approval(session, tokens(16).hex(), approval)
    facts: dict[str, Fact] = {"digest": protocol.digest}
    _witness(session, "protocol.approved", protocol.key, actor, now, facts)


def make_current(
    session: Session,
    protocol: ScreeningProtocol,
    library: ProtocolLibrary,
    step: int,
    actor: Actor,
    now: datetime,
) -> None:
    """From now on new drafts use it. Raises PublishingRefused, and LifeChanged if `step` passed."""
    _hold_step(session, protocol.name, step)
    life_of(session, library, protocol.key).check_may_become_current()
    _move(session, protocol, Act.CURRENT, step + 1, actor, now)


def retire(
    session: Session,
    protocol: ScreeningProtocol,
    library: ProtocolLibrary,
    step: int,
    actor: Actor,
    now: datetime,
) -> None:
    """No new drafts, for good; submissions keep it. Raises as make_current does.

    The current version of a treatment other than the default's may be retired: that gives it up.
    """
    _hold_step(session, protocol.name, step)
    using = in_use_of(session, library, protocol.name)
    used = using is not None and using.key == protocol.key
    needed = used and protocol.name == library.current.name
    life_of(session, library, protocol.key).check_may_retire(needed)
    _move(session, protocol, Act.RETIRED, step + 1, actor, now)


def adjust(
    session: Session,
    protocol: ScreeningProtocol,
    adjustments: Adjustments,
    library: ProtocolLibrary,
    reason: str,
    actor: Actor,
    now: datetime,
) -> ScreeningProtocol:
    """A version of the clinic's own; raises AdjustmentRefused, PublishingRefused without a reason.

    `adjustments` are all of them, against the released version. The same ones make the same
    version, which is kept once.
    """
    hold_clinic(session)
    released = library.get(protocol.released_key)
    made = released.adjusted(adjustments)
    if not reason.strip():
        raise PublishingRefused({"reason": "Say why, in a sentence."})
    if stored.list_adjusted_versions(session, made.key):
        raise PublishingRefused({"": f"There is such a version already: {made.key}."})
    stored.add_adjusted_version(
        session,
        stored.AdjustedVersion(
            protocol=made.key,
            digest=made.digest,
            released=released.key,
            released_digest=released.digest,
            based_on=protocol.key,
            adjustments=adjustments,
            reason=reason.strip(),
            staff_id=str(actor.id),
            made_at=now,
        ),
    )
    facts: dict[str, Fact] = {"digest": made.digest, "before": protocol.key}
    _witness(session, "protocol.adjusted", made.key, actor, now, facts)
    return made


def _hold_step(session: Session, name: str, step: int) -> None:
    hold_clinic(session)
    if len(stored.list_moves(session, name)) != step:
        raise LifeChanged


def _move(
    session: Session, of: ScreeningProtocol, act: Act, step: int, actor: Actor, now: datetime
) -> None:
    move = Move(of.name, step, of.key, of.digest, act, str(actor.id), now)
    stored.add_move(session, move)
    event = "protocol.made-current" if act is Act.CURRENT else "protocol.retired"
    facts: dict[str, Fact] = {"digest": of.digest, "step": step}
    _witness(session, event, of.key, actor, now, facts)


def _found(result: Result) -> PropertyFound:
    failures = result.found.failures
    first = tuple(f"{one.about}: {one.what}" for one in failures[:_MOST_FAILURES])
    return PropertyFound(
        result.number, result.sentence, result.found.states, len(failures), result.declared, first
    )


def _witness(
    session: Session,
    event: str,
    protocol: str,
    actor: Actor,
    now: datetime,
    facts: dict[str, Fact],
) -> None:
    append_event(session, AuditEvent(event, now, actor, "protocol", protocol, facts))
