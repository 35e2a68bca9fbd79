"""A page of a supplement: questions asked anew, and boxes for replies to the clinic's words."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from flask import render_template
from werkzeug.datastructures import MultiDict

from screening.domain.assessment import Flag
from screening.domain.protocol import Item, ItemKind
from screening.domain.supplement import in_order
from screening.services.casefile import OpenedSubmission
from screening.services.intake import gate_flags
from screening.services.supplements import Running
from screening.storage.questions import Question
from screening.web.desk import reveal_address
from screening.web.fields import FieldRefused, field_names
from screening.web.forms import Page, QuestionForm, page_of
from screening.web.parts import parts
from screening.web.questions import Plain, error_links, question_groups, typed_in
from screening.web.section_page import group_html
from screening.web.typed import Problem, read_text, showable

REPLY_NEEDED = "Write an answer to the clinic’s question"
# On pages from before boxes bore the question's id.
_NUMBERED = re.compile(r"reply-[0-9]{1,2}")


@dataclass(frozen=True)
class AnswerForm:
    """What was posted; ``replies`` are the usable ones, by the question's id."""

    questions: QuestionForm
    replies: Mapping[str, str]
    typed: Mapping[str, list[str]]
    reply_problems: Mapping[str, Problem]

    def problems(self, running: Running) -> dict[str, Problem]:
        return {**self.reply_problems, **self.questions.problems(running.case.shown())}

    def flags(self, running: Running) -> tuple[Flag, ...]:
        """An age or an urgent sign, which stop everything else."""
        return gate_flags(running.protocol, running.context, self.questions.raw)

    def signs(self, running: Running) -> dict[str, object]:
        """The urgent signs that were ticked, without the date of birth."""
        gate = {item.id for item in running.protocol.items.values() if item.gate}
        raw = self.questions.raw.items()
        return {name: one for name, one in raw if name in gate and isinstance(one, list)}


@dataclass(frozen=True)
class LeftOver:
    """What was sent to questions that the clinic no longer asks; ``words`` are what was written."""

    names: frozenset[str]
    words: tuple[Plain, ...]


def worded(opened: OpenedSubmission, running: Running) -> tuple[Question, ...]:
    """The clinic's questions of this supplement that have words of their own."""
    asked = running.supplement.questions
    return tuple(one for one in opened.questions if one.id in asked and one.text)


def is_needed(question: Question) -> bool:
    """Whether the clinic still waits for a reply in words, and for nothing else."""
    return question.open and not question.items


def reply_names(questions: Iterable[Question]) -> dict[str, Question]:
    """A box belongs to its question, whatever else is asked when it is sent."""
    return {f"reply-{one.id}": one for one in questions}


def as_sent(running: Running, posted: MultiDict[str, str]) -> Running:
    """With the page that was sent: since a first click, or in another window, another may stand.

    Browsers send every box, and an option once one is chosen. So where nothing of a question came
    it stood not there, unless its options are still to be chosen, or may all be unticked.
    """
    supplement, items = running.supplement, running.protocol.items
    page = {one for one in supplement.asked if not _names(items[one]).isdisjoint(posted)}
    if page.issubset(supplement.page):
        page.update(one for one in supplement.page if _may_send_nothing(items[one], running))
    return running.with_(replace(supplement, page=in_order(running.protocol, page)))


def _names(item: Item) -> frozenset[str]:
    return frozenset(field_names(item))


def _may_send_nothing(item: Item, running: Running) -> bool:
    unanswered = item.id not in running.supplement.draft.answers
    return item.kind is ItemKind.MULTI or (item.kind is ItemKind.SINGLE and unanswered)


