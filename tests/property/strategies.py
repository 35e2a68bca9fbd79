"""Random patients: their answers in the raw shape, complete or not, and their circumstances.

Days are drawn as days before completion and set on the calendar afterwards, so that every
strategy is built once: building them for each patient would take longer than the tests.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from screening.domain.answers import Answers, read_answers
from screening.domain.assessment import Assessment, evaluate
from screening.domain.context import JURISDICTIONS, MODALITIES, Context
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from tests.worked_cases import NOTHING_TO_REPORT, PROTOCOL

Raw = dict[str, Any]
ITEMS = PROTOCOL.items


@dataclass(frozen=True)
class Ago:
    """A day before completion, told as a day (10 letters), a month (7) or a year (4)."""

    days: int
    letters: int = 10

    def on(self, today: date) -> str:
        return (today - timedelta(days=self.days)).isoformat()[: self.letters]


@dataclass(frozen=True)
class Patient:
    """``raw`` answers under a context, and what the protocol makes of them."""

    raw: Raw
    context: Context

    @property
    def answers(self) -> Answers:
        return read_answers(PROTOCOL, self.context, self.raw)

    @property
    def assessment(self) -> Assessment:
        return self.assessed_by(PROTOCOL)

    def assessed_by(self, protocol: ScreeningProtocol) -> Assessment:
        return evaluate(protocol, self.answers, self.context)

    def coming_on(self, day: date) -> "Patient":
        return Patient(self.raw, replace(self.context, treatment_date=day))

    def saying(self, changes: Raw) -> "Patient":
        """The same patient with some answers changed; None takes one away."""
        kept = {item: value for item, value in (self.raw | changes).items() if value is not None}
        return Patient(kept, self.context)


def dated(value: Any, today: date) -> Any:
    """The value with its days set on the calendar."""
    if isinstance(value, Ago):
        return value.on(today)
    if isinstance(value, dict):
        return {key: dated(one, today) for key, one in value.items()}
    return value


def _patient(raw: Raw, context: Context) -> Patient:
    return Patient(dated(raw, context.completed_on), context)


def _context(
    completed: date, days: int | None, where: str, how: str, changed: frozenset[str]
) -> Context:
    treatment = None if days is None else completed + timedelta(days=days)
    return Context(completed, treatment, where, how, changed)


CONTEXTS = st.builds(
    _context,
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.none() | st.integers(-30, 500),
    st.sampled_from(JURISDICTIONS),
    st.sampled_from(MODALITIES),
    st.frozensets(st.sampled_from(list(ITEMS)), max_size=2),
)
# Most days are recent enough for a wait to matter.
DAYS_AGO = st.integers(0, 40) | st.integers(0, 1200)
PARTIAL_DATES = st.builds(Ago, DAYS_AGO, st.sampled_from([10, 7, 4]))
EXACT_DATES = st.builds(Ago, DAYS_AGO)
# Most people are grown up; some are about to be 18 or 22.
BIRTH_DATES = st.builds(
    Ago,
    st.integers(25 * 365, 90 * 365)
    | st.integers(6575 - 40, 6575 + 40)
    | st.integers(8036 - 40, 8036 + 40),
)


def _answers_to(item: Item) -> st.SearchStrategy[Any]:
    """Any answer to the item that the reader takes."""
    when = PARTIAL_DATES | st.sampled_from(item.special_dates or ("unknown",))
    if item.kind is ItemKind.SINGLE:
        return st.sampled_from(item.option_ids)
    if item.kind is ItemKind.MULTI:
        return st.lists(st.sampled_from(item.option_ids), min_size=1, max_size=4)
    if item.kind is ItemKind.BIRTH_DATE:
        return BIRTH_DATES
    if item.kind is ItemKind.DATE:
        return when
    if item.kind is ItemKind.DATES:
        return st.fixed_dictionaries(dict.fromkeys(item.dated_options, when))
    return st.sampled_from(["", "a note", "<b>&\n\u202e"])


ANSWER = {name: _answers_to(item) for name, item in ITEMS.items()}
# Answers to every item, also to those that are then not shown.
EVERYTHING = st.fixed_dictionaries(ANSWER)
FOLLOW_UPS = st.fixed_dictionaries(
    {name: ANSWER[name] for name, item in ITEMS.items() if item.shown_when is not None}
)
A_FEW = st.lists(st.sampled_from(list(ITEMS)), unique=True, max_size=5).flatmap(
    lambda names: st.fixed_dictionaries({name: ANSWER[name] for name in names})
)

USUAL = NOTHING_TO_REPORT["answers"]
PATIENTS_OF_ALL_KINDS = st.builds(_patient, EVERYTHING, CONTEXTS)
# Vignette V01 with a few answers of another kind, as most real patients are.
PATIENTS_WITH_LITTLE_TO_REPORT = st.builds(
    lambda follow_ups, few, context: _patient(follow_ups | USUAL | few, context),
    FOLLOW_UPS,
    A_FEW,
    CONTEXTS,
)

# Every wait that the protocol knows, with the answers that it waits for; nothing that is open.
WAITING = st.fixed_dictionaries(
    {},
    optional={
        "sun_recent": st.sampled_from(["sunburn", "tan_or_sunbed", "fake_tan"]),
        "herpes_history": st.sampled_from([["lips_face"], ["treatment_area"], ["elsewhere"]]),
        "isotretinoin": st.just("past"),
        "conditions": st.sampled_from([["cancer_past"], ["cancer_past", "smokes"]]),
        "recent_treatments": st.lists(
            st.sampled_from(ITEMS["recent_treatment_dates"].dated_options),
            unique=True,
            min_size=1,
            max_size=3,
        ),
        "home_device": st.sampled_from(["past", "now"]),
        "active_skincare": st.sampled_from([["acid"], ["retinoid", "vitamin_c"]]),
        "dark_marks": st.just("often"),
        "date_of_birth": BIRTH_DATES,
    },
)
DATES = st.fixed_dictionaries(
    {
        name: PARTIAL_DATES
        if item.kind is ItemKind.DATE
        else st.fixed_dictionaries(dict.fromkeys(item.dated_options, PARTIAL_DATES))
        for name, item in ITEMS.items()
        if item.kind in (ItemKind.DATE, ItemKind.DATES)
    }
)
HOW = st.fixed_dictionaries(
    {"home_device_how": st.sampled_from([["none_of_these"], ["bled"], ["not_sure"]])}
)
QUIET = {"implants": ["none"], "herpes_pattern": ["none"], "home_device_problem": ["none"]}
PATIENTS_WHO_WAIT = st.builds(
    lambda waiting, dates, how, context: _patient(QUIET | USUAL | dates | how | waiting, context),
    WAITING,
    DATES,
    HOW,
    CONTEXTS,
)

# Complete answers of every kind.
PATIENTS = PATIENTS_OF_ALL_KINDS | PATIENTS_WITH_LITTLE_TO_REPORT | PATIENTS_WHO_WAIT


def _without(patient: Patient, gaps: set[str], treatments: set[str]) -> Patient:
    dates = patient.raw.get("recent_treatment_dates", {})
    some = {name: day for name, day in dates.items() if name not in treatments}
    return patient.saying({"recent_treatment_dates": some} | dict.fromkeys(gaps))


# As far as somebody came: any answers may be missing, and some dates of treatments.
PATIENTS_WITH_GAPS = st.builds(
    _without,
    PATIENTS,
    st.sets(st.sampled_from(list(ITEMS)), max_size=12),
    st.sets(st.sampled_from(ITEMS["recent_treatment_dates"].dated_options), max_size=4),
)
ANYBODY = PATIENTS | PATIENTS_WITH_GAPS
