"""What is wrong about the date that a dated rule gives, measured without its own arithmetic."""

from datetime import date

from screening.domain.assessment import Flag
from screening.domain.context import Context
from screening.domain.dates import OVER_2_YEARS, PartialDate
from screening.domain.levels import Level
from screening.domain.protocol import Rule
from screening.domain.reckoning import event_date
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.boundaries import DAY
from screening.protocols.verify.parts import Cut
from screening.protocols.verify.states import Outcome, State


def chosen_key(rule: Rule, outcome: Outcome) -> str:
    return next((key for when, key in rule.waits if when.holds(outcome.facts) is not None), "")


def wrong_about(rule: Rule, small: Cut, state: State, bench: Bench) -> str:
    outcome = bench.engine(small.protocol, state)
    flag = outcome.flag(rule.id)
    return _too_short(rule, small, outcome, flag) or not_the_first(small, state, outcome, bench)


def _too_short(rule: Rule, small: Cut, outcome: Outcome, flag: Flag | None) -> str:
    """Measured without the engine's own arithmetic; an event may have been on any day it allows."""
    event = event_date(rule, outcome.facts)
    wait = small.protocol.waits[chosen_key(rule, outcome)].wait
    today = outcome.facts.days["completion"]
    if isinstance(event, PartialDate):
        latest = min(event.last_day(), today)
    elif isinstance(event, date):
        latest = event
    elif event == OVER_2_YEARS:
        latest = date(today.year - 2, today.month, min(today.day, 28)) - DAY
    else:
        return ""
    clear = _counted(latest, wait.days, wait.months)
    if (flag is not None) != (today < clear):
        return f"the wait ends on {clear}: wrong for a visit on {today}"
    if flag is not None and flag.clear_date != clear:
        return f"the wait ends on {clear}, not on {flag.clear_date}"
    return ""


def _counted(event: date, days: int, months: int) -> date:
    """The end of a wait, counted day by day and month by month."""
    year, month = event.year, event.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    end = date(year, month, 1)
    for _ in range(event.day - 1):
        end += DAY
    end = end if end.month == month else date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(end.toordinal() + days)


def not_the_first(small: Cut, state: State, outcome: Outcome, bench: Bench) -> str:
    """The law itself, for the latest clear date also where another flag is open."""
    first = outcome.assessment.not_before
    if _exempt(small, outcome):
        return ""
    if first is None:
        dated = _dated(outcome)
        return f"no earliest date is named, although {', '.join(dated)} has one" if dated else ""
    on_it, before = (_coming(day, small, state, bench) for day in (first, first - DAY))
    if on_it:
        return f"on {first}, the earliest date, {', '.join(on_it)} still fires"
    return "" if before else f"on {first - DAY}, before the earliest date, nothing fires any more"


def _exempt(small: Cut, outcome: Outcome) -> bool:
    rules = [small.protocol.rules[flag.rule] for flag in outcome.assessment.flags]
    return any(len(rule.checked_on) > 1 for rule in rules)


def _coming(day: date, small: Cut, state: State, bench: Bench) -> list[str]:
    """The dated stop and review flags for a visit on another day."""
    context = state.context
    other = Context(context.completed_on, day, context.jurisdiction, context.modality)
    return _dated(bench.engine(small.protocol, State(state.raw, other)))


def _dated(outcome: Outcome) -> list[str]:
    flags = outcome.assessment.flags
    return [f.rule for f in flags if f.clear_date is not None and f.level >= Level.REVIEW]
