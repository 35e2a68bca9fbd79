"""What waits for a second person, as the two see it: names of staff, references, no patient."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from screening.domain.second_person import Request, Stage
from screening.services.casefile import name_of
from screening.services.two_people import one_hand
from screening.storage.database import Session
from screening.storage.second_person import forget_requests, list_requests, read_request
from screening.storage.submissions import references_of

KEPT = timedelta(days=30)
"""So long after its time a request is forgotten; what happened stays in the audit log."""
OPEN = (Stage.WAITING, Stage.READY)


@dataclass(frozen=True, slots=True)
class Asked:
    """`mine`: whoever looks has asked. `held`: their account may be in one hand with the asker's;
    looked for where one request is shown.

    `reference` is empty where it is about no visit.
    """

    request: Request
    stage: Stage
    reference: str
    asked_by: str
    second: str
    mine: bool
    held: bool = False


def all_asked(session: Session, staff_id: str, now: datetime) -> list[Asked]:
    """Everything that is kept, the latest first; a copy that waits to be fetched is its asker's."""
    return _seen(session, list_requests(session), staff_id, now)


def one_asked(session: Session, request_id: str, staff_id: str, now: datetime) -> Asked | None:
    request = read_request(session, request_id)
    if request is None:
        return None
    (seen,) = _seen(session, [request], staff_id, now)
    return replace(seen, held=request.staff_id in one_hand(session, staff_id, now))


def about_visit(session: Session, episode_id: str, now: datetime) -> list[Request]:
    """What is not over of what was asked about this visit."""
    return [one for one in list_requests(session, episode_id) if one.stage(now) in OPEN]


def counts_for(session: Session, staff_id: str, now: datetime) -> tuple[int, int]:
    """How many of others' requests this one could be asked about; how many copies are theirs to
    fetch.
    """
    every = list_requests(session)
    waiting = [one for one in every if one.stage(now) is Stage.WAITING]
    theirs = sum(one.staff_id != staff_id for one in waiting)
    return theirs, sum(one.ready_for(staff_id, now) for one in every)


def forget_asked(session: Session, now: datetime) -> None:
    forget_requests(session, now - KEPT)


def _seen(session: Session, requests: list[Request], staff_id: str, now: datetime) -> list[Asked]:
    known = references_of(session, [one.episode_id for one in requests if one.episode_id])
    return [
        Asked(
            request=one,
            stage=one.stage(now),
            reference=known.get(one.episode_id or "", ""),
            asked_by=name_of(session, one.staff_id),
            second=name_of(session, one.second_id) if one.second_id else "",
            mine=one.staff_id == staff_id,
        )
        for one in requests
    ]
