"""A submission as a Summary: the words for the print page and for the PDF."""

from collections.abc import Iterator
from datetime import datetime

from screening.domain.assessment import Assessment
from screening.domain.clinic import Clinic
from screening.domain.protocol import Level
from screening.exchange.summary import (
    Fact,
    Summary,
    SummaryAnswer,
    SummaryFlag,
)
from screening.protocols.library import ProtocolLibrary
from screening.services.casefile import OpenedSubmission
from screening.web.case_head import earliest_words, head_facts
from screening.web.case_words import stop_remark
from screening.web.flag_cards import FlagCard, flag_groups
from screening.web.protocol_words import approval_of, banner_of
from screening.web.queue import LEVELS
from screening.web.record_rows import unsure_rows
from screening.web.summary_decision import decision_of, no_decision_words
from screening.web.texts import long_time

NOT_ASSESSED = (
    "The rules could not be run on these answers. That nothing is flagged here says nothing."
)
NO_WAIT = "–"
NO_FLAGS = "No rule raised a stop, review or caution flag. A clinician still confirms."


def summary_of(
    opened: OpenedSubmission,
    library: ProtocolLibrary,
    clinic: Clinic,
    printed_by: str,
    now: datetime,
) -> Summary:
    record, assessment = opened.record, opened.assessment or Assessment(())
    protocol, handlings = library.get(record.protocol), library.handling(record.protocol)
    answers, today = record.answers["answers"], clinic.day(now)
    groups = flag_groups(protocol, handlings, assessment, answers, clinic, today)
    return Summary(
        clinic=clinic.name,
        contact=(*_lines(clinic.address), clinic.phone),
        reference=record.reference,
        demo=record.is_demo,
        banner=banner_of(protocol, approval_of(protocol)),
        notices=tuple(_notices(opened, clinic)),
        level=opened.level.value,
        level_words=LEVELS[opened.level],
        facts=tuple(_facts(opened, head_facts(opened, protocol, clinic, today), clinic)),
        decision=decision_of(opened, library, clinic),
        no_decision=no_decision_words(opened, clinic),
        flags=tuple(
            _flag(card) for group in groups if group.level > Level.INFO for card in group.cards
        ),
        no_flags="" if opened.assessment is None else NO_FLAGS,
        earliest=". ".join(words for words in earliest_words(assessment) if words),
        unknowns=tuple(
            Fact(str(one["key"]), _joined(one["value"])) for one in unsure_rows(opened, protocol)
        ),
        printed=f"{long_time(now, clinic.time_zone)} by {printed_by}",
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _joined(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _notices(opened: OpenedSubmission, clinic: Clinic) -> Iterator[str]:
    if opened.superseded:
        came = long_time(opened.latest.received_at, clinic.time_zone)
        yield (
            f"Replaced: newer answers came in on {came} (edition {opened.latest.edition}). "
            f"This is edition {opened.record.edition}."
        )
    if stopped := stop_remark(opened, clinic):
        yield f"{stopped['title']}. {stopped['text']}"
    if opened.assessment is None:
        yield NOT_ASSESSED


def _facts(opened: OpenedSubmission, head: list[dict[str, str]], clinic: Clinic) -> Iterator[Fact]:
    """Who, when and by which rules; without ways to reach the person, which filing needs not."""
    yield Fact("Name", str(opened.record.identity.get("name") or "No name given"))
    yield from (Fact(row["label"], row["value"]) for row in head if row["label"] != "Contact")
    if len(opened.numbers) > 1:
        yield Fact("Edition", f"{opened.record.edition} of {len(opened.numbers)}")
    yield Fact("Photo identity", _identity(opened, clinic))


def _identity(opened: OpenedSubmission, clinic: Clinic) -> str:
    check = opened.identity_check
    if check is None:
        return "Not checked yet"
    return f"Checked by {opened.names[check.staff_id]}, {long_time(check.at, clinic.time_zone)}"


def _flag(card: FlagCard) -> SummaryFlag:
    answers = (SummaryAnswer(str(e["question"]), _joined(e["answer"])) for e in card.evidence)
    clear = card.clear or NO_WAIT
    return SummaryFlag(
        level=card.level.value,
        level_words=LEVELS[card.level],
        title=card.title,
        answers=tuple(answers),
        clear=clear[:1].upper() + clear[1:],
    )
