"""The points of a check page as plain data, and what was posted about one of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from screening.domain.points import Point, Said, Unfitting, Written
from screening.domain.protocol import Item, ScreeningProtocol
from screening.domain.recogniser import REPLY, Recognised
from screening.domain.settled import Settled
from screening.web.fields import FieldRefused
from screening.web.forms import check_names
from screening.web.questions import Plain
from screening.web.texts import answer_lines
from screening.web.typed import Problem, read_text, showable

NAMES = frozenset({"point", "said", "note"})
MOST = 500
_WHOLE_QUESTION = 3
REPLY_WORDS = "your reply to the clinic"
Raw = Mapping[str, object]
Address = Callable[[Item], str]


@dataclass(frozen=True)
class PointForm:
    """What was posted about one point; ``problem`` is what is wrong with the note."""

    key: str
    settled: Settled
    typed: str = ""
    problem: str = ""


def read_point(protocol: ScreeningProtocol, posted: MultiDict[str, str]) -> PointForm:
    """Raises FieldRefused for anything that no check page of this protocol sends."""
    check_names(posted, NAMES)
    if any(len(posted.getlist(name)) > 1 for name in NAMES):
        raise FieldRefused("one value expected")
    key, said = posted.get("point", ""), posted.get("said", "")
    choices = _choices(protocol).get(key, ())
    if said not in choices or ("note" in posted and Said.BOTH not in choices):
        raise FieldRefused("no point of this protocol")
    typed = posted.get("note", "")
    try:
        return PointForm(key, Settled(Said(said), read_text(typed, MOST) or ""))
    except Problem as problem:
        return PointForm(key, Settled(Said(said)), showable(typed), problem.message)


def note_left(posted: MultiDict[str, str]) -> list[Plain]:
    """What was written to a point of a page that is no longer open, to be shown once more."""
    note = showable(posted.get("note", ""))
    return [{"key": "You wrote", "value": note}] if note else []


def point_views(
    protocol: ScreeningProtocol,
    points: Iterable[Point],
    kept: Raw,
    answers: Raw,
    change: Address,
    form: PointForm | None = None,
) -> list[Plain]:
    """Each point with its answers, what was said to it, and where each answer is changed.

    ``answers`` are those that may be told to whoever looks.
    """
    views = []
    for number, point in enumerate(points, 1):
        items = _items(protocol, point)
        settled = Settled.of(point, kept)
        wrong = form if form and form.key == point.key else None
        views.append(
            _words(protocol, point)
            | {
                "id": f"point-{number}",
                "key": point.key,
                "answers": [_answer(protocol, item, answers, change) for item in items],
                "said": settled.said.value,
                "note": wrong.typed if wrong else settled.note,
                "error": wrong.problem if wrong else None,
            }
        )
    return views


def item_of(protocol: ScreeningProtocol, point: Point) -> Item:
    """The question to go to for a point."""
    return _items(protocol, point)[0]


def _choices(protocol: ScreeningProtocol) -> dict[str, tuple[Said, ...]]:
    choices: dict[str, tuple[Said, ...]] = {}
    for kind in protocol.recognised:
        choices |= {f"recognised.{kind.id}": Written.choices} if kind.item else {}
    for one in protocol.contradictions:
        choices |= {f"contradictions.{one.id}": Unfitting.choices} if one.id else {}
    return choices


def _items(protocol: ScreeningProtocol, point: Point) -> list[Item]:
    if isinstance(point, Written):
        return [protocol.items[point.kind.item]]
    return [item for item in protocol.items.values() if item.id in point.answers]


def _words(protocol: ScreeningProtocol, point: Point) -> Plain:
    if isinstance(point, Unfitting):
        return {"kind": "unfitting", "question": point.contradiction.question}
    places = [
        REPLY_WORDS if name == REPLY else protocol.items[name].wording for name in point.texts
    ]
    offered = _offered(protocol, point.kind)
    return {"kind": "written", "words": point.words, "places": places, "offered": offered}


def _offered(protocol: ScreeningProtocol, kind: Recognised) -> list[str]:
    """The options that speak of it, where the question is about many things."""
    item = protocol.items[kind.item]
    labels = [option.label for option in item.options if option.id in kind.options]
    return labels if item.kind == "multi" and len(labels) < _WHOLE_QUESTION else []


def _answer(protocol: ScreeningProtocol, item: Item, answers: Raw, change: Address) -> Plain:
    """The question and, where it may be told, the answer."""
    told = item.id in answers
    return {
        "question": item.wording,
        "answer": answer_lines(protocol, item, answers[item.id]) if told else None,
        "change": change(item) if told else None,
    }
