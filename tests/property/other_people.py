"""Everybody who differs from a patient in one answer, or who comes on another day."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from screening.domain.protocol import Item, ItemKind
from screening.domain.situation import VISIT
from tests.property.strategies import Patient

WIDTHS = (1, 2, 7, 14, 28, 60, 92, 183, 365)


def with_answer(patient: Patient, place: str, value: Any) -> Patient:
    if place == VISIT:
        return patient.coming_on(value)
    name, _, option = place.partition(".")
    if option:
        value = {**patient.raw.get(name, {}), option: value}
    return patient.saying({name: value})


def other_values(item: Item, given: Any) -> Iterator[Any]:
    """Every other certain answer to a choice; of many ticks, those that differ in up to two."""
    options = [option for option in item.option_ids if option != "not_sure"]
    if item.kind is ItemKind.SINGLE:
        yield from options
    if item.kind is ItemKind.MULTI:
        ticked = set(given or [])
        sizes = range(1, len(options) + 1) if len(options) <= 5 else ()
        yield from (list(some) for size in sizes for some in combinations(options, size))
        for size in (1, 2):
            for some in combinations(options, size):
                yield [one for one in item.option_ids if one in ticked ^ set(some)]
                yield [one for one in item.option_ids if one in ticked - {"not_sure", *some}]
        yield from ([option] for option in options)


def fits(item: Item, ticks: Any) -> bool:
    """Could the form send this: something, and nothing beside an answer that stands alone."""
    if not isinstance(ticks, list):
        return True
    return bool(ticks) and (len(ticks) == 1 or not item.exclusive_ids & set(ticks))


def days_around(patient: Patient) -> Iterator[date]:
    today, visit = patient.context.completed_on, patient.context.treatment_day
    for start in (today, visit):
        for width in WIDTHS:
            yield from (start - timedelta(days=width + more) for more in (-3, -1, 0, 1, 3, 5))


def single_changes(patient: Patient) -> Iterator[Patient]:
    """Everybody who answers one question otherwise, or comes on another day."""
    said, today = patient.answers.to_json(), patient.context.completed_on
    same = Patient(dict(said), patient.context)
    for item in patient.answers.shown:
        for value in other_values(item, said.get(item.id)):
            if fits(item, value):
                yield with_answer(same, item.id, value)
        if item.kind is ItemKind.DATE:
            for day in (day for day in days_around(patient) if day <= today):
                yield with_answer(same, item.id, day.isoformat())
    clear = patient.assessment.clear_dates.values()
    yield from (same.coming_on(day) for day in clear if day >= today)
