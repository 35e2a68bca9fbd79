"""What an answer of "not now" owes to whoever asked: 503, when to come back, what they typed."""

from collections.abc import Mapping
from html import escape
from typing import Any

SECRET = ("csrf_token", "password")


def shortcomings(answer: Any, path: str, typed: Mapping[str, object] | None) -> list[str]:
    """In words without content; `answer` is a response of either kind of client."""
    if answer.status_code < 500:
        return []
    if answer.status_code != 503:
        return [f"{answer.status_code} at {path}"]
    found = [] if answer.headers.get("Retry-After") else [f"503 without Retry-After at {path}"]
    page = answer.get_data(as_text=True)
    return found + [f"{name} is lost at {path}" for name in _lost(page, typed or {})]


def _lost(page: str, typed: Mapping[str, object]) -> list[str]:
    lost = []
    for name, value in typed.items():
        values = value if isinstance(value, list) else [value]
        fields = (f'name="{escape(name)}" value="{_as_written(one)}"' for one in values)
        if not any(word in name for word in SECRET) and any(one not in page for one in fields):
            lost.append(name)
    return lost


def _as_written(value: object) -> str:
    """As the templates escape it (markupsafe writes quotes by number)."""
    return escape(str(value)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
