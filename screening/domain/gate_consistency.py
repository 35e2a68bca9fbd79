"""Whether a protocol keeps the two promises of the gate: age is asked first, children are stopped.

Health answers of somebody under 18 are never stored (catalogue 4.3), so the pages need both.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screening.domain.conditions import Always
from screening.domain.faults import Fault
from screening.domain.levels import Level

if TYPE_CHECKING:
    from screening.domain.protocol import Rule, ScreeningProtocol

_MONTHS = 12 * 18


def gate_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """What is missing before anybody can be asked anything."""
    born = [i.id for i in protocol.items.values() if i.gate and i.kind.value == "birth_date"]
    if not born:
        right = 'add an item with kind = "birth_date" and gate = true'
        yield Fault("sections", "nobody is asked for a date of birth before all else", right)
    elif not any(rule.since in born and _stops(rule, protocol) for rule in protocol.rules.values()):
        right = "declare a stop for everybody since the date of birth, with a wait of 216 months, "
        right += 'override = false and checked_on = ["treatment", "completion"]'
        yield Fault("rules", "no rule stops whoever is under 18", right)


def _stops(rule: "Rule", protocol: "ScreeningProtocol") -> bool:
    waits = [protocol.waits[key].wait for _, key in rule.waits if key in protocol.waits]
    return (
        isinstance(rule.when, Always)
        and rule.level is Level.STOP
        and not rule.override
        and all(wait.months >= _MONTHS for wait in waits)
        and {"treatment", "completion"} <= set(rule.checked_on)
    )
