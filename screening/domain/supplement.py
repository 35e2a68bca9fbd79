"""Supplement: some questions answered again, in a draft that follows a submission.

The draft holds the earlier answers to all other questions. A question asked anew starts without
its earlier answer, and so does every question that follows up on it: nothing that was answered
before can come up on a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from screening.domain.answers import shown_items
from screening.domain.assessment import Assessment
from screening.domain.conditions import support
from screening.domain.context import Context
from screening.domain.draft import Draft, Raw, Typed
from screening.domain.protocol import Item, Level, ScreeningProtocol

Names = tuple[str, ...]


@dataclass(frozen=True)
class Supplement:
    """``asked`` are all items asked anew, ``page`` those that are on the page just now.

    ``questions`` are the ids of the clinic's questions that this answers, ``replies`` what was
    written to them.
    """

    draft: Draft
    asked: Names = ()
    page: Names = ()
    questions: Names = ()
    replies: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.asked) or any(self.replies.values())

    def asking(
        self, protocol: ScreeningProtocol, context: Context, picked: Iterable[str]
    ) -> "Supplement":
        """These items as well, with all that belongs together with them.

        They come on the page that stands, of which nothing has been said yet.
        """
        items = together(protocol, picked).union(self.page)
        return self._asking(protocol, context, items)

    def _asking(
        self, protocol: ScreeningProtocol, context: Context, items: frozenset[str]
    ) -> "Supplement":
        new = items - set(self.asked)
        answers = {name: raw for name, raw in self.draft.answers.items() if name not in new}
        draft = replace(self.draft, answers=answers)
        return replace(
            self,
            draft=draft,
            asked=in_order(protocol, items.union(self.asked)),
            page=on_one_page(protocol, context, draft, items),
        )

    def answering(self, questions: Iterable[str]) -> "Supplement":
        return replace(self, questions=tuple(dict.fromkeys((*self.questions, *questions))))

    def saying(
        self,
        protocol: ScreeningProtocol,
        context: Context,
        posted: Raw,
        unfinished: Typed,
        page: Names,
    ) -> "Supplement":
        return replace(self, draft=self.draft.saying(protocol, context, page, posted, unfinished))

    def going_on(
        self, protocol: ScreeningProtocol, context: Context, left: Iterable[str] = ()
    ) -> "Supplement":
        """The next page: what these answers ask for in turn; an empty one where nothing is.

        ``left`` stood on the page before, and not on the one that was sent.
        """
        _, to_see_to = self.draft.read(protocol, context)
        to_ask = to_see_to.union(left)
        if not to_ask:
            return replace(self, page=())
        more = together(protocol, to_ask) - set(self.asked)
        return self._asking(protocol, context, with_follow_ups(protocol, to_ask) | more)

    def everything(self, protocol: ScreeningProtocol, context: Context) -> "Supplement":
        """All that is asked here on one page, to look at it once more."""
        return replace(self, page=on_one_page(protocol, context, self.draft, self.asked))

    def taking_back(self, raw: Raw) -> "Supplement":
        """An urgent sign was ticked: it must be answered again afterwards."""
        return replace(self, draft=self.draft.putting_aside(raw))

    def onto(self, protocol: ScreeningProtocol, context: Context, answers: Raw) -> "Supplement":
        """The same said anew to another edition's answers."""
        said = {name: raw for name, raw in self.draft.answers.items() if name in self.asked}
        rest = {name: raw for name, raw in answers.items() if name not in self.asked}
        base = replace(self, draft=replace(self.draft, answers=rest))
        return base.saying(protocol, context, said, {}, self.asked).going_on(protocol, context)

    def to_json(self) -> dict[str, object]:
        own = {
            "asked": list(self.asked),
            "page": list(self.page),
            "questions": list(self.questions),
            "replies": dict(self.replies),
        }
        return self.draft.to_json() | {"supplement": own}

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> "Supplement":
        own = body["supplement"]
        if not isinstance(own, Mapping):
            raise TypeError("this draft is no supplement")
        lists = {name: tuple(own[name]) for name in ("asked", "page", "questions")}
        return cls(Draft.from_json(body), replies=dict(own["replies"]), **lists)


def pickable(protocol: ScreeningProtocol, items: Iterable[Item]) -> tuple[Item, ...]:
    """The questions everybody is asked. To list a follow-up would tell what was answered."""
    return tuple(item for item in items if item.shown_when is None and item.id in protocol.items)


def together(protocol: ScreeningProtocol, picked: Iterable[str]) -> frozenset[str]:
    """With all that depends on them and all that they depend on.

    To ask a follow-up by itself would tell what was answered to the question before it.
    """
    found: frozenset[str] = frozenset()
    wider = frozenset(picked)
    while wider != found:
        found = wider
        wider = with_follow_ups(protocol, with_parents(protocol, found))
    return found


def with_parents(protocol: ScreeningProtocol, items: Iterable[str]) -> frozenset[str]:
    """With the questions on whose answers it hangs that these are asked."""
    found = frozenset(items)
    for item in reversed(tuple(protocol.items.values())):  # conditions look only backwards
        if item.id in found and item.shown_when is not None:
            found |= support(item.shown_when)
    return found


def with_follow_ups(protocol: ScreeningProtocol, picked: Iterable[str]) -> frozenset[str]:
    """With all that depends on them; dates never without the treatments that they are for."""
    found = set(picked)
    found |= {protocol.items[name].dates_for for name in found} - {""}
    for item in protocol.items.values():  # conditions look only backwards
        if item.shown_when is not None and not support(item.shown_when).isdisjoint(found):
            found.add(item.id)
    return frozenset(found)


def on_one_page(
    protocol: ScreeningProtocol, context: Context, draft: Draft, items: Iterable[str]
) -> Names:
    """Those that are shown, and those that an answer on this very page may reveal in place."""
    wanted = frozenset(items)
    shown = {item.id for item in shown_items(protocol, context, draft.answers)}
    page: set[str] = set()
    for name in in_order(protocol, wanted):
        condition = protocol.items[name].shown_when
        parents = support(condition) if condition is not None else frozenset[str]()
        if name in shown or (parents and parents <= page):
            page.add(name)
    return in_order(protocol, page)


def in_order(protocol: ScreeningProtocol, items: Iterable[str]) -> Names:
    wanted = frozenset(items)
    return tuple(name for name in protocol.items if name in wanted)


def changed_answers(before: Raw, now: Raw) -> dict[str, object]:
    """What was answered before and is answered otherwise now, or not at all: the old answers."""
    return {name: raw for name, raw in before.items() if now.get(name) != raw}


def changed_after_result(assessment: Assessment | None, changed: Iterable[str]) -> frozenset[str]:
    """Those changed items on which a stop or review flag of the earlier edition rested."""
    flags = assessment.flags if assessment else ()
    evidence = {name for flag in flags if flag.level >= Level.REVIEW for name in flag.evidence}
    return frozenset(changed) & evidence
