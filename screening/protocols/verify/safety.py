"""Property 4: the safety cases that the protocol names hold."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from screening.domain.assessment import Flag
from screening.domain.conditions import support
from screening.domain.levels import Level
from screening.domain.protocol import Rule, ScreeningProtocol
from screening.domain.safety_cases import SafetyCase
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.cover import cover
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.fitting import fitting, read_by
from screening.protocols.verify.parts import Cut, Part, cut, with_parents
from screening.protocols.verify.shortest import waits_long_enough
from screening.protocols.verify.states import Outcome, State

SENTENCE = "The protocol's named safety cases hold."
Holds = Callable[[Outcome], bool]
_VACUOUS = Failure("", "No reachable state fits the case, so that it promises nothing.")


def check_safety(protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = bench.parts(protocol)
    return Found.all(_case(case, protocol, parts, bench) for case in protocol.safety_cases)


def _case(
    case: SafetyCase, protocol: ScreeningProtocol, parts: Sequence[Part], bench: Bench
) -> Found:
    """All that was checked, up to the first promise that is broken."""
    count, path = 0, f"safety_cases.{case.id}"
    for found in _Check(case, protocol, parts, bench).results():
        count += found.states
        for failure in found.failures:
            told = replace(failure, about=path, what=f"{case.sentence} {failure.what}")
            return Found(count, (told,))
    return Found(count)


class _Check:
    """One safety case, promise by promise."""

    def __init__(
        self, case: SafetyCase, protocol: ScreeningProtocol, parts: Sequence[Part], bench: Bench
    ) -> None:
        self.case, self.protocol, self.parts, self.bench = case, protocol, parts, bench
        self.named = support(case.given) | case.answers.keys()
        self.told = repr(case)

    def results(self) -> Iterator[Found]:
        then = self.case.then
        yield Found(len(then.binding) + len(then.says), tuple(self._plain()))
        for rule in then.fires:
            yield self._some(self._of(rule), _fires(rule), lambda _: True, f"{rule} is silent")
        for rule in then.never:
            yield self._each(self._of(rule), _silent(rule), f"{rule} fires")
        for item in then.asks:
            yield self._asked(item)
        for rule, wait in then.waits:
            for part in self._of(rule):
                yield waits_long_enough(self.case, self.protocol, part, wait, self.bench)
        yield from self._levels()

    def _levels(self) -> Iterator[Found]:
        then = self.case.then
        least, most = then.level_at_least, then.level_at_most
        if least is not None:
            parts = [part for part in self.parts if _highest(part.rule) >= least]
            yield self._some(
                parts,
                lambda outcome: outcome.assessment.level >= least,
                lambda flag: flag.level >= least,
                f"the level is below {least.value}",
            )
        if most is not None:
            for part in (part for part in self.parts if _highest(part.rule) > most):
                what = f"{part.rule.id} is above {most.value}"
                yield self._each([part], _at_most(part.rule.id, most), what)
        if then.open:
            parts = [part for part in self.parts if part.rule.open_when is not None]
            yield self._some(
                parts,
                lambda outcome: outcome.assessment.open_ended,
                lambda flag: flag.open,
                "a date is named",
            )

    def _of(self, rule: str) -> list[Part]:
        return [part for part in self.parts if part.rule.id == rule]

    def _some(
        self, parts: Sequence[Part], holds: Holds, helps: Callable[[Flag], bool], what: str
    ) -> Found:
        """In every state some of these parts keep the promise."""

        def find(small: Cut) -> tuple[int, State | None]:
            return self._missed(small, holds, what)

        about, near = f"{self.case.id} {what}", with_parents(self.protocol, self.named)
        related = [part for part in parts if part.items & near or not near]
        found = cover(self.protocol, related, self.named, find, helps, self.bench, about)
        if not found.states:
            return Found(0, (_VACUOUS,))
        told = Failure("", f"But here {what}.", found.missed, frozenset(self.protocol.items))
        return Found(found.states, () if found.missed is None else (told,))

    def _each(self, parts: Sequence[Part], holds: Holds, what: str) -> Found:
        """No part breaks the promise in any state."""
        return Found.all(self._hold([part], holds, what) for part in parts)

    def _asked(self, item: str) -> Found:
        return self._hold([], lambda o: item in o.shown, f"{item} is not asked", also=item)

    def _hold(
        self, parts: Sequence[Part], holds: Holds, what: str, also: str | None = None
    ) -> Found:
        small = cut(self.protocol, parts, self.named if also is None else self.named | {also})
        count, missed = self._missed(small, holds, what)
        if not count:
            return Found(0, (_VACUOUS,))
        told = Failure("", f"But here {what}.", missed, small.names)
        return Found(count, () if missed is None else (told,))

    def _missed(self, small: Cut, holds: Holds, what: str) -> tuple[int, State | None]:
        """How many states fit the case, and one of them in which it does not hold."""
        key = ("safety", self.told, what, read_by(self.case, small), self.bench.alike(small))
        return self.bench.once(key, lambda: self._first_missed(small, holds))

    def _first_missed(self, small: Cut, holds: Holds) -> tuple[int, State | None]:
        count = 0
        for state, outcome in fitting(self.case, small, self.bench):
            count += 1
            if not holds(outcome):
                return count, state
        return count, None

    def _plain(self) -> Iterator[Failure]:
        for name in self.case.then.binding:
            if self.protocol.rules[name].override:
                yield Failure("", f"But a clinician may override {name}.")
        for name, words in self.case.then.says:
            if words not in self.protocol.rules[name].patient:
                yield Failure("", f"But the patient text of {name} does not say “{words}”.")


def _highest(rule: Rule) -> Level:
    return max([rule.level, *(level for _, level in rule.level_when)])


def _fires(rule: str) -> Holds:
    return lambda outcome: outcome.flag(rule) is not None


def _silent(rule: str) -> Holds:
    return lambda outcome: outcome.flag(rule) is None


def _at_most(rule: str, most: Level) -> Holds:
    def holds(outcome: Outcome) -> bool:
        flag = outcome.flag(rule)
        return flag is None or flag.level <= most

    return holds
