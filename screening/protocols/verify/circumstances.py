"""The circumstances under which a cut may behave differently: clinic settings, days, changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

from screening.domain.conditions import Condition, YoungerThan, leaves
from screening.domain.context import Context
from screening.domain.protocol import Process
from screening.protocols.verify.boundaries import TODAY
from screening.protocols.verify.choices import alike, told
from screening.protocols.verify.parts import Cut


def contexts(cut: Cut, watch: Iterable[Condition] = ()) -> list[Context]:
    """Clinic settings and days under which the cut may behave differently."""
    known = told(cut, watch)
    settings = [
        [(name, group[0]) for group in alike(values, known.settings.get(name, ()))]
        for name, values in cut.protocol.settings.items()
    ]
    found = []
    for days, changed in product(_visits(cut, watch), _changed(cut)):
        visit = None if days is None else TODAY + timedelta(days=days)
        plain = Context(TODAY, visit, changed_after_result=changed)
        found += [replace(plain, **_set(setting)) for setting in product(*settings)]
    return found


def _set(setting: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return dict(setting)


def _visits(cut: Cut, watch: Iterable[Condition]) -> list[int | None]:
    """Days from completion to the visit; None where no visit is planned."""
    found: list[int | None] = [None]
    read = [leaf for one in (*cut.conditions, *watch) for leaf in leaves(one)]
    rules = cut.protocol.rules.values()
    if any(isinstance(leaf, YoungerThan) for leaf in read) or any(
        len(rule.checked_on) > 1 for rule in rules
    ):
        found += [40, -40]
    for rule in rules:
        if rule.process is Process.OLD_ANSWERS:
            (*_, (_, key)) = rule.waits
            last = (cut.protocol.waits[key].wait.after(TODAY) - TODAY).days
            found += [last, last + 1]
    return found


def _changed(cut: Cut) -> list[frozenset[str]]:
    processes = {rule.process for rule in cut.protocol.rules.values()}
    some = frozenset(("an_item",))
    return [frozenset(), some] if Process.CHANGED_AFTER_RESULT in processes else [frozenset()]
