"""Questions as HTML, remembered while they hold nothing that somebody typed.

A question's HTML follows from its plain data alone. The library's macros are slow, and most
pages show the same empty or ticked questions; what was typed, and errors, are made afresh.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from flask import Flask, current_app
from markupsafe import Markup

from screening.web.questions import Plain

TYPED = ("value", "day", "month", "year", "error")
_RENDER = "prelude.question_html"
_MOST = 4096


def prepare_questions(app: Flask) -> None:
    def render(plain: str) -> Markup:
        return _macro(app)(json.loads(plain))

    app.extensions[_RENDER] = (render, lru_cache(_MOST)(render))


def _macro(app: Flask) -> Callable[[Plain], Markup]:
    """Without a context: the macro takes arguments and reads nothing else."""
    module = app.jinja_env.get_template("patient/question.html").module
    return cast("Callable[[Plain], Markup]", vars(module)["question"])


def question_html(question: Plain) -> Markup:
    fresh, remembered = cast(
        "tuple[Callable[[str], Markup], Callable[[str], Markup]]", current_app.extensions[_RENDER]
    )
    personal = any(question.get(name) for name in TYPED)
    return (fresh if personal else remembered)(json.dumps(question))
