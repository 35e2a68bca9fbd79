"""Whether conditions name what exists, and whether follow-ups can ever be shown."""

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import TYPE_CHECKING

from screening.domain.conditions import (
    Condition,
    Facts,
    Has,
    LongerAgo,
    Setting,
    YoungerThan,
    leaves,
    support,
    trigger_options,
)
from screening.domain.faults import Fault

if TYPE_CHECKING:
    from screening.domain.protocol import Item, ScreeningProtocol


def leaf_faults(path: str, condition: Condition, protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """Items, options and settings that the condition names and the protocol lacks."""
    for leaf in leaves(condition):
        if isinstance(leaf, Setting):
            yield from _setting_faults(path, leaf, protocol)
        elif isinstance(leaf, Has | YoungerThan | LongerAgo) and leaf.item not in protocol.items:
            yield Fault(path, f"there is no item {leaf.item}", "name an item of a section")
        elif isinstance(leaf, Has):
            item = protocol.items[leaf.item]
            for option in sorted(leaf.options - set(item.option_ids)):
                right = f"use one of {', '.join(item.option_ids)}"
                yield Fault(
                    path,
                    f"{leaf.item} has no option {option}",
                    right if item.options else "name an item with options",
                )
        elif isinstance(leaf, LongerAgo) and protocol.items[leaf.item].kind not in (
            "date",
            "dates",
        ):
            yield Fault(path, f"{leaf.item} is no date", "name an item of kind date or dates")
        elif isinstance(leaf, YoungerThan) and protocol.items[leaf.item].kind != "birth_date":
            yield Fault(path, f"{leaf.item} is no date of birth", "name an item of kind birth_date")


def _setting_faults(path: str, leaf: Setting, protocol: "ScreeningProtocol") -> Iterator[Fault]:
    allowed = protocol.settings.get(leaf.name)
    if allowed is None:
        right = f"use one of {', '.join(protocol.settings)}"
        yield Fault(path, f"there is no setting {leaf.name}", right)
        return
    for value in sorted(leaf.values - set(allowed)):
        right = f"use one of {', '.join(allowed)}"
        yield Fault(path, f"the setting {leaf.name} is never {value}", right)


def shown_when_faults(
    item: "Item",
    shown_when: Condition,
    earlier: Mapping[str, "Item"],
    protocol: "ScreeningProtocol",
) -> Iterator[Fault]:
    """What is wrong with the condition under which an item is asked."""
    path = f"{item.path}.shown_when"
    faults = list(leaf_faults(path, shown_when, protocol))
    for name in sorted(support(shown_when) & protocol.items.keys() - earlier.keys()):
        right = "a follow-up looks only backwards: ask it earlier"
        faults.append(Fault(path, f"{name} is not asked before this item", right))
    if not faults and not _can_hold(shown_when, earlier, protocol):
        right = "make the condition reachable"
        faults.append(Fault(path, "no answers can ever show this item", right))
    yield from faults or _page_faults(path, shown_when)


def _page_faults(path: str, shown_when: Condition) -> Iterator[Fault]:
    """A page reveals a follow-up in place without script, so its condition must be plain."""
    try:
        trigger_options(shown_when)
    except ValueError as error:
        yield Fault(path, str(error), "use has, setting, or any of them")


def _can_hold(
    condition: Condition, items: Mapping[str, "Item"], protocol: "ScreeningProtocol"
) -> bool:
    """Whether some answers and settings make the condition hold, tried one by one."""
    mentioned: dict[str, frozenset[str]] = {}
    for leaf in leaves(condition):
        if isinstance(leaf, Has):
            mentioned[leaf.item] = mentioned.get(leaf.item, frozenset()) | leaf.options
    choices = [_possible(items[name], options) for name, options in mentioned.items()]
    settings = [[(name, value) for value in values] for name, values in protocol.settings.items()]
    return any(
        condition.holds(Facts(dict(zip(mentioned, chosen, strict=True)), settings=dict(setting)))
        is not None
        for setting in product(*settings)
        for chosen in product(*choices)
    )


def _possible(item: "Item", options: frozenset[str]) -> list[frozenset[str]]:
    most = 1 if item.kind.value == "single" else len(options)
    sizes = range(most + 1)
    return [frozenset(some) for size in sizes for some in combinations(sorted(options), size)]
