"""One submission as a clinician reads it: flags first, then unknowns, then every answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from screening.domain.answers import examine
from screening.domain.assessment import Assessment
from screening.domain.clinic import Clinic
from screening.domain.context import read_context
from screening.domain.dates import UNKNOWN
from screening.domain.protocol import Item, Level, ScreeningProtocol
from screening.services.casefile import OpenedSubmission
from screening.storage.reviews import ReviewRecord
from screening.web.case_head import earliest_words, head_facts
from screening.web.flag_cards import NO_ANSWER, FlagGroup, flag_groups, rule_title
from screening.web.queue import LEVELS, STATUSES, disposition_words
from screening.web.texts import answer_lines, long_time
from screening.web.timeline import Names, timeline

Row = dict[str, object]
Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Casework:
    """Everything that the submission page shows, in words."""

    id: str
    name: str
    reference: str
    demo: bool
    level: Level
    level_words: str
    status: str
    tone: str
    facts: list[dict[str, str]]
    assessed: bool
    groups: list[FlagGroup]
    earliest: str
    earliest_note: str
    unsure: list[Row]
    withdrawn: list[Row]
    sections: list[tuple[str, list[Row]]]
    decisions: list[Row]
    events: list[dict[str, str | None]]
    day_check: tuple[str, ...]


def casework(
    opened: OpenedSubmission, protocol: ScreeningProtocol, clinic: Clinic, today: date
) -> Casework:
    record, assessment = opened.record, opened.assessment or Assessment(())
    answers: Raw = record.answers["answers"]
    status, tone = STATUSES[opened.status]
    earliest, note = earliest_words(assessment)
    return Casework(
        id=record.id,
        name=str(record.identity.get("name") or "No name given"),
        reference=record.reference,
        demo=record.is_demo,
        level=opened.level,
        level_words=LEVELS[opened.level],
        status=status,
        tone=tone,
        facts=head_facts(opened, protocol, clinic, today),
        assessed=opened.assessment is not None,
        groups=flag_groups(protocol, assessment, answers, clinic, today),
        earliest=earliest,
        earliest_note=note,
        unsure=_unsure(protocol, answers),
        withdrawn=_rows(protocol, record.answers.get("withdrawn", {})),
        sections=list(_sections(protocol, opened, assessment)),
        decisions=[_decision(one, opened.names, clinic) for one in reversed(opened.reviews)],
        events=timeline(opened.events, opened.reviews, opened.names, clinic.time_zone),
        day_check=protocol.day_check,
    )


def _unsure(protocol: ScreeningProtocol, answers: Raw) -> list[Row]:
    unsure = {name: raw for name, raw in answers.items() if _is_unsure(raw)}
    return _rows(protocol, unsure)


def _is_unsure(raw: object) -> bool:
    said = raw if isinstance(raw, list) else [raw]
    values = list(raw.values()) if isinstance(raw, Mapping) else said
    return "not_sure" in values or UNKNOWN in values


def _rows(protocol: ScreeningProtocol, answers: Raw) -> list[Row]:
    """In the order in which the questions are asked, whatever order they are kept in."""
    asked = (item for item in protocol.items.values() if item.id in answers)
    return [_row(protocol, item, answers) for item in asked]


def _row(protocol: ScreeningProtocol, item: Item, answers: Raw, flags: tuple[str, ...] = ()) -> Row:
    value = answer_lines(protocol, item, answers.get(item.id)) or NO_ANSWER
    note = f"Flagged: {'; '.join(flags)}" if flags else None
    return {"key": item.wording, "value": value, "note": note}


def _sections(
    protocol: ScreeningProtocol, opened: OpenedSubmission, assessment: Assessment
) -> Iterator[tuple[str, list[Row]]]:
    answers: Raw = opened.record.answers["answers"]
    context, _ = read_context(opened.record.answers["context"], protocol.items)
    shown = examine(protocol, context, answers)[0].shown
    for section in protocol.sections:
        rows = [
            _row(protocol, item, answers, _flags_of(item, assessment))
            for item in section.items
            if item in shown and (item.id in answers or not item.optional)
        ]
        if rows:
            yield section.title, rows


def _flags_of(item: Item, assessment: Assessment) -> tuple[str, ...]:
    return tuple(
        f"{LEVELS[flag.level]} – {rule_title(flag.rule)}"
        for flag in assessment.flags
        if item.id in flag.evidence
    )


def _decision(review: ReviewRecord, names: Names, clinic: Clinic) -> Row:
    return {
        "words": disposition_words(review.disposition, review.defer_until),
        "who": names[review.staff_id],
        "when": long_time(review.decided_at, clinic.time_zone),
        "against": review.against_level,
        "level": LEVELS[Level(review.level)],
        "reason": review.reason,
        "note": review.note,
    }
