"""One submission as a clinician reads it: own words and flags, then unknowns, then answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from screening.domain.assessment import Assessment
from screening.domain.clinic import Clinic
from screening.domain.protocol import Level, ScreeningProtocol
from screening.domain.submission import Turn
from screening.services.casefile import OpenedSubmission
from screening.web.case_head import earliest_words, head_facts
from screening.web.flag_cards import FlagGroup, flag_groups
from screening.web.own_words import OwnWords, Unsettled, own_words, unsettled
from screening.web.queue import LEVELS, STATUSES
from screening.web.record_rows import Handlings, Row, section_rows, unsure_rows
from screening.web.texts import long_date
from screening.web.why import why_flags

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Casework:
    """What the answers of one submission say, in words."""

    id: str
    name: str
    reference: str
    demo: bool
    level: Level
    level_words: str
    status: str
    tone: str
    waits: str
    facts: list[dict[str, str]]
    assessed: bool
    groups: list[FlagGroup]
    earliest: str
    earliest_note: str
    unsure: list[Row]
    own_words: list[OwnWords]
    unsettled: list[Unsettled]
    sections: list[tuple[str, list[Row]]]
    day_check: tuple[str, ...]
    protocol: str


def casework(
    opened: OpenedSubmission,
    protocol: ScreeningProtocol,
    handlings: Handlings,
    clinic: Clinic,
    today: date,
) -> Casework:
    record, assessment = opened.record, opened.assessment or Assessment(())
    answers: Raw = record.answers["answers"]
    reasons = why_flags(record, protocol, assessment, handlings)
    status, tone = STATUSES[opened.status]
    earliest, note = earliest_words(assessment)
    *facts, protocol_fact = head_facts(opened, protocol, clinic, today)
    return Casework(
        id=record.id,
        name=str(record.identity.get("name") or "No name given"),
        reference=record.reference,
        demo=record.is_demo,
        level=opened.level,
        level_words=LEVELS[opened.level],
        status=status,
        tone=tone,
        waits=_waits(opened, today),
        facts=facts,
        assessed=opened.assessment is not None,
        groups=flag_groups(protocol, handlings, assessment, answers, clinic, today, reasons),
        earliest=earliest,
        earliest_note=note,
        unsure=unsure_rows(opened, protocol),
        own_words=own_words(opened, protocol),
        unsettled=unsettled(opened, protocol),
        sections=list(section_rows(protocol, handlings, record, assessment)),
        day_check=protocol.day_check,
        protocol=protocol_fact["value"],
    )


def _waits(opened: OpenedSubmission, today: date) -> str:
    """For whom or what it waits, where the status alone does not say it."""
    standing = opened.standing
    turn, until = standing.turn(opened.status, today), standing.defer_until
    if turn is Turn.SECOND:
        return "Waits for a second clinician"
    if turn is Turn.PATIENT:
        return "Waits for the patient"
    if turn is Turn.LATER and until is not None:
        return f"Deferred until {long_date(until)}"
    if turn is Turn.CLINIC and not opened.status.needs_decision:
        return "Deferred until now: decide again"
    return ""
