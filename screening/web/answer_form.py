"""A page of a supplement: questions asked anew, and boxes for replies to the clinic's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from werkzeug.datastructures import MultiDict

from screening.domain.assessment import Flag
from screening.services.casefile import OpenedSubmission
from screening.services.intake import gate_flags
from screening.services.supplements import Running
from screening.storage.questions import Question
from screening.web.desk import reveal_address
from screening.web.fields import FieldRefused
from screening.web.forms import Page, QuestionForm, page_of
from screening.web.questions import error_links, question_groups, typed_in
from screening.web.section_page import group_html
from screening.web.typed import Problem, read_text, showable

REPLY_NEEDED = "Write an answer to the clinic’s question"


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


def worded(opened: OpenedSubmission, running: Running) -> tuple[Question, ...]:
    """The clinic's questions of this supplement that have words of their own."""
    asked = running.supplement.questions
    return tuple(one for one in opened.questions if one.id in asked and one.text)


def reply_names(questions: tuple[Question, ...]) -> dict[str, Question]:
    return {f"reply-{number}": one for number, one in enumerate(questions, 1)}


def read_form(
    running: Running, questions: tuple[Question, ...], posted: MultiDict[str, str]
) -> AnswerForm:
    """Raises FieldRefused for any name that is not on the page (IN-3)."""
    boxes = reply_names(questions)
    page = _page(running, frozenset(boxes))
    form = page.read(posted, running.today, running.supplement.draft.answers)
    replies: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    for name, question in boxes.items():
        if len(posted.getlist(name)) > 1:
            raise FieldRefused(f"{name}: one value expected")
        try:
            replies[question.id] = read_text(posted.get(name, "")) or ""
            if not replies[question.id] and not question.items:
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
) -> str:
    """Blank, or with what was said in this very supplement; never with an earlier answer."""
    supplement, boxes = running.supplement, reply_names(questions)
    page, problems = _page(running, frozenset(boxes)), form.problems(running) if form else {}
    typed = form.typed if form else typed_in(supplement.draft, page.items)
    shown = running.case.shown()
    groups = question_groups(running.protocol, page, shown, typed, problems)
    replies = [
        {
            "name": name,
            "words": question.text,
            "value": form.typed[name][0] if form else supplement.replies.get(question.id, ""),
            "error": problems[name].message if name in problems else None,
            "optional": bool(question.items),
        }
        for name, question in boxes.items()
    ]
    return render_template(
        "patient/supplement.html",
        title="The clinic’s question" if questions else "Please answer again",
        replies=replies,
        groups=[group_html(one) for one in groups],
        errors=[
            *({"href": f"#{one['name']}", "text": one["error"]} for one in replies if one["error"]),
            *error_links(page, problems),
        ],
        reveal=reveal_address(running.protocol),
        action=action,
    )


def _page(running: Running, more_names: frozenset[str]) -> Page:
    items = tuple(running.protocol.items[name] for name in running.supplement.page)
    page = page_of("supplement", "", "", items)
    return Page(page.id, "", "", items, page.form_class, page.names | more_names)
