"""The patient's own words with what they name, and what was said to answers that do not fit.

No rule reads free words. What the recogniser finds in them is held against the answers, so that
a clinician sees at once what was written and not confirmed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from screening.domain.points import Said, free_texts, is_answered
from screening.domain.protocol import ScreeningProtocol
from screening.domain.recogniser import REPLY, Mention
from screening.domain.settled import Settled, sealed_point
from screening.services.casefile import OpenedSubmission
from screening.web.texts import answer_lines

Sealed = Mapping[str, Any]

CONFIRMED = "In the answers too"
NOT_CONFIRMED = "Written, not confirmed in the answers"
NO_QUESTION = "Written; no question asks about it"
NOT_ASKED = "The patient was not asked about it."
_SAID = {
    Said.YES: "Asked before sending, the patient said yes, and did not change the answer.",
    Said.NO: "Asked before sending, the patient said that it is something else.",
    Said.UNSURE: "Asked before sending, the patient was not sure.",
    Said.NOTHING: "The patient was asked before sending, and did not say.",
}
_SAID_OF_ANSWERS = {
    Said.BOTH: "The patient says that they are right as they are.",
    Said.UNSURE: "The patient is not sure.",
    Said.NOTHING: "The patient was asked before sending, and did not say.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A name in the words; ``answer`` is what the question about it was answered with."""

    words: str
    label: str
    standing: str
    open: bool
    detail: str = ""
    question: str = ""
    answer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnWords:
    """One free text: what was asked, what was written, and what is named in it."""

    key: str
    value: tuple[str, ...]
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Answers that do not fit together, and what the patient said when asked."""

    question: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    said: str
    note: tuple[str, ...]
    found: tuple[Found, ...]


def own_words(opened: OpenedSubmission, protocol: ScreeningProtocol) -> list[OwnWords]:
    """Every free text of this edition: answers first, then all replies to the clinic so far."""
    answers = opened.record.answers
    rows = [
        _row(protocol, protocol.items[name].wording, name, text, answers)
        for name, text in free_texts(protocol, answers["answers"]).items()
    ]
    return [*rows, *_replies(opened, protocol)]


def unsettled(opened: OpenedSubmission, protocol: ScreeningProtocol) -> list[Unsettled]:
    """What was put to the patient about answers that do not fit together."""
    return list(_unsettled(opened.record.answers, protocol))


def _replies(opened: OpenedSubmission, protocol: ScreeningProtocol) -> Iterator[OwnWords]:
    """Whether the patient was asked about a reply, its own edition says."""
    asked = {question.id: question.text for question in opened.questions}
    answers = opened.record.answers["answers"]
    for edition in opened.editions:
        if edition.edition <= opened.record.edition:
            sealed = {**edition.answers, "answers": answers}
            for reply in sealed.get("replies", []):
                key = f"Reply to the clinic’s question: {asked.get(reply['question'], '')}"
                yield _row(protocol, key, REPLY, reply["text"], sealed)


def not_sure_of(opened: OpenedSubmission, protocol: ScreeningProtocol) -> list[tuple[str, str]]:
    """What the patient was asked before sending and was not sure of: the question, and what for."""
    found = (one for text in own_words(opened, protocol) for one in text.found)
    named = [
        (one.question, f"“{one.words}” was written. {one.detail}")
        for one in found
        if one.detail == _SAID[Said.UNSURE]
    ]
    left = [
        (one.question, one.said)
        for one in unsettled(opened, protocol)
        if one.said == _SAID_OF_ANSWERS[Said.UNSURE]
    ]
    return list(dict.fromkeys(named + left))


def _row(protocol: ScreeningProtocol, key: str, name: str, text: str, sealed: Sealed) -> OwnWords:
    found = (_found(protocol, one, name, sealed) for one in protocol.recogniser.find(text))
    return OwnWords(key, tuple(text.splitlines()), tuple(found))


def _found(protocol: ScreeningProtocol, mention: Mention, text: str, sealed: Sealed) -> Found:
    kind, answers = mention.kind, sealed["answers"]
    if not kind.item:
        return Found(mention.words, kind.label, NO_QUESTION, open=True)
    item = protocol.items[kind.item]
    question = item.wording
    answer = tuple(answer_lines(protocol, item, answers.get(item.id))) or ("Not asked",)
    if is_answered(kind, answers):
        return Found(mention.words, kind.label, CONFIRMED, False, "", question, answer)
    point = sealed_point(sealed.get("points", []), f"recognised.{kind.id}", text)
    detail = _SAID[Settled.from_json(point).said] if point else NOT_ASKED
    return Found(mention.words, kind.label, NOT_CONFIRMED, True, detail, question, answer)


def _unsettled(sealed: Sealed, protocol: ScreeningProtocol) -> Iterator[Unsettled]:
    for one in protocol.contradictions:
        point = sealed_point(sealed.get("points", []), f"contradictions.{one.id}")
        if point is None:
            continue
        settled, about = Settled.from_json(point), point["about"]
        answers = tuple(
            (item.wording, tuple(answer_lines(protocol, item, about[item.id])))
            for item in protocol.items.values()
            if item.id in about
        )
        words = _row(protocol, "", "", settled.note, sealed)
        said = _SAID_OF_ANSWERS[settled.said]
        yield Unsettled(one.question, answers, said, words.value, words.found)
