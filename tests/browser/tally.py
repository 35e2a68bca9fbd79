"""A tally of what happened at the clinic, kept by a bystander who never asks the app."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from screening.protocols.library import load_library
from tests.browser.lead import Numbers
from tests.browser.thirty import PEOPLE, days, hours
from tests.clock import Clock

LIBRARY = load_library()
TITLES = {rule: one.title for rule, one in LIBRARY.handling(LIBRARY.current_key).items()}
LEVELS = {"stop": "Stop", "review": "Review", "caution": "Caution", "info": "Nothing flagged"}
TIMES = {
    "Under 1 hour": hours(1), "1 to 4 hours": hours(4), "4 to 24 hours": days(1),
    "1 to 2 days": days(2), "2 to 7 days": days(7), "7 days or more": days(9999),
}  # fmt: skip
AGES = {
    "Under 1 day": days(1), "1 to 2 days": days(2), "2 to 3 days": days(3),
    "3 to 7 days": days(7), "7 days or more": days(9999),
}  # fmt: skip
CLINIC, SECOND, PATIENT, LATER, DONE = (
    "Our turn", "Second sign-off", "With the patient", "Deferred", "Decided",
)  # fmt: skip
A_MOMENT = timedelta(seconds=20)


class Tally:
    """Everybody by the name in lists. Whatever is noted takes a moment of the clinic's time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.levels = {one.listed: one.level for one in PEOPLE}
        self.flags = {one.listed: one.flags for one in PEOPLE}
        self.sent = {one.listed: clock() - one.ago for one in PEOPLE}
        self.waits_since = dict(self.sent)
        self.turns = dict.fromkeys(self.sent, CLINIC)
        self.first: dict[str, datetime] = {}
        self.decisions: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.against: Counter[str] = Counter()
        self.sign_offs: Counter[str] = Counter()

    # -- what happens ------------------------------------------------------------------------

    def decides(
        self, who: str, choice: str, *, code: str = "", against: Iterable[str] = ()
    ) -> None:
        turn = {"Ask the patient": PATIENT, "Defer until a date": LATER}.get(choice, DONE)
        self.turns[who] = turn
        self.first.setdefault(who, self.clock())
        self.decisions[choice] += 1
        self.reasons.update([code] if code else [])
        self.against.update(TITLES[rule] for rule in against)
        self._passes()

    def proposes(self, who: str) -> None:
        self.turns[who] = SECOND
        self._passes()

    def agrees(self, who: str, choice: str, *, code: str, against: Iterable[str]) -> None:
        self.sign_offs["Agreed"] += 1
        self.decides(who, choice, code=code, against=against)

    def declines(self, who: str) -> None:
        self.sign_offs["Declined"] += 1
        self.turns[who] = CLINIC
        self._passes()

    def sends_again(self, who: str, level: str, flags: Sequence[str]) -> None:
        """A newer edition: the figures know of no other from now on."""
        self.levels[who], self.flags[who] = level, list(flags)
        self.sent[who] = self.waits_since[who] = self.clock()
        self.turns[who] = CLINIC
        self.first.pop(who, None)
        self._passes()

    def comes_back(self, who: str, day: date) -> None:
        self.turns[who] = CLINIC
        self.waits_since[who] = datetime.combine(day, time(), UTC)

    def _passes(self) -> None:
        self.clock.advance(A_MOMENT)

    # -- what should therefore be read -------------------------------------------------------

    def tabs(self) -> dict[str, int]:
        counted = Counter(self.turns.values())
        each = {turn: counted[turn] for turn in (CLINIC, SECOND, PATIENT, LATER, DONE)}
        return {"All": sum(each.values()), **each}

    def waiting(self) -> list[str]:
        return [who for who, turn in self.turns.items() if turn in (CLINIC, SECOND)]

    def head(self) -> dict[str, str]:
        return {
            "Submissions received": str(len(self.sent)),
            "Median time to a decision": spoken(middle(self._times())),
            "Decisions": str(self.decisions.total()),
            "Waiting now": str(len(self.waiting())),
        }

    def numbers(self) -> Numbers:
        times = self._times()
        ages = [self.clock() - self.waits_since[who] for who in self.waiting()]
        flags = Counter(TITLES[rule] for rules in self.flags.values() for rule in rules)
        return {
            "Submissions by week": written(Counter(monday(sent) for sent in self.sent.values())),
            "Levels": written(Counter(LEVELS[level] for level in self.levels.values())),
            "Time to the first decision": written(Counter(band(one, TIMES) for one in times)),
            "Time to the first decision: half within": {spoken(middle(times)): ""},
            "Time to the first decision: nine in ten within": {
                spoken(times[-(-len(times) * 9 // 10) - 1]): ""
            },
            "Most frequent flags": written(flags),
            "Waiting now, by age": written(Counter(band(one, AGES) for one in ages)),
            "Decisions": written(self.decisions),
            "Decisions against flags": written(self.against),
            "Reasons given": written(self.reasons),
            "Second sign-off": written(self.sign_offs),
        }

    def _times(self) -> list[timedelta]:
        return sorted(self.first[who] - self.sent[who] for who in self.first)


def middle(times: Sequence[timedelta]) -> timedelta:
    half = len(times) // 2
    return times[half] if len(times) % 2 else (times[half - 1] + times[half]) / 2


def band(one: timedelta, ends: dict[str, timedelta]) -> str:
    return next(name for name, end in ends.items() if one < end)


def monday(moment: datetime) -> str:
    day = moment.date() - timedelta(days=moment.weekday())
    return f"{day.day} {day:%B %Y}"


def spoken(length: timedelta) -> str:
    """`3 hours 20 minutes`."""
    minutes = int(length.total_seconds()) // 60
    parts = {"day": minutes // 1440, "hour": minutes // 60 % 24, "minute": minutes % 60}
    named = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in parts.items() if n]
    return " ".join(named[:2])


def written(counted: Counter[str]) -> dict[str, str]:
    return {label: str(number) for label, number in counted.items()}
