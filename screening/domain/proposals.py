"""Proposals: what would have to be different, as values. Found in ``counterfactual``."""

from dataclasses import dataclass

from screening.domain.levels import Level
from screening.domain.situation import Place


@dataclass(frozen=True, slots=True)
class Change:
    """One answer, or the day of the visit, that would be another: raw values.

    ``onwards``: so would any earlier day of an event, or any later day of the visit.
    """

    place: Place
    given: object
    instead: object
    onwards: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """The fewest changes, with the overall level and the other flags that would come of them."""

    changes: tuple[Change, ...]
    level: Level
    raised: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherSetting:
    """What the flag would be if the clinic had another setting; ``level`` None: not raised."""

    name: str
    value: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """``smallest`` are the smallest changes, the best first; none where no change helps.

    Where one change is enough there is one proposal for each place. Where several are needed
    and one moves the visit, the second proposal leaves the visit as it is planned. ``settings``
    are no facts of the patient and stand apart. ``unfinished``: nothing was found in time.
    """

    smallest: tuple[Proposal, ...] = ()
    settings: tuple[OtherSetting, ...] = ()
    unfinished: bool = False
