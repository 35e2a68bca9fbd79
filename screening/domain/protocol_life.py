"""The life of a protocol version at this clinic: draft, verified, approved, current, retired.

Only facts are kept: checks, approvals and moves. The stage follows from them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

STATEMENT = (
    "I have read this version: its questions, rules, levels, waits and texts. "
    "I approve it for screening patients at this clinic."
)
"""What an approver agrees to. The words are kept with each approval, so they may change."""


class Stage(StrEnum):
    DRAFT = "draft"
    VERIFIED = "verified"
    APPROVED = "approved"
    CURRENT = "current"
    RETIRED = "retired"


class Act(StrEnum):
    CURRENT = "current"
    RETIRED = "retired"


class PublishingRefused(ValueError):
    """This step cannot be taken; `errors` says why, by the field of the form that it is about."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class PropertyFound:
    """What verify found for one property; `declared`: whether the version says what to check.

    `first` are the first failures in words.
    """

    number: int
    sentence: str
    states: int
    failures: int
    declared: bool = True
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One run of verify over the version with this digest; by nobody: on the command line."""

    protocol: str
    digest: str
    results: tuple[PropertyFound, ...]
    at: datetime
    staff_id: str | None = None

    @property
    def holds(self) -> bool:
        return bool(self.results) and not any(one.failures for one in self.results)

    @property
    def states(self) -> int:
        return sum(one.states for one in self.results)

    @property
    def undeclared(self) -> tuple[PropertyFound, ...]:
        return tuple(one for one in self.results if not one.declared)


@dataclass(frozen=True, slots=True)
class Approval:
    """A clinician's approval: the name as they typed it, and the words they agreed to."""

    protocol: str
    digest: str
    staff_id: str
    name: str
    statement: str
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """`step` counts the moves of one protocol name; of two at the same moment one is refused."""

    name: str
    step: int
    protocol: str
    digest: str
    act: Act
    staff_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Life:
    """What has happened to one version; facts about another digest of it do not count."""

    protocol: str
    digest: str
    checks: tuple[Check, ...] = ()
    approvals: tuple[Approval, ...] = ()
    moves: tuple[Move, ...] = ()
    is_current: bool = False

    @property
    def check(self) -> Check | None:
        """The latest run of verify over exactly this digest."""
        found = [check for check in self.checks if check.digest == self.digest]
        return max(found, key=lambda check: check.at, default=None)

    @property
    def verified(self) -> bool:
        return self.check is not None and self.check.holds

    @property
    def approval(self) -> Approval | None:
        """The first approval of exactly this digest."""
        found = [one for one in self.approvals if one.digest == self.digest]
        return min(found, key=lambda one: one.at, default=None)

    @property
    def retired(self) -> bool:
        return any(move.act is Act.RETIRED for move in self.moves)

    @property
    def stage(self) -> Stage:
        if self.retired:
            return Stage.RETIRED
        if self.is_current:
            return Stage.CURRENT
        if not self.verified:
            return Stage.DRAFT
        return Stage.APPROVED if self.approval else Stage.VERIFIED

    def check_approvable(self, typed: str, name: str, day: date | None, today: date) -> None:
        """Raises PublishingRefused unless this person may approve it with what they typed."""
        errors = self._publishing_faults()
        if " ".join(typed.split()).casefold() != " ".join(name.split()).casefold():
            errors["name"] = f"Type your full name as it stands in your account: {name}."
        if day != today:
            errors["day"] = "Give today's date."
        _refuse(errors)

    def check_may_become_current(self) -> None:
        errors = self._publishing_faults()
        if not errors and self.approval is None:
            errors[""] = "No clinician has approved this version yet."
        if not errors and self.is_current:
            errors[""] = "This version is current already."
        _refuse(errors)

    def check_may_retire(self, in_use: bool) -> None:
        errors = {}
        if self.retired:
            errors[""] = "This version is retired already."
        elif in_use:
            errors[""] = "New forms use this version. Make another one current first."
        _refuse(errors)

    def _publishing_faults(self) -> dict[str, str]:
        if self.retired:
            return {"": "This version is retired. A retired version does not come back."}
        if self.check is None:
            return {"": "This version has not been checked. Nothing is published unchecked."}
        if not self.verified:
            return {"": "The latest check of this version found a property that fails."}
        return {}


def current_key(moves: Sequence[Move]) -> str | None:
    """The version that was made current last, of one protocol name; None before there was one."""
    return next((m.protocol for m in reversed(moves) if m.act is Act.CURRENT), None)


def offered_key(moves: Sequence[Move]) -> str | None:
    """The same, as long as it is not retired: a treatment that the clinic gave up is offered to
    nobody."""
    key = current_key(moves)
    retired = any(move.act is Act.RETIRED and move.protocol == key for move in moves)
    return None if retired else key


def altered(facts: Iterable[Approval | Move], digests: dict[str, str]) -> list[str]:
    """The versions that are not, or not any more, what somebody approved or published."""
    found = {fact.protocol for fact in facts if digests.get(fact.protocol) != fact.digest}
    return sorted(found)


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise PublishingRefused(errors)
