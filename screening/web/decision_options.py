"""What the decision form offers on these grounds, each choice with what it needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from screening.domain.assessment import Assessment
from screening.domain.handling import Handling
from screening.domain.protocol import Item, Level
from screening.domain.review import Disposition, Grounds, ReasonCode
from screening.web.decisions import DecisionForm
from screening.web.queue import DISPOSITIONS
from screening.web.texts import long_date

REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.SEEN: "Seen in person",
    ReasonCode.EXPLAINED: "The patient explained the answer",
    ReasonCode.RECORDS: "Records or a letter were checked",
    ReasonCode.ADVISED: "A prescriber or specialist advised",
    ReasonCode.PLAN_CHANGED: "The plan was changed: other area, depth or device",
    ReasonCode.OTHER: "Other",
}
FIELDS: Mapping[str, str] = {
    "defer_until": "defer_until-day",
    "precautions": "own_precautions",
    "question": "question",
    "items": "question",
    "reason_code": f"reason_code-{ReasonCode.SEEN}",
    "reason": "reason",
    "note": "note",
    "message": "message",
}
"""Where each error is mended."""
Option = dict[str, object]


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that the form lets choose; `against` are the decisions that need a reason.

    A deferral needs one only before a day: it is asked for once such a day is named.
    """

    dispositions: list[Option]
    precautions: list[Option]
    reasons: list[Option]
    items: list[Option]
    other_items: list[Option]
    against: tuple[str, ...]
    quick: bool
    binding: bool
    second: bool


def offer(
    grounds: Grounds,
    assessment: Assessment,
    handlings: Mapping[str, Handling],
    askable: tuple[Item, ...],
    unsure: frozenset[str],
    form: DecisionForm,
) -> Offer:
    read = {item for flag in assessment.flags for item in flag.evidence} | unsure
    likely = [item for item in askable if item.id in read]
    rest = [item for item in askable if item.id not in read]
    return Offer(
        dispositions=_dispositions(grounds, form.disposition),
        precautions=list(_precautions(assessment, handlings, form.precautions)),
        reasons=[_option(code, words, [form.reason_code]) for code, words in REASONS.items()],
        items=[_option(item.id, item.wording, form.items) for item in likely],
        other_items=[_option(item.id, item.wording, form.items) for item in rest],
        against=tuple(one.value for one in Disposition if grounds.contradicted_by(one)),
        quick=not grounds.binding and not grounds.contradicted_by(Disposition.PROCEED),
        binding=bool(grounds.binding),
        second=grounds.second_sign_off and grounds.level is Level.STOP and not grounds.binding,
    )


def error_links(form: DecisionForm, offered: Offer) -> list[dict[str, str]]:
    """The summary at the top: each error leads to the box where it is mended."""
    first = f"disposition-{offered.dispositions[0]['value']}"
    targets = {"disposition": first, **FIELDS}
    return [
        {"href": f"#{target}", "text": form.errors[name]}
        for name, target in targets.items()
        if name in form.errors
    ]


def _dispositions(grounds: Grounds, chosen: str) -> list[Option]:
    return [
        {**_option(one, label, [chosen]), "hint": _hint(grounds, one)}
        for one, label in DISPOSITIONS.items()
        if not (one.proceeds and grounds.binding)
    ]


def _hint(grounds: Grounds, disposition: Disposition) -> str | None:
    if disposition is Disposition.DEFER:
        day = grounds.not_before
        return f"Before {long_date(day)}: needs a reason." if day else None
    if not grounds.contradicted_by(disposition):
        return None
    second = grounds.second_sign_off and grounds.overridden_by(disposition)
    colleague = " and a colleague" if second else ""
    return f"Against the flags: needs a reason{colleague}."


def _precautions(
    assessment: Assessment, handlings: Mapping[str, Handling], ticked: tuple[str, ...]
) -> Iterator[Option]:
    """Each once, under the most serious flag that suggests it."""
    seen: set[str] = set()
    for flag in assessment.flags:
        handling = handlings[flag.rule]
        for text in handling.precautions:
            if text not in seen:
                seen.add(text)
                place = f"{len(seen)}"
                yield {**_option(text, text, ticked), "id": place, "hint": handling.title}


def _option(value: str, label: str, chosen: list[str] | tuple[str, ...]) -> Option:
    return {"value": str(value), "label": label, "checked": value in chosen}
