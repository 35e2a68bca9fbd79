"""Draft: an unfinished questionnaire, and what becomes of an answer when its item hides.

``answers`` are said to items that are shown; ``kept`` were said to items that have hidden since:
they come back when the item does, and are withdrawn when the draft is sent. An answer to an
item that was never shown is not taken at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from screening.domain.answers import Answers, examine, shown_items
from screening.domain.context import Context
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol

Raw = Mapping[str, object]
Typed = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True)
class Draft:
    """``unfinished``: what was typed into a field without becoming an answer, by item.
    ``changed``: the former answers that were changed after a result had been shown.
    ``settled``: what was said to the points on the check page, by point; see points.py.
    ``about_typed``: by box, what was typed beside ``about`` and is of no use yet.
    ``gone``: by earlier protocol version, answers to what is not asked any more; see moving.py."""

    answers: Raw = field(default_factory=dict)
    kept: Raw = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    unfinished: Typed = field(default_factory=dict)
    changed: Raw = field(default_factory=dict)
    settled: Raw = field(default_factory=dict)
    gone: Mapping[str, Raw] = field(default_factory=dict)
    about_typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def withdrawn(self) -> dict[str, object]:
        return {**self.kept, **self.changed}

    @property
    def identity(self) -> dict[str, str]:
        """Who it is and how to reach them; the day of the visit belongs to the context."""
        return {name: one for name, one in self.about.items() if name != "treatment_date"}

    def prefill(self, item: str) -> object:
        """What the page shows for this item: the answer, with what was kept of it beside."""
        now, before = self.answers.get(item), self.kept.get(item)
        if isinstance(before, Mapping):
            return {**before, **(now if isinstance(now, Mapping) else {})}
        return before if now is None else now

    def saying(
        self,
        protocol: ScreeningProtocol,
        context: Context,
        asked: Iterable[str],
        posted: Raw,
        unfinished: Typed | None = None,
    ) -> "Draft":
        """This draft after a page that asks these items was sent with these answers."""
        on_page = frozenset(asked)
        given = {name: raw for name, raw in self.answers.items() if name not in on_page}
        given |= {name: raw for name, raw in posted.items() if name in on_page}
        shown = {item.id: item for item in shown_items(protocol, context, given)}
        answers = {name: _ticked(item, given) for name, item in shown.items() if name in given}
        answers = {name: raw for name, raw in answers.items() if raw is not None}
        typed = {name: one for name, one in self.unfinished.items() if name not in on_page}
        typed |= {name: one for name, one in (unfinished or {}).items() if name in shown}
        seen_to = frozenset(on_page & shown.keys())
        return replace(
            self, answers=answers, kept=self._kept(answers, seen_to, protocol), unfinished=typed
        )

    def putting_aside(self, signs: Raw) -> "Draft":
        """Urgent signs were advised on: they are kept, and must be answered again."""
        answers = {name: raw for name, raw in self.answers.items() if name not in signs}
        return replace(self, answers=answers, changed={**self.changed, **signs})

    def _kept(
        self, answers: Raw, seen_to: frozenset[str], protocol: ScreeningProtocol
    ) -> dict[str, object]:
        kept: dict[str, object] = {}
        for name in (*self.kept, *self.answers):
            if name in kept:
                continue
            if protocol.items[name].kind is ItemKind.DATES:
                rest = self._unticked(protocol.items[name], answers)
                kept |= {name: rest} if rest else {}
            elif name not in answers and name not in seen_to:
                kept[name] = self.prefill(name)
        return kept

    def _unticked(self, item: Item, answers: Raw) -> dict[str, object]:
        """The dates once given for treatments that are not ticked any more."""
        before = self.prefill(item.id)
        ticked = _chosen(answers.get(item.dates_for))
        pairs = before.items() if isinstance(before, Mapping) else ()
        return {option: raw for option, raw in pairs if option not in ticked}

    def read(self, protocol: ScreeningProtocol, context: Context) -> tuple[Answers, frozenset[str]]:
        """The answers so far, and the items to see to: missing, faulty or half typed."""
        answers, errors = examine(protocol, context, self.answers)
        shown = {item.id for item in answers.shown}
        return answers, frozenset(answers.missing) | (
            errors.keys() | self.unfinished.keys()
        ) & shown

    def to_json(self) -> dict[str, object]:
        return {
            "answers": dict(self.answers),
            "kept": dict(self.kept),
            "about": dict(self.about),
            "unfinished": {name: dict(typed) for name, typed in self.unfinished.items()},
            "changed": dict(self.changed),
            "gone": {version: dict(answers) for version, answers in self.gone.items()},
            **({"settled": dict(self.settled)} if self.settled else {}),
            **({"about_typed": dict(self.about_typed)} if self.about_typed else {}),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> "Draft":
        parts = {name: body.get(name) for name in cls.__dataclass_fields__}
        return cls(
            **{name: dict(part) for name, part in parts.items() if isinstance(part, Mapping)}
        )


def _chosen(raw: object) -> frozenset[str]:
    return frozenset(map(str, raw)) if isinstance(raw, list | tuple) else frozenset()


def _ticked(item: Item, given: Raw) -> object:
    """The answer, of dates only those whose treatment is ticked."""
    raw = given[item.id]
    if item.kind is not ItemKind.DATES or not isinstance(raw, Mapping):
        return raw
    ticked = _chosen(given.get(item.dates_for))
    return {option: one for option, one in raw.items() if option in ticked} or None
