"""Follow-ups that open in place without script: a stylesheet made from the protocol, once.

A browser without ``:has()`` shows every follow-up; the server decides which of them count.
"""

from collections.abc import Iterable, Iterator, Mapping

from screening.domain.conditions import trigger_options
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol


def revealed_by(item: Item, on_page: Iterable[Item]) -> dict[str, frozenset[str]]:
    """The items of the same page, with the options, that reveal this one."""
    names = {one.id for one in on_page}
    triggers = trigger_options(item.shown_when) if item.shown_when is not None else {}
    return {name: options for name, options in triggers.items() if name in names}


def reveal_css(protocol: ScreeningProtocol) -> str:
    rules = "\n".join(rule for section in protocol.sections for rule in _rules(section.items))
    return f"@supports selector(:has(*)) {{\n{rules}\n}}\n"


def _rules(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        triggers = revealed_by(item, items)
        if triggers and item.kind is ItemKind.DATES:
            for option in item.dated_options:
                yield _rule(f"{item.id}-{option}", {item.dates_for: frozenset((option,))})
        elif triggers:
            yield _rule(item.id, triggers)


def _rule(follow_up: str, triggers: Mapping[str, frozenset[str]]) -> str:
    chosen = ", ".join(
        f'input[name="{name}"][value="{option}"]:checked'
        for name, options in triggers.items()
        for option in sorted(options)
    )
    target = f'.follow-up[data-item="{follow_up}"]'
    return f"  .question-group:not(:has({chosen})) {target} {{ display: none; }}"
