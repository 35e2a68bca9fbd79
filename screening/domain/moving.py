"""A draft moves to another protocol version: what still fits goes along, nothing is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from screening.domain.answer_events import Advised
from screening.domain.answers import Wrong, examine, read_value
from screening.domain.context import Context
from screening.domain.draft import Draft
from screening.domain.protocol import Item, ScreeningProtocol


@dataclass(frozen=True)
class Move:
    """The draft under its new version, and the items shown there that are new or changed."""

    draft: Draft
    new_items: tuple[Item, ...]


def moved(draft: Draft, old: ScreeningProtocol, new: ScreeningProtocol, context: Context) -> Move:
    """Answers to questions that read the same stay answers. Those to changed questions are shown
    again, to be looked at anew; those to questions that are gone are kept for the clinician."""
    said = {**draft.kept, **draft.answers}
    same = frozenset(name for name in new.items if asks_the_same(old, new, name))
    answers = {name: raw for name, raw in draft.answers.items() if name in same}
    fitting = frozenset(
        name for name, raw in said.items() if name in same or fits(new, name, raw, context)
    )
    shown = {item.id for item in examine(new, context, answers)[0].shown}
    kept = {name: raw for name, raw in said.items() if name in fitting}
    changed = {name: raw for name, raw in draft.changed.items() if name in new.items}
    gone = {name: raw for name, raw in {**draft.changed, **said}.items() if name not in fitting}
    gone = {name: raw for name, raw in gone.items() if name not in changed}
    after = replace(
        draft,
        answers={name: raw for name, raw in answers.items() if name in shown},
        kept={name: raw for name, raw in kept.items() if name not in answers or name not in shown},
        unfinished={name: typed for name, typed in draft.unfinished.items() if name in same},
        changed=changed,
        gone={**draft.gone, old.key: gone} if gone else draft.gone,
    )
    asked, _ = after.read(new, context)
    return Move(after, tuple(item for item in asked.shown if item.id not in same))


def put_aside(draft: Draft, advised: Iterable[Advised], now: ScreeningProtocol) -> Draft:
    """Urgent signs of whatever version are kept in a draft of this one."""
    for one in advised:
        here = {name: raw for name, raw in one.signs.items() if name in now.items}
        gone = {name: raw for name, raw in one.signs.items() if name not in here}
        draft = draft.putting_aside(here)
        if gone:
            before = draft.gone.get(one.asked, {})
            draft = replace(draft, gone={**draft.gone, one.asked: {**before, **gone}})
    return draft


def asks_the_same(old: ScreeningProtocol, new: ScreeningProtocol, name: str) -> bool:
    before, now = old.items.get(name), new.items.get(name)
    return before is not None and now is not None and _asked(before) == _asked(now)


def _asked(item: Item) -> tuple[object, ...]:
    """All that a person reads and may answer."""
    options = tuple((option.id, option.label, option.exclusive) for option in item.options)
    dated = (item.special_dates, item.dates_for, item.dated_options)
    return (item.kind, item.wording, item.why, options, dated)


def fits(new: ScreeningProtocol, name: str, raw: object, context: Context) -> bool:
    """Whether a changed question still knows this answer."""
    item = new.items.get(name)
    if item is None:
        return False
    ticked = frozenset(raw) if isinstance(raw, Mapping) else frozenset()
    try:
        read_value(item, raw, context.completed_on, {item.dates_for: ticked})
    except Wrong:
        return False
    return True
