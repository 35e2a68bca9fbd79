"""Answers given again later do not make the other answers younger."""

from dataclasses import replace
from datetime import date, timedelta

from screening.domain.answers import read_answers
from screening.domain.assessment import evaluate
from screening.domain.context import Context, read_context
from screening.protocols.library import load_library
from tests.worked_cases import VIGNETTES

PROTOCOL = load_library().get("microneedling/2026-1")
RAW = next(one for one in VIGNETTES if one["id"] == "V01")["answers"]
TODAY = date(2027, 1, 20)
VISIT = TODAY + timedelta(days=20)


def rules_fired(context: Context) -> set[str]:
    answers = read_answers(PROTOCOL, context, RAW)
    return {flag.rule for flag in evaluate(PROTOCOL, answers, context).flags}


def test_the_oldest_answers_decide_whether_answers_are_old() -> None:
    today = Context(TODAY, VISIT)
    assert "answers_old" not in rules_fired(today)
    assert "answers_old" not in rules_fired(
        replace(today, answers_since=VISIT - timedelta(days=28))
    )
    assert "answers_old" in rules_fired(replace(today, answers_since=VISIT - timedelta(days=29)))


def test_a_day_after_completion_makes_nothing_younger() -> None:
    old = Context(VISIT - timedelta(days=29), VISIT, answers_since=VISIT)
    assert "answers_old" in rules_fired(old)


def test_it_is_kept_with_the_context_and_left_out_where_there_is_none() -> None:
    context = Context(TODAY, VISIT, answers_since=date(2027, 1, 4))
    assert read_context(context.to_json(), PROTOCOL.items) == (context, {})
    assert "answers_since" not in Context(TODAY).to_json()