def left_over(opened: OpenedSubmission, running: Running, posted: MultiDict[str, str]) -> LeftOver:
    """Empty where every box that was sent is still on the page of ``running``."""
    here = running.supplement.questions
    closed = [one for one in opened.questions if not one.open and one.id not in here]
    boxes = {name: one.text for name, one in reply_names(closed).items()}
    if here:
        boxes |= {name: "" for name in posted if _NUMBERED.fullmatch(name)}
    items = _page(running.answering(closed)).names - _page(running).names
    names = frozenset(posted) & {*boxes, *items}
    return LeftOver(names, _words(boxes | _text_boxes(opened), names, posted))


def all_written(opened: OpenedSubmission, posted: MultiDict[str, str]) -> tuple[Plain, ...]:
    """Every word on a page that is no longer open, whichever question it was written to."""
    replies = {name: one.text for name, one in reply_names(opened.questions).items()}
    return _words(replies | _text_boxes(opened), frozenset(posted), posted)


def _text_boxes(opened: OpenedSubmission) -> dict[str, str]:
    items = parts().protocols.get(opened.record.protocol).items.values()
    return {one.id: one.wording for one in items if one.kind is ItemKind.TEXT}


def _words(
    boxes: Mapping[str, str], names: Set[str], posted: MultiDict[str, str]
) -> tuple[Plain, ...]:
    """What was written into those of these boxes that are named, beside their questions."""
    written = {name: showable(posted[name]) for name in boxes if name in names}
    return tuple(
        {"key": boxes[name] or "The clinic’s question", "value": text}
        for name, text in written.items()
        if text
    )


def read_form(
    running: Running,
    questions: tuple[Question, ...],
    posted: MultiDict[str, str],
    left: LeftOver,
) -> AnswerForm:
    """Raises FieldRefused for any name that is neither on the page nor left over (IN-3)."""
    boxes = reply_names(questions)
    posted = MultiDict((name, one) for name, one in posted.items(True) if name not in left.names)
    page = _page(running, frozenset(boxes))
    form = page.read(posted, running.today, running.supplement.draft.answers)
    replies: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    for name, question in boxes.items():
        if len(posted.getlist(name)) > 1:
            raise FieldRefused(f"{name}: one value expected")
        try:
            replies[question.id] = read_text(posted.get(name, "")) or ""
            if not replies[question.id] and is_needed(question):
                raise Problem(REPLY_NEEDED)
        except Problem as problem:
            problems[name] = problem
    typed = {name: [showable(posted.get(name, ""))] for name in boxes}
    return AnswerForm(form, replies, {**form.typed, **typed}, problems)


def answer_page(
    running: Running,
    questions: tuple[Question, ...],
    action: str,
    form: AnswerForm | None = None,
    left: LeftOver | None = None,
) -> str:
    """Blank, or with what was said in this very supplement; never with an earlier answer."""
    supplement, boxes = running.supplement, reply_names(questions)
    page = _page(running, frozenset(boxes))
    problems = form.problems(running) if form and not left else {}
    typed = form.typed if form else typed_in(supplement.draft, page.items)
    shown = running.case.shown()
    groups = question_groups(running.protocol, page, shown, typed, problems)
    replies = [
        {
            "name": name,
            "words": question.text,
            "value": form.typed[name][0] if form else supplement.replies.get(question.id, ""),
            "error": problems[name].message if name in problems else None,
            "optional": not is_needed(question),
        }
        for name, question in boxes.items()
    ]
    return render_template(
        "patient/supplement.html",
        title="The clinic’s question" if questions else "Please answer again",
        replies=replies,
        left=left,
        groups=[group_html(one) for one in groups],
        errors=[
            *({"href": f"#{one['name']}", "text": one["error"]} for one in replies if one["error"]),
            *error_links(page, problems),
        ],
        reveal=reveal_address(running.protocol),
        action=action,
    )


def _page(running: Running, more_names: frozenset[str] = frozenset()) -> Page:
    items = tuple(running.protocol.items[name] for name in running.supplement.page)
    page = page_of("supplement", "", "", items)
    return Page(page.id, "", "", items, page.form_class, page.names | more_names)
