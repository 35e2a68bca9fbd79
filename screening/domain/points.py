"""Points: what is put to the patient once more before the answers are sent.

Words that name something which no answer says, and answers that do not fit together. A point asks
and never blocks; whatever is said to it, the answers stay as they are until the patient changes
them, no flag is raised and none is cleared. What was said is kept for the clinician.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from screening.domain.recogniser import Mention, Recognised

if TYPE_CHECKING:
    from screening.domain.answers import Answers
    from screening.domain.context import Context
    from screening.domain.contradictions import Contradiction
    from screening.domain.protocol import ScreeningProtocol

Raw = Mapping[str, object]
Texts = Mapping[str, str]


class Said(StrEnum):
    """What the patient says to a point; nothing at all where it was left alone."""

    YES = "yes"
    NO = "no"
    BOTH = "both"
    UNSURE = "unsure"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Written:
    """Words in free texts that name a class of medicines or products."""

    kind: Recognised
    words: tuple[str, ...]
    texts: tuple[str, ...]

    choices = (Said.YES, Said.NO, Said.UNSURE)

    @property
    def key(self) -> str:
        return f"recognised.{self.kind.id}"

    @property
    def about(self) -> dict[str, object]:
        """What is asked about: another word, or the same in another text, is asked anew."""
        return {"words": list(self.words), "texts": list(self.texts)}


@dataclass(frozen=True, slots=True)
class Unfitting:
    """Answers that do not fit together, as they stand."""

    contradiction: "Contradiction"
    answers: Raw

    choices = (Said.BOTH, Said.UNSURE)

    @property
    def key(self) -> str:
        return f"contradictions.{self.contradiction.id}"

    @property
    def about(self) -> dict[str, object]:
        return dict(self.answers)


Point = Written | Unfitting


def free_texts(protocol: "ScreeningProtocol", answers: Raw) -> dict[str, str]:
    """What was typed freely, by item, in the order of the questions."""
    texts = (item.id for item in protocol.items.values() if item.kind == "text")
    given = {name: str(answers.get(name) or "") for name in texts}
    return {name: text for name, text in given.items() if text.strip()}


def points_in(
    protocol: "ScreeningProtocol",
    answers: "Answers",
    context: "Context",
    texts: Texts,
    seen: Iterable[str] | None = None,
) -> tuple[Point, ...]:
    """Every point, those in the patient's words first.

    ``seen``: the items whose answers may be told to whoever looks; None: all. Where the item of
    a name is not among them the question is asked whatever its answer is, so that it tells
    nothing; answers that do not fit together are put only if all of them may be told.
    """
    said = answers.to_json()
    may_see = frozenset(said if seen is None else seen)
    shown = {item.id for item in answers.shown}
    written = (
        one
        for one in written_in(protocol, texts, to_ask=True)
        if one.kind.item in shown and not (one.kind.item in may_see and is_answered(one.kind, said))
    )
    return (*written, *_unfitting(protocol, answers, context, may_see, said))


def written_in(
    protocol: "ScreeningProtocol", texts: Texts, *, to_ask: bool = False
) -> Iterator[Written]:
    """What the texts name, by class; ``to_ask``: only where the patient is asked about it."""
    found: dict[str, list[tuple[Mention, str]]] = {}
    for name, text in texts.items():
        for mention in protocol.recogniser.find(text):
            if not to_ask or _is_asked(mention.kind, name):
                found.setdefault(mention.kind.id, []).append((mention, name))
    for pairs in found.values():
        words = tuple(dict.fromkeys(mention.words for mention, _ in pairs))
        yield Written(pairs[0][0].kind, words, tuple(dict.fromkeys(name for _, name in pairs)))


def is_answered(kind: Recognised, answers: Raw) -> bool:
    """Whether an answer says the same as the words."""
    raw = answers.get(kind.item)
    chosen = raw if isinstance(raw, list) else [raw]
    return any(option in chosen for option in kind.options)


def _is_asked(kind: Recognised, text: str) -> bool:
    return bool(kind.item) and (not kind.texts or text in kind.texts)


def _unfitting(
    protocol: "ScreeningProtocol",
    answers: "Answers",
    context: "Context",
    may_see: frozenset[str],
    said: Raw,
) -> Iterator[Unfitting]:
    facts = answers.facts(context)
    for one in protocol.contradictions:
        evidence = one.holds(facts) if one.id else None
        if evidence is not None and evidence <= may_see:
            yield Unfitting(one, {name: said[name] for name in said if name in evidence})
