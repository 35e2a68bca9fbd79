"""Property 7: on the earliest suitable date no dated stop or review flag fires any more, and the
day before at least one does, whatever the calendar and however exactly the date is known.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, product

from screening.domain.context import Context
from screening.domain.dates import OVER_2_YEARS
from screening.domain.levels import Level
from screening.domain.protocol import ItemKind, Rule, ScreeningProtocol
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.boundaries import DAY, TODAY, UNEVEN_DAYS, first_running, waits_of
from screening.protocols.verify.combinations import all_states
from screening.protocols.verify.findings import Failure, Found
from screening.protocols.verify.measuring import chosen_key, not_the_first, wrong_about
from screening.protocols.verify.parts import Cut, Part, cut
from screening.protocols.verify.states import State

SENTENCE = (
    "On the earliest suitable date no dated stop or review flag fires, and the day before one does."
)
_FEW_DAYS = (TODAY, date(2027, 8, 31), date(2028, 2, 29), date(2027, 3, 1))


def check_waiting(protocol: ScreeningProtocol, bench: Bench) -> Found:
    dated = [part for part in bench.parts(protocol) if part.rule.since and part.helper is None]
    moving = [part for part in dated if _moves(part, protocol)]
    return Found.all(
        (
            *(_alone(part, protocol, bench) for part in dated),
            *(_together(pair, protocol, bench) for pair in combinations(moving, 2)),
        )
    )


def _moves(part: Part, protocol: ScreeningProtocol) -> bool:
    """Whether the wait counts for the earliest date. A birthday is exempt (catalogue, 3.1)."""
    rule = part.rule
    levels = (rule.level, *(level for _, level in rule.level_when))
    born = protocol.items[rule.since.partition(".")[0]].kind is ItemKind.BIRTH_DATE
    return max(levels) >= Level.REVIEW and not born


def _alone(part: Part, protocol: ScreeningProtocol, bench: Bench) -> Found:
    small = cut(protocol, (part,))
    return bench.once(
        ("waiting", part.rule.id, bench.alike(small)), lambda: _waits(part, small, bench)
    )


def _waits(part: Part, small: Cut, bench: Bench) -> Found:
    """All other answers on a few days; one set of answers for each wait on all uneven days."""
    path, count = f"rules.{part.rule.id}.wait", 0
    known: set[str] = set()
    for shape, key in shapes((part,), small, bench):
        for today in _FEW_DAYS if key in known else UNEVEN_DAYS:
            for event in (*told_days(part.rule, small, today), *_long_ago(part.rule, small)):
                count += 1
                state = on_days(shape, {part.rule: event}, today)
                wrong = wrong_about(part.rule, small, state, bench)
                if wrong:
                    return Found(count, (Failure(path, wrong, state, small.names),))
        known.add(key)
    return Found(count)


def shapes(parts: tuple[Part, ...], small: Cut, bench: Bench) -> Iterator[tuple[State, str]]:
    """States in which every one of the parts needs its date, without the dates."""
    items = {part.rule.since.partition(".")[0] for part in parts}
    seen = []
    for state in all_states(small):
        others = {name: raw for name, raw in state.raw.items() if name not in items}
        if others in seen or not items <= state.raw.keys():
            continue
        outcome = bench.engine(small.protocol, state)
        if all(part.rule.when.holds(outcome.facts) is not None for part in parts):
            seen.append(others)
            yield State(others, state.context), "+".join(chosen_key(p.rule, outcome) for p in parts)


def told_days(rule: Rule, small: Cut, today: date) -> Iterator[str]:
    """Both sides of the boundary, and the day itself; each as a day, a month and a year."""
    days = {today}
    for wait in waits_of(rule, small):
        edge = first_running(wait, today)
        days |= {edge - DAY, edge, edge + DAY}
    born = small.protocol.items[rule.since.partition(".")[0]].kind is ItemKind.BIRTH_DATE
    told = {str(day)[:length] for day in days if day <= today for length in (10, 7, 4)}
    yield from sorted(one for one in told if len(one) == 10 or not born)


def _long_ago(rule: Rule, small: Cut) -> tuple[str, ...]:
    """The word for it, where it can be said: no wait may be longer than it means."""
    item = small.protocol.items[rule.since.partition(".")[0]]
    return tuple(word for word in item.special_dates if word == OVER_2_YEARS)


def on_days(shape: State, said: dict[Rule, str], today: date) -> State:
    raw = dict(shape.raw)
    for rule, day in said.items():
        item, _, option = rule.since.partition(".")
        held = raw.get(item, {})
        raw[item] = {**held, option: day} if option and isinstance(held, dict) else day
    context = Context(today, None, shape.context.jurisdiction, shape.context.modality)
    return State(raw, context)


def _together(pair: Iterable[Part], protocol: ScreeningProtocol, bench: Bench) -> Found:
    parts = tuple(pair)
    small = cut(protocol, parts)
    key = ("together", tuple(part.rule.id for part in parts), bench.alike(small))
    return bench.once(key, lambda: _both(parts, small, bench))


def _both(parts: tuple[Part, ...], small: Cut, bench: Bench) -> Found:
    """Of two waits the later one counts: every order of their ends, for one set of answers."""
    count, rules = 0, [part.rule for part in parts]
    shape = next((shape for shape, _ in shapes(parts, small, bench)), None)
    if shape is None:
        return Found()
    for today in _FEW_DAYS:
        for said in product(*(list(told_days(rule, small, today)) for rule in rules)):
            count += 1
            state = on_days(shape, dict(zip(rules, said, strict=True)), today)
            wrong = not_the_first(small, state, bench.engine(small.protocol, state), bench)
            if wrong:
                return Found(
                    count, (Failure(f"rules.{rules[0].id}.wait", wrong, state, small.names),)
                )
    return Found(count)
