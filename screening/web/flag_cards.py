"""Flags as a clinician reads them: meaning, the answers behind, clear date, evidence, sources."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from screening.domain.assessment import Assessment, Flag
from screening.domain.clinic import Clinic
from screening.domain.handling import Handling
from screening.domain.protocol import Disagreement, Level, Process, Rule, ScreeningProtocol, Source
from screening.domain.wording import fill
from screening.web.texts import answer_lines, long_date, relative_day, rich
from screening.web.why import Why

GROUPS = {
    Level.STOP: "Stop: do not treat as things stand",
    Level.REVIEW: "Review: decide before the visit",
    Level.CAUTION: "Caution: extra steps",
    Level.INFO: "Good to know",
}
NO_ANSWER = ["No answer was given"]


@dataclass(frozen=True, slots=True)
class FlagCard:
    """The arguments of the macro `flag_card`, and the text inside it."""

    rule: str
    title: str
    level: Level
    text: Markup
    evidence: list[dict[str, object]]
    clear: str | None
    suggested: tuple[str, ...]
    lead: str
    strength: str
    sources: list[dict[str, str | None]]
    disagreements: list[Disagreement]
    overdue: str
    about_changes: bool
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class FlagGroup:
    level: Level
    title: str
    cards: tuple[FlagCard, ...]


def flag_groups(
    protocol: ScreeningProtocol,
    handlings: Mapping[str, Handling],
    assessment: Assessment,
    answers: Mapping[str, object],
    clinic: Clinic,
    today: date,
    reasons: Mapping[str, Why] | None = None,
) -> list[FlagGroup]:
    """Stop first; levels without a flag are left out. `reasons` are by rule."""
    bare = [
        _card(protocol, handlings[flag.rule], flag, answers, clinic, today)
        for flag in assessment.flags
    ]
    cards = [replace(card, why=(reasons or {}).get(card.rule)) for card in bare]
    groups = (
        FlagGroup(level, title, tuple(card for card in cards if card.level is level))
        for level, title in GROUPS.items()
    )
    return [group for group in groups if group.cards]


def question_and_answer(
    protocol: ScreeningProtocol, item_id: str, answers: Mapping[str, object]
) -> dict[str, object]:
    item = protocol.items[item_id]
    lines = answer_lines(protocol, item, answers.get(item_id))
    return {"question": item.wording, "answer": lines or NO_ANSWER}


def _card(
    protocol: ScreeningProtocol,
    handling: Handling,
    flag: Flag,
    answers: Mapping[str, object],
    clinic: Clinic,
    today: date,
) -> FlagCard:
    rule = protocol.rules[flag.rule]
    return FlagCard(
        rule=rule.id,
        title=handling.title,
        level=flag.level,
        text=rich(_filled(protocol, rule, flag, clinic)),
        evidence=[question_and_answer(protocol, item, answers) for item in flag.evidence],
        clear=_clear(flag, today),
        suggested=handling.precautions,
        lead=_lead(handling),
        overdue=_overdue(handling, today),
        about_changes=rule.process is Process.CHANGED_AFTER_RESULT,
        strength=rule.evidence,
        sources=[_source(protocol.sources[source]) for source in rule.sources],
        disagreements=[one for one in protocol.disagreements if rule.id in one.rules],
    )


def _filled(protocol: ScreeningProtocol, rule: Rule, flag: Flag, clinic: Clinic) -> str:
    values = {
        "date": long_date(flag.clear_date) if flag.clear_date else "a day not known yet",
        "list": "; ".join(protocol.items[item].wording for item in flag.listed),
        "emergency_number": clinic.emergency_number,
        "urgent_line": clinic.urgent_line,
        "clinic_phone": clinic.phone,
    }
    return fill(rule.clinician, values)


def _lead(handling: Handling) -> str:
    """How long before the visit somebody must know of it; empty where that does not matter."""
    if not handling.lead_days:
        return ""
    days = "1 day" if handling.lead_days == 1 else f"{handling.lead_days} days"
    return f"Needs {days} before the visit for {handling.lead_reason}."


def _overdue(handling: Handling, today: date) -> str:
    """Empty as long as the rule need not be looked at again."""
    if handling.review_by is None or not handling.overdue(today):
        return ""
    who = f" by {handling.owner}" if handling.owner else ""
    return f"This rule was due for review{who} on {long_date(handling.review_by)}. It still counts."


def _clear(flag: Flag, today: date) -> str | None:
    if flag.open:
        return "open: no date can be named yet"
    if flag.clear_date is None:
        return None
    words = f"{long_date(flag.clear_date)} ({relative_day(flag.clear_date, today)})"
    return f"{words}, reckoned from an approximate date" if flag.approximate else words


def _source(source: Source) -> dict[str, str | None]:
    """Title and the issuer's own address; never where a copy was read."""
    address, title = source.address or "", f"{source.id} {source.title}"
    if not address.startswith(("https://", "http://")):
        return {"title": f"{title} (no address known)", "address": None}
    return {"title": title, "address": address}
