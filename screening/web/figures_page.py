"""The figures in words and drawings: for each a title, what exactly is counted, rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from screening.domain.figures import FEWEST, Figures, Ranked
from screening.domain.protocol import Level
from screening.domain.review import ReasonCode
from screening.web.charts import Chart, Row, bars, chart, columns
from screening.web.decision_options import REASONS
from screening.web.queue import DISPOSITIONS
from screening.web.texts import MONTHS, long_date

MOST_FLAGS = 10
_OF_ANSWERS = ("levels", "flags")
_OF_DECISIONS = ("decisions", "against", "reasons", "sign-offs")
LEVEL_WORDS = {
    Level.STOP: "Stop",
    Level.REVIEW: "Review",
    Level.CAUTION: "Caution",
    Level.INFO: "Nothing flagged",
}
# In the table, and under its column.
TIMES = {
    "Under 1 hour": "< 1 h",
    "1 to 4 hours": "1–4 h",
    "4 to 24 hours": "4–24 h",
    "1 to 2 days": "1–2 d",
    "2 to 7 days": "2–7 d",
    "7 days or more": "7 d +",
}
AGES = {
    "Under 1 day": "< 1 d",
    "1 to 2 days": "1–2 d",
    "2 to 3 days": "2–3 d",
    "3 to 7 days": "3–7 d",
    "7 days or more": "7 d +",
}
UNKNOWN_REASON = "No reason from the list"
TOO_FEW = "Fewer than five visits: too few to show without telling about one of them."
Titles = Callable[[str], str]


def charts(found: Figures, title_of: Titles, *, reads: bool) -> tuple[Chart, ...]:
    """Every figure of the page, in its order; `reads`: for whoever may read answers anyway."""
    every = (_coming, _decisions, _against)
    drawn = (one for part in every for one in part(found, title_of))
    return tuple(one if reads else _discreet(one, found) for one in drawn)


def _discreet(one: Chart, found: Figures) -> Chart:
    """Withheld where it is about few visits; that there were none is no secret."""
    about = dict.fromkeys(_OF_ANSWERS, found.received)
    about |= dict.fromkeys(_OF_DECISIONS, found.visits)
    visits = about.get(one.id, FEWEST)
    if visits >= FEWEST or (one.calm and not visits):
        return one
    return replace(one, note="", calm=TOO_FEW, facts=(), shown=(), every=())


def head(found: Figures) -> tuple[tuple[str, str], ...]:
    """The few numbers that stand above the charts."""
    return (
        ("Submissions received", str(found.received)),
        ("Median time to a decision", duration(found.median) if found.median else "–"),
        ("Decisions", str(found.decisions)),
        ("Waiting now", str(found.waiting)),
    )


def duration(time: timedelta) -> str:
    """`42 minutes`, `3 hours 20 minutes`, `2 days 4 hours`: the two largest parts."""
    minutes = int(time.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    first = next((place for place, (count, _) in enumerate(parts) if count), 2)
    named = [_counted(*part) for part in parts[first : first + 2] if part[0]]
    return " ".join(named) or "Under a minute"


def _coming(found: Figures, title_of: Titles) -> Iterator[Chart]:
    weeks = [(long_date(day), count) for day, count in found.weeks]
    short = [f"{day.day} {MONTHS[day.month - 1][:3]}" for day, _ in found.weeks]
    yield chart(
        "weeks", "Submissions by week", columns(weeks, short), unit="Week from",
        note="By the Monday of their week. A submission is the latest edition of an episode: "
        "one that the patient followed with a newer one is not counted again.",
        calm=None if found.received else "Nothing was received in this period.",
    )  # fmt: skip
    levels = [(LEVEL_WORDS[level], count) for level, count in found.levels.items()]
    yield chart(
        "levels", "Levels", bars(levels, [level.value for level in found.levels]), unit="Level",
        note="Submissions received in the period by the level that the rules gave them.",
        calm=None if found.received else "Nothing was received in this period.",
    )  # fmt: skip
    yield _times(found)
    flags = _titled(found.rules, title_of)
    yield chart(
        "flags", "Most frequent flags", bars(flags[:MOST_FLAGS]), unit="Flag", of=found.received,
        note="In how many of the submissions received in the period each flag was raised."
        + (f" The first {MOST_FLAGS}; the file holds all." if len(flags) > MOST_FLAGS else ""),
        calm=None if flags else "No flag was raised in this period.", every=flags,
    )  # fmt: skip


def _times(found: Figures) -> Chart:
    still = found.received - found.decided
    drawn = chart(
        "times", "Time to the first decision",
        columns(list(zip(TIMES, found.times, strict=True)), list(TIMES.values())), unit="Time",
        note="From the moment a submission came in to the first decision on it that had effect, "
        "nights and weekends included. "
        + (f"Left out: {_counted(still, 'submission')} without a decision yet." if still else ""),
        calm=None if found.decided else "Nothing received in this period has been decided yet.",
    )  # fmt: skip
    if found.median is None or found.nine_in_ten is None:
        return drawn
    facts = (
        {"label": "Half within", "value": duration(found.median)},
        {"label": "Nine in ten within", "value": duration(found.nine_in_ten)},
    )
    return replace(drawn, facts=facts)


def _decisions(found: Figures, _title_of: Titles) -> Iterator[Chart]:
    ages = list(zip(AGES, found.ages, strict=True))
    yield chart(
        "waiting", "Waiting now, by age", columns(ages, list(AGES.values())), unit="Waiting for",
        note="Now, whatever the period: submissions that need a clinician or a second one. Age "
        "counts from when they came in, or from the day on which a deferral ended.",
        calm=None if found.waiting else "Nothing is waiting for a clinician.",
    )  # fmt: skip
    kinds = [(DISPOSITIONS[kind], count) for kind, count in found.dispositions.items()]
    bulk = f" {_counted(found.in_bulk, 'decision')} confirmed from the list of the unflagged."
    yield chart(
        "decisions", "Decisions", bars(kinds), unit="Decision",
        note="Decisions that took effect in the period, each one counted, also those that were "
        "replaced later." + (bulk if found.in_bulk else ""),
        calm=None if found.decisions else "Nothing was decided in this period.",
    )  # fmt: skip


def _against(found: Figures, title_of: Titles) -> Iterator[Chart]:
    calm = None if found.against else "No decision of this period went against a flag."
    rules = _titled(found.against_rules, title_of)
    yield chart(
        "against", "Decisions against flags", bars(rules[:MOST_FLAGS]), unit="Flag",
        of=found.against, every=rules,
        note=f"{_counted(found.against, 'decision')} of the period went against the level. One "
        "that went against several flags stands at each; “do not treat” goes against none.",
        calm=calm or (None if rules else "None of them went against a particular flag."),
    )  # fmt: skip
    reasons = [(_reason(code), count) for code, count in found.against_reasons]
    yield chart(
        "reasons", "Reasons given", bars(reasons), unit="Reason",
        note="Why those decisions went against the level: the reason chosen from the list.",
        calm=calm,
    )  # fmt: skip
    signed = found.sign_offs
    said = {"Agreed": signed.agreed, "Declined": signed.declined, "Waiting": signed.waiting}
    yield chart(
        "sign-offs", "Second sign-off", bars(list(said.items())), unit="Second clinician",
        note="Decisions made in the period that override a stop, by what a second clinician said.",
        calm=None if signed.asked else "No decision of this period needed a second clinician.",
    )  # fmt: skip


def _titled(rules: Ranked, title_of: Titles) -> list[Row]:
    return [(title_of(rule), count) for rule, count in rules]


def _reason(code: str) -> str:
    return REASONS[ReasonCode(code)] if code in set(ReasonCode) else UNKNOWN_REASON


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def table(drawn: Sequence[Chart], first: date, last: date) -> Iterator[tuple[str | int, ...]]:
    """The same as rows of a file."""
    yield "Figure", "Row", "Number", "Share in per cent", "From", "To"
    days = first.isoformat(), last.isoformat()
    for one in drawn:
        if one.calm == TOO_FEW:
            yield one.title, TOO_FEW, "", "", *days
        for fact in one.facts:
            yield f"{one.title}: {fact['label'].lower()}", fact["value"], "", "", *days
        for label, value, share in one.every:
            yield one.title, label, value, share.removesuffix(" %"), *days


def titles(handlings: Mapping[str, object]) -> Titles:
    return lambda rule: str(getattr(handlings.get(rule), "title", rule))
