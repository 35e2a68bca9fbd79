"""A counterexample as a filled-in form: a case that ``assess`` accepts, and the same in words."""

import json
from collections.abc import Iterator, Mapping

from screening.domain.conditions import Has, Value, leaves
from screening.domain.dates import OVER_2_YEARS, add_months
from screening.domain.protocol import Item, ItemKind, Option, ScreeningProtocol
from screening.protocols.verify.choices import Raw
from screening.protocols.verify.parts import conditions_of
from screening.protocols.verify.states import State, as_value, is_shown, run


class Forms:
    """Fills in whole forms of one protocol."""

    def __init__(self, protocol: ScreeningProtocol) -> None:
        self.protocol = protocol
        read = {(leaf.item, option) for leaf in _leaves(protocol) for option in leaf.options}
        asking = {(leaf.item, option) for leaf in _asking(protocol) for option in leaf.options}
        self._plain: dict[str, str] = {}
        for item in protocol.items.values():
            telling = [_telling(item.id, option, read, asking) for option in item.options]
            if item.options:
                self._plain[item.id] = item.option_ids[telling.index(min(telling))]

    def filled_in(self, state: State, asked: frozenset[str], lately: bool = False) -> State:
        """The state with the plainest answer to everything else that is asked.

        Items in ``asked`` that the state does not answer stay unanswered: the gap is the point.
        ``lately``: what else happened, happened on the day of completion.
        """
        when = str(state.context.completed_on) if lately else ""
        raw: dict[str, object] = {}
        values: dict[str, Value] = {}
        for item in self.protocol.items.values():
            if not is_shown(item, values, state.context):
                continue
            answer = state.raw.get(item.id)
            if item.id not in asked and (answer is None or item.kind is ItemKind.DATES):
                answer = self._plainest(item, raw, state, when)
            if answer is not None:
                raw[item.id] = answer
                values |= {item.id: as_value(answer)} if item.options else {}
        return State(raw, state.context)

    def _plainest(self, item: Item, raw: Raw, state: State, when: str) -> object:
        """The answer with least to report."""
        if item.kind is ItemKind.BIRTH_DATE:
            return str(add_months(state.context.completed_on, -12 * 40))
        if item.kind is ItemKind.SINGLE:
            return self._plain[item.id]
        if item.kind is ItemKind.MULTI:
            return [self._plain[item.id]]
        if item.kind is ItemKind.DATES:
            ticked = raw.get(item.dates_for)
            chosen = ticked if isinstance(ticked, list) else []
            day = when or _long_ago(item, state)
            return {one: day for one in item.dated_options if one in chosen} or None
        return when or _long_ago(item, state) if item.kind is ItemKind.DATE else None


def _long_ago(item: Item, state: State) -> str:
    """The word for it; a day ten years ago for an item that does not take the word."""
    ten_years = str(add_months(state.context.completed_on, -12 * 10))
    return OVER_2_YEARS if OVER_2_YEARS in item.special_dates else ten_years


def _leaves(protocol: ScreeningProtocol) -> Iterator[Has]:
    for rule in protocol.rules.values():
        for condition in conditions_of(rule):
            yield from (leaf for leaf in leaves(condition) if isinstance(leaf, Has))


def _asking(protocol: ScreeningProtocol) -> Iterator[Has]:
    for item in protocol.items.values():
        if item.shown_when is not None:
            yield from (leaf for leaf in leaves(item.shown_when) if isinstance(leaf, Has))


def _telling(
    item: str, option: Option, read: set[tuple[str, str]], asking: set[tuple[str, str]]
) -> tuple[bool, ...]:
    """How much an option has to report; the least comes first."""
    return (
        not option.exclusive,
        not option.harmless,
        (item, option.id) in asking,
        option.id == "not_sure",
        (item, option.id) in read,
    )


def as_case(state: State) -> str:
    """One line of JSON; ``[`` and ``]`` around it make a file for ``assess``."""
    context = {name: said for name, said in state.context.to_json().items() if said}
    return json.dumps({"id": "counterexample", "context": context, "answers": state.raw})


def in_words(protocol: ScreeningProtocol, state: State, telling: frozenset[str]) -> Iterator[str]:
    """What this person says that matters, and what the protocol makes of it."""
    outcome = run(protocol, state)
    for item in protocol.items.values():
        if item.id in telling:
            hidden = "" if item in outcome.answers.shown else " (not shown)"
            yield f"{item.wording} {_said(item, state.raw[item.id])}{hidden}"
        elif item.id in outcome.answers.missing:
            yield f"{item.wording} (no answer)"
    context = state.context
    visit = f", for a visit on {context.treatment_date}" if context.treatment_date else ""
    yield f"Completed on {context.completed_on}{visit}; {context.jurisdiction}, {context.modality}."
    raised = ", ".join(f"{f.rule} ({f.level.value})" for f in outcome.assessment.flags)
    yield f"The protocol makes of it: {raised or 'nothing at all'}."


def _said(item: Item, raw: object) -> str:
    labels = {option.id: option.label for option in item.options}
    if isinstance(raw, Mapping):
        return "; ".join(f"{option}: {day}" for option, day in raw.items())
    chosen = raw if isinstance(raw, list) else [raw]
    return " + ".join(f"“{labels.get(str(one), one)}”" for one in chosen)
