"""Turns one [[safety_cases]] table into a SafetyCase."""

from collections.abc import Mapping

from screening.domain.conditions import Condition
from screening.domain.dates import Wait
from screening.domain.levels import Level
from screening.domain.safety_cases import Promise, SafetyCase
from screening.protocols.condition_reader import read_condition, read_wait
from screening.protocols.rule_reader import read_level
from screening.protocols.shapes import Table


def read_safety_case(table: Table, named: Mapping[str, Condition]) -> SafetyCase:
    """The safety case that a table writes; what it names is checked with the protocol."""
    case = SafetyCase(
        id=table.text("id"),
        sentence=table.text("sentence"),
        ground=table.text("ground"),
        given=read_condition(table.table("given"), named),
        then=_promise(table.table("then")),
        answers=_answers(table),
        alone=table.flag("alone"),
    )
    table.finish()
    return case


def _answers(table: Table) -> Mapping[str, object]:
    return {} if table.raw("answers") is None else table.table("answers").values


def _promise(table: Table) -> Promise:
    promise = Promise(
        level_at_least=_level(table, "level_at_least"),
        level_at_most=_level(table, "level_at_most"),
        fires=table.texts("fires", ()),
        never=table.texts("never", ()),
        open=table.flag("open"),
        asks=table.texts("asks", ()),
        binding=table.texts("binding", ()),
        waits=_waits(table),
        says=_says(table),
    )
    table.finish()
    if promise == Promise():
        right = "say what follows, for example level_at_least"
        table.wrong("", "this promises nothing", right, None)
    return promise


def _level(table: Table, key: str) -> Level | None:
    return None if table.raw(key) is None else read_level(table, key)


def _waits(table: Table) -> tuple[tuple[str, Wait], ...]:
    """From rule to the shortest wait that is allowed."""
    if table.raw("waits") is None:
        return ()
    given = table.table("waits")
    return tuple((rule, _wait(given.table(rule))) for rule in given.values)


def _wait(table: Table) -> Wait:
    wait = read_wait(table)
    table.finish()
    return wait


def _says(table: Table) -> tuple[tuple[str, str], ...]:
    """From rule to words that its patient text holds."""
    if table.raw("says") is None:
        return ()
    given = table.table("says")
    return tuple((rule, given.text(rule)) for rule in given.values)
