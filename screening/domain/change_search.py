"""The search for the smallest change: fewest places first, proven by a lower bound.

To silence a rule, each of its causes must change at one place at least. Causes that share no
place therefore need as many changes as there are (the lower bound), and it is enough to try the
places of one cause, and of what decides whether they are asked, at a time. Nothing is proposed
that opens a new gap or a new contradiction.
"""

from collections.abc import Callable
from dataclasses import dataclass

from screening.domain.causes import Cause, causes_of, contradictions, with_parents
from screening.domain.change_order import in_order, toggles
from screening.domain.dates import is_day
from screening.domain.firing import Firing
from screening.domain.other_answers import Options, options_read, other_answers
from screening.domain.situation import VISIT, Place, Situation

MOST_SITUATIONS = 500
MOST_CHANGES = 12

Changes = tuple[tuple[Place, object], ...]
Unwanted = Callable[[Firing], bool]


class TooFar(Exception):
    """The search was ended before it could tell."""


@dataclass
class Search:
    """``unwanted`` says which firings have to go; ``fixed`` are places that stay as they are."""

    base: Situation
    unwanted: Unwanted
    limit: int = MOST_SITUATIONS
    fixed: frozenset[Place] = frozenset()
    tried: int = 0

    def __post_init__(self) -> None:
        gone = [firing.rule for firing in self.base.firings if self.unwanted(firing)]
        self._read: Options = options_read(gone, self.base.protocol)
        self._rules = frozenset(firing.rule.id for firing in self.base.firings)
        self._core = frozenset[Place]().union(*self._unwanted_causes(self.base))
        self._unfitting = frozenset(contradictions(self.base.case))

    def smallest(self) -> Changes | None:
        """The fewest changes, None where no changes do; raises TooFar."""
        least = self._least(self.base, ())
        for most in range(least or 0, MOST_CHANGES + 1) if least is not None else ():
            found = self._within(self.base, (), most)
            if found is not None:
                return found
        return None

    def alternatives(self) -> list[Changes]:
        """Where one change is enough: the best one at each place, in the order of preference."""
        found: dict[Place, Changes] = {}
        if self._least(self.base, ()) == 1:
            for place, value, there in self._next(self.base, ()):
                if place not in found and self.holds(there):
                    found[place] = ((place, value),)
        return list(found.values())

    def holds(self, situation: Situation) -> bool:
        """Is this a situation that somebody can be in, and is nothing unwanted left."""
        return not situation.impossible and not self._obligations(situation)

    def raised(self, there: Situation) -> tuple[Firing, ...]:
        """The firings that are not there as things stand."""
        return tuple(one for one in there.firings if one.rule.id not in self._rules)

    def _within(self, here: Situation, changes: Changes, most: int) -> Changes | None:
        """The changes made so far and as many more as it takes, up to ``most`` in all."""
        least = self._least(here, changes)
        if least is None or len(changes) + least > most:
            return None
        if least == 0:
            return changes
        for place, value, there in self._next(here, changes):
            found = self._within(there, (*changes, (place, value)), most)
            if found is not None:
                return found
        return None

    def _least(self, here: Situation, changes: Changes) -> int | None:
        """A number of changes that is needed at least; None where nothing helps."""
        apart, used = 0, set[Place]()
        for places in sorted(self._open(here, changes), key=len):
            if not places:
                return None
            if not places & used:
                apart, used = apart + 1, used | places
        return apart

    def _open(self, here: Situation, changes: Changes) -> list[Cause]:
        """For each obligation the places that may still change."""
        closed = self.fixed | {place for place, _ in changes}
        whole = (with_parents(cause, here.protocol) for cause in self._obligations(here))
        return [places - closed for places in whole]

    def _obligations(self, here: Situation) -> list[Cause]:
        """Every cause that has to change: of the unwanted, of new gaps, of new contradictions."""
        gaps = [frozenset((place,)) for place in here.gaps - self.base.gaps]
        unfitting = [one for one in contradictions(here.case) if one not in self._unfitting]
        return self._unwanted_causes(here) + gaps + unfitting

    def _unwanted_causes(self, here: Situation) -> list[Cause]:
        gone = (firing for firing in here.firings if self.unwanted(firing))
        return [cause for firing in gone for cause in causes_of(firing, here)]

    def _next(self, here: Situation, changes: Changes) -> list[tuple[Place, object, Situation]]:
        """What may be changed next, the visit first, then what raises fewest other flags."""
        places = min(self._open(here, changes), key=lambda one: (len(one), sorted(one)))
        found = [
            (self._score(place, value, there), place, value, there)
            for place in in_order(places, here.protocol)
            for value in other_answers(place, here, self._read)
            if not (there := self._there(here, place, value)).impossible
        ]
        found.sort(key=lambda one: one[0])
        return [(place, value, there) for _, place, value, there in found]

    def _there(self, here: Situation, place: Place, value: object) -> Situation:
        self.tried += 1
        if self.tried > self.limit:
            raise TooFar
        return here.with_answer(place, value)

    def _score(self, place: Place, value: object, there: Situation) -> tuple[int, ...]:
        """The visit first, then what raises fewest other flags, then what a rule itself reads.

        Of two days of an event that was dated, the one nearer to the given day comes first.
        """
        given = self.base.answer(place) if place != VISIT else None
        raised = () if is_day(given) else self.raised(there)
        worst = max((firing.level.rank for firing in raised), default=-1)
        core = place not in self._core
        return (place != VISIT, worst, len(raised), core, toggles(given, value))
