"""One page of questions as HTML: the gate or a section, fresh or with its errors."""

from collections.abc import Iterable, Mapping, Sequence

from flask import render_template, request

from screening.domain.protocol import ScreeningProtocol
from screening.web.desk import pages_of, reveal_address
from screening.web.forms import GATE, Page
from screening.web.journey import address, progress
from screening.web.question_html import question_html
from screening.web.questions import Plain, error_links, question_groups
from screening.web.typed import Problem


def section_page(
    protocol: ScreeningProtocol,
    page: Page,
    shown: Iterable[str],
    typed: Mapping[str, list[str]],
    problems: Mapping[str, Problem] | None = None,
    elsewhere: str = "",
    earlier: bool = False,
    left: Sequence[Plain] = (),
) -> str:
    """``earlier``: what was sent is a page of an earlier version, and this is what is asked now;
    ``left`` are the words on it that have no box here."""
    problems = problems or {}
    return render_template(
        "patient/section.html",
        title=page.title,
        intro=page.intro,
        groups=[group_html(one) for one in question_groups(protocol, page, shown, typed, problems)],
        errors=error_links(page, problems),
        may_save=page.id != GATE,
        elsewhere=elsewhere,
        earlier=earlier,
        left=left,
        asked_in=protocol.released_key,
        reveal=reveal_address(protocol),
        **frame(protocol, page.id),
    )


def group_html(questions: list[Plain]) -> dict[str, object]:
    """A question and its follow-ups, each follow-up with the name by which it is revealed."""
    first, *others = questions
    follow_ups = [{"item": one["item"], "html": question_html(one)} for one in others]
    return {"html": question_html(first), "follow_ups": follow_ups}


def frame(protocol: ScreeningProtocol, step: str) -> dict[str, object]:
    """What stands around every page of the way: the step, the way back, where to post."""
    back_to_check = request.args.get("back") == "check"
    number, total = progress(pages_of(protocol), step)
    return {
        "step": number,
        "total": total,
        "action": address(step, back_to_check),
        "back": "/q/check" if back_to_check else _before(protocol, step),
    }


def _before(protocol: ScreeningProtocol, step: str) -> str:
    steps = [*(page.id for page in pages_of(protocol).all), "you", "check"]
    place = steps.index(step)
    return address(steps[place - 1]) if place else "/"
