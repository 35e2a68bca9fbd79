"""What changed between two submissions: question, then, now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from screening.domain.protocol import Item
from screening.protocols.library import ProtocolLibrary
from screening.storage.submissions import SubmissionRecord
from screening.web.texts import answer_lines, long_date

NOT_ASKED = ["Not asked, or not answered"]
NO_LONGER = ["Not asked in this way any more"]
_ABOUT = {"name": "Name", "phone": "Phone", "email": "E-mail"}


@dataclass(frozen=True, slots=True)
class Change:
    """``when`` is empty where it goes without saying."""

    question: str
    then: list[str]
    now: list[str]
    when: str = ""


def changes(
    library: ProtocolLibrary, then: SubmissionRecord, now: SubmissionRecord
) -> list[Change]:
    """In the order of the questions, then the visit and how to reach the person."""
    return [*_answers(library, then, now), *_visit(then, now), *_about(then, now)]


When = Callable[[str, object], str]
"""When this answer to this item was withdrawn, in words."""


def taken_back(library: ProtocolLibrary, record: SubmissionRecord, when: When) -> list[Change]:
    """Answers that were changed or hidden again before this submission was sent."""
    items = library.get(record.protocol).items
    former: Mapping[str, object] = record.answers.get("withdrawn", {})
    taken = (
        Change(
            item.wording,
            words_of(library, record.protocol, item, former[name]),
            words_of(library, record.protocol, item, record.answers["answers"].get(name)),
            when(name, former[name]),
        )
        for name, item in items.items()
        if name in former
    )
    return [*taken, *_gone(library, record, when)]


def _gone(library: ProtocolLibrary, record: SubmissionRecord, when: When) -> Iterator[Change]:
    """What was said to questions of an earlier version that are not asked like this any more."""
    for earlier in record.answers.get("gone", []):
        protocol = library.get(earlier["protocol"])
        for name, raw in earlier["answers"].items():
            item = protocol.items[name]
            said = answer_lines(protocol, item, raw) or NOT_ASKED
            yield Change(item.wording, said, NO_LONGER, when(name, raw))


def _answers(
    library: ProtocolLibrary, then: SubmissionRecord, now: SubmissionRecord
) -> Iterator[Change]:
    items = {**library.get(then.protocol).items, **library.get(now.protocol).items}
    before, after = then.answers["answers"], now.answers["answers"]
    for name, item in items.items():
        if before.get(name) != after.get(name):
            yield change_of(library, item, then, now)


def change_of(
    library: ProtocolLibrary, item: Item, then: SubmissionRecord, now: SubmissionRecord
) -> Change:
    """What was said to one question, here and there, whether or not it differs."""
    return Change(
        item.wording,
        words_of(library, then.protocol, item, then.answers["answers"].get(item.id)),
        words_of(library, now.protocol, item, now.answers["answers"].get(item.id)),
    )


def words_of(library: ProtocolLibrary, version: str, item: Item, raw: object) -> list[str]:
    """What was said, as that version has it, or as another where only that knows an option.

    An urgent sign is heard from a page of an earlier version too.
    """
    protocol = library.get(version)
    own = protocol.items.get(item.id, item)
    if isinstance(raw, list) and not frozenset(raw) <= frozenset(own.option_ids):
        others = (one.items.get(item.id) for one in library.versions.values())
        options = (option for other in others if other for option in other.options)
        more = {one.id: one for one in options if one.id not in own.option_ids}
        own = replace(own, options=(*own.options, *more.values()))
    return answer_lines(protocol, own, raw) or NOT_ASKED


def _visit(then: SubmissionRecord, now: SubmissionRecord) -> Iterator[Change]:
    if then.treatment_date != now.treatment_date:
        days = [day and long_date(day) for day in (then.treatment_date, now.treatment_date)]
        yield Change("Day of the visit", [days[0] or "Not named"], [days[1] or "Not named"])


def _about(then: SubmissionRecord, now: SubmissionRecord) -> Iterator[Change]:
    for name, label in _ABOUT.items():
        before, after = (str(one.identity.get(name) or "") for one in (then, now))
        if before != after:
            yield Change(label, [before or "Not given"], [after or "Not given"])
