"""What the question macros need, as plain data: each question with its follow-ups and errors."""

import re
from collections.abc import Iterable, Mapping

from screening.domain.draft import Draft
from screening.domain.protocol import Item, ItemKind, ScreeningProtocol
from screening.web.fields import A_DATE, DATE_PARTS, KIND_LABELS, typed_from_raw
from screening.web.forms import Page
from screening.web.reveal import revealed_by
from screening.web.texts import answer_lines
from screening.web.typed import Problem

Typed = Mapping[str, list[str]]
Problems = Mapping[str, Problem]
Plain = dict[str, object]
_IN_BRACKETS_AT_THE_END = re.compile(r"(?<!\s)\s*\([^()]*\)$")


def typed_in(draft: Draft, items: Iterable[Item]) -> dict[str, list[str]]:
    """What the boxes and buttons of a page hold, as the draft remembers them."""
    typed: dict[str, list[str]] = {}
    for item in items:
        typed |= typed_from_raw(item, draft.prefill(item.id))
        typed |= draft.unfinished.get(item.id, {})
    return typed


def question_groups(
    protocol: ScreeningProtocol, page: Page, shown: Iterable[str], typed: Typed, problems: Problems
) -> list[list[Plain]]:
    """The questions of a page, each followed by those that its answers reveal in place."""
    wanted = frozenset(shown)
    groups: dict[str, list[Plain]] = {}
    for item in page.items:
        parents = [parent for parent in revealed_by(item, page.items) if parent in groups]
        if parents:
            groups[parents[0]] += _follow_ups(protocol, item, typed, problems)
        elif item.id in wanted:
            groups[item.id] = [_question(item, typed, problems)]
    return list(groups.values())


def error_links(page: Page, problems: Problems) -> list[Plain]:
    """For the summary at the top: the same words as inline, with a link to the field."""
    order = {item.id: place for place, item in enumerate(page.items)}
    links = [
        (order[item.id], {"href": f"#{_anchor(item, name, problem)}", "text": problem.message})
        for name, problem in problems.items()
        for item in page.items
        if name == item.id or (item.dates_for and name.startswith(f"{item.id}-"))
    ]
    return [dict(link) for _, link in sorted(links, key=lambda pair: pair[0])]


def answer_rows(
    protocol: ScreeningProtocol,
    items: Iterable[Item],
    answers: Mapping[str, object],
    change: str = "",
) -> list[Plain]:
    """Question and answer, with a link to change it where ``change`` names the page."""
    rows: list[Plain] = []
    for item in items:
        said = answer_lines(protocol, item, answers.get(item.id))
        row: Plain = {"key": item.wording, "value": said or "Not answered"}
        if change:
            row["action_href"] = f"{change}?back=check#{first_id(item)}"
            row["hidden_text"] = item.wording
        rows.append(row)
    return rows


def first_id(item: Item) -> str:
    """The id of the first control of an item, to link to."""
    if item.kind is ItemKind.BIRTH_DATE:
        return f"{item.id}-day"
    if item.kind is ItemKind.DATE:
        return f"{item.id}-{A_DATE}"
    if item.kind is ItemKind.DATES:
        return f"{item.id}-{item.dated_options[0]}-{A_DATE}"
    return item.id if item.kind is ItemKind.TEXT else f"{item.id}-{item.options[0].id}"


def _anchor(item: Item, name: str, problem: Problem) -> str:
    if problem.parts:
        return f"{name}-{problem.parts[0]}"
    return f"{name}-{A_DATE}" if item.kind is ItemKind.DATES else first_id(item)


def _follow_ups(
    protocol: ScreeningProtocol, item: Item, typed: Typed, problems: Problems
) -> list[Plain]:
    if item.kind is not ItemKind.DATES:
        return [_question(item, typed, problems) | {"item": item.id}]
    labels = {one.id: one.label for one in protocol.items[item.dates_for].options}
    wording = _IN_BRACKETS_AT_THE_END.sub("", item.wording)
    return [
        _partial_date(item, f"{item.id}-{option}", f"{labels[option]} – {wording}", typed, problems)
        | {"item": f"{item.id}-{option}"}
        for option in item.dated_options
    ]


def _question(item: Item, typed: Typed, problems: Problems) -> Plain:
    if item.kind in (ItemKind.SINGLE, ItemKind.MULTI):
        return _choices(item, typed, problems)
    if item.kind is ItemKind.DATE:
        return _partial_date(item, item.id, item.wording, typed, problems)
    if item.kind is ItemKind.BIRTH_DATE:
        parts = _parts(item.id, typed, problems) | {"kind": "birth_date"}
        return _base(item, item.id, problems) | parts
    text = {"kind": "text", "value": _one(typed, item.id), "optional": item.optional}
    return _base(item, item.id, problems) | text


def _base(item: Item, name: str, problems: Problems) -> Plain:
    problem = problems.get(name)
    return {
        "name": name,
        "legend": item.wording,
        "why": item.why,
        "error": problem.message if problem else None,
    }


def _choices(item: Item, typed: Typed, problems: Problems) -> Plain:
    ticked = typed.get(item.id, [])
    options = [
        {
            "value": option.id,
            "label": option.label,
            "checked": option.id in ticked,
            "exclusive": option.exclusive,
        }
        for option in item.options
    ]
    type_ = "checkbox" if item.kind is ItemKind.MULTI else "radio"
    # "Tick all that apply" stands in the wording of some questions already.
    hint = "" if type_ == "radio" or "tick " in item.wording.lower() else None
    return _base(item, item.id, problems) | {
        "kind": "choices",
        "type": type_,
        "options": options,
        "hint": hint,
    }


def _partial_date(item: Item, name: str, legend: str, typed: Typed, problems: Problems) -> Plain:
    parts = _parts(name, typed, problems)
    boxes = any(parts[part] for part in DATE_PARTS)
    # Boxes that something is wrong with are shown, whatever else was chosen beside them.
    chosen = (
        A_DATE if boxes and name in problems else _one(typed, name) or (A_DATE if boxes else "")
    )
    kinds = [
        {"value": kind, "label": label, "checked": kind == chosen}
        for kind, label in KIND_LABELS.items()
        if kind == A_DATE or kind in item.special_dates
    ]
    return (
        _base(item, name, problems)
        | parts
        | {
            "kind": "partial_date",
            "legend": legend,
            "kinds": kinds,
        }
    )


def _parts(name: str, typed: Typed, problems: Problems) -> Plain:
    boxes: Plain = {part: _one(typed, f"{name}-{part}") for part in DATE_PARTS}
    return boxes | {"error_fields": problems[name].parts if name in problems else ()}


def _one(typed: Typed, name: str) -> str:
    return typed.get(name, [""])[0]
