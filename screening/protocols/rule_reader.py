"""Turns one [[rules]] table into a Rule."""

from collections.abc import Mapping

from screening.domain.conditions import Always, Condition
from screening.domain.protocol import Level, Process, Rule
from screening.protocols.condition_reader import DAYS, read_condition
from screening.protocols.shapes import Table

_POLICIES = ("critical", "minor", "")


def read_rule(table: Table, named: Mapping[str, Condition]) -> Rule:
    """The rule that a table writes; the caller checks that every key was read."""
    process = _process(table)
    return Rule(
        id=table.text("id"),
        group=table.text("group"),
        level=read_level(table, "level"),
        patient=table.text("patient"),
        clinician=table.text("clinician"),
        evidence=table.text("evidence"),
        sources=table.texts("sources"),
        when=Always() if process else read_condition(table.table("when"), named),
        process=process,
        level_when=tuple(_level_when(one, named) for one in table.tables("level_when")),
        override=table.flag("override", default=True),
        open_when=_open_when(table, named),
        since=table.text("since", ""),
        waits=_waits(table, named),
        checked_on=_checked_on(table),
        fires_without_date=table.flag("fires_without_date"),
        wait_note=table.text("wait_note", ""),
        unsure=_unsure(table),
    )


def read_level(table: Table, key: str) -> Level:
    name = table.text(key)
    if name not in {level.value for level in Level}:
        right = ", ".join(level.value for level in Level)
        return table.wrong(key, f"there is no level {name}", f"use one of {right}", Level.INFO)
    return Level(name)


def _process(table: Table) -> Process | None:
    name = table.text("process", "")
    if name and name not in tuple(Process):
        right = f"use one of {', '.join(Process)}"
        return table.wrong("process", f"there is no process {name}", right, Process.ALWAYS)
    return Process(name) if name else None


def _unsure(table: Table) -> str:
    policy = table.text("unsure", "")
    if policy not in _POLICIES:
        right = f"use {' or '.join(filter(None, _POLICIES))}"
        return table.wrong("unsure", f"there is no policy {policy}", right, "")
    return policy


def _level_when(table: Table, named: Mapping[str, Condition]) -> tuple[Condition, Level]:
    pair = (read_condition(table.table("when"), named), read_level(table, "level"))
    table.finish()
    return pair


def _open_when(table: Table, named: Mapping[str, Condition]) -> Condition | None:
    if table.raw("open_when") is not None:
        return read_condition(table.table("open_when"), named)
    return Always() if table.flag("open") else None


def _waits(table: Table, named: Mapping[str, Condition]) -> tuple[tuple[Condition, str], ...]:
    """The waits in the order in which they are tried, the ordinary one last."""
    waits = []
    for longer in table.tables("longer_wait"):
        waits.append((read_condition(longer.table("when"), named), longer.text("wait")))
        longer.finish()
    ordinary = table.text("wait", "")
    return (*waits, (Always(), ordinary)) if ordinary else tuple(waits)


def _checked_on(table: Table) -> tuple[str, ...]:
    days = table.names("checked_on", ("treatment",))
    for day in days:
        if day not in DAYS:
            table.wrong("checked_on", f"there is no day {day}", f"use {' or '.join(DAYS)}", None)
    return days
