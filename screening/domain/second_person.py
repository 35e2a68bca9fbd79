"""What one person asks for and another must confirm: a request, its stages, and who counts as two.

Erasing a visit, the copy of everything held about it, and switching this very rule off. A copy
that was confirmed is fetched once, by whoever asked; the other two are done as they are confirmed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from screening.domain.staff import Right

TO_CONFIRM = timedelta(days=7)
TO_FETCH = timedelta(hours=24)
ONE_HAND = timedelta(days=30)
"""So long after one account let another one in, both may be in the hands of one person."""
RIGHT = Right.EXPORT
"""What both must have, whoever asks and whoever confirms."""


class Act(StrEnum):
    ERASE = "erase"
    COPY = "copy"
    SWITCH_OFF = "switch_off"


class Answer(StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    """The rule was switched off meanwhile: it becomes nothing that one person could do."""


class Reason(StrEnum):
    """Why the second person refuses; a choice, so that nothing about a patient is written here."""

    NOT_THE_PATIENT = "not_the_patient"
    WRONG_VISIT = "wrong_visit"
    MUST_BE_KEPT = "must_be_kept"
    NOT_NEEDED = "not_needed"
    TALK_FIRST = "talk_first"


REASONS: Mapping[Act, tuple[Reason, ...]] = MappingProxyType(
    {
        Act.ERASE: tuple(Reason),
        Act.COPY: tuple(one for one in Reason if one is not Reason.MUST_BE_KEPT),
        Act.SWITCH_OFF: (Reason.NOT_NEEDED, Reason.TALK_FIRST),
    }
)


class Stage(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    """A copy that was confirmed and has not been fetched yet."""
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    OVER = "over"
    """Not confirmed, or not fetched, in its time."""


class NotWaiting(Exception):
    """It was answered meanwhile, or its time is over: nothing more can be done about it."""


class NotTheirs(Exception):
    """Only whoever asked may do this; or, of confirming and refusing, only somebody else."""


@dataclass(frozen=True, slots=True)
class Request:
    """`staff_id` asked, `second_id` answered; `fetch_until` is a confirmed copy's alone."""

    id: str
    act: Act
    episode_id: str | None
    staff_id: str
    asked_at: datetime
    expires_at: datetime
    answer: Answer | None = None
    second_id: str | None = None
    answered_at: datetime | None = None
    reason: Reason | None = None
    fetch_until: datetime | None = None
    fetched_at: datetime | None = None

    def stage(self, now: datetime) -> Stage:
        """Where it stands at this moment."""
        if self.answer is None:
            return Stage.WAITING if now < self.expires_at else Stage.OVER
        if self.answer is not Answer.CONFIRMED:
            return Stage(self.answer.value)
        if self.fetch_until is None or self.fetched_at is not None:
            return Stage.DONE
        return Stage.READY if now < self.fetch_until else Stage.OVER

    def ready_for(self, staff_id: str, now: datetime) -> bool:
        """A confirmed copy that this person may fetch now."""
        return self.stage(now) is Stage.READY and self.staff_id == staff_id

    def confirmed(self, by: str, now: datetime) -> "Request":
        until = now + TO_FETCH if self.act is Act.COPY else None
        return replace(self._by_another(Answer.CONFIRMED, by, now), fetch_until=until)

    def refused(self, by: str, reason: Reason, now: datetime) -> "Request":
        return replace(self._by_another(Answer.REFUSED, by, now), reason=reason)

    def withdrawn(self, by: str, now: datetime) -> "Request":
        self._check(Stage.WAITING, now)
        if by != self.staff_id:
            raise NotTheirs
        return replace(self, answer=Answer.WITHDRAWN, answered_at=now)

    def fetched(self, by: str, now: datetime) -> "Request":
        self._check(Stage.READY, now)
        if by != self.staff_id:
            raise NotTheirs
        return replace(self, fetched_at=now)

    def voided(self, now: datetime) -> "Request":
        """Whatever is not over becomes nothing; what is over stays as it is."""
        if self.stage(now) not in (Stage.WAITING, Stage.READY):
            return self
        return replace(self, answer=Answer.VOID, answered_at=now, fetch_until=None)

    def _by_another(self, answer: Answer, by: str, now: datetime) -> "Request":
        self._check(Stage.WAITING, now)
        if by == self.staff_id:
            raise NotTheirs
        return replace(self, answer=answer, second_id=by, answered_at=now)

    def _check(self, stage: Stage, now: datetime) -> None:
        if self.stage(now) is not stage:
            raise NotWaiting


def ask(id_: str, act: Act, episode_id: str | None, by: str, now: datetime) -> Request:
    """A request for this; it waits for seven days."""
    return Request(id_, act, episode_id, by, now, now + TO_CONFIRM)


def in_one_hand(let_in: Iterable[tuple[str, str]], person: str) -> frozenset[str]:
    """The accounts that this person may hold beside their own, by who let whom in lately.

    Whoever let two others in may hold both, and whoever was let in may be held by the one who
    did: so it counts in both directions, and through others.
    """
    pairs, found, new = [*let_in], {person}, {person}
    while new:
        new = {two for pair in pairs for two in pair if found & {*pair}} - found
        found |= new
    return frozenset(found)
