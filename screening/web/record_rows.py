"""The answers of one submission as rows: by section, the unknown, the patient's own words."""

from collections.abc import Iterable, Iterator, Mapping

from screening.domain.answers import Answers, examine
from screening.domain.assessment import Assessment
from screening.domain.context import read_context
from screening.domain.handling import Handling
from screening.domain.protocol import Item, ScreeningProtocol
from screening.services.casefile import OpenedSubmission
from screening.storage.submissions import SubmissionRecord
from screening.web.flag_cards import NO_ANSWER
from screening.web.own_words import not_sure_of
from screening.web.queue import LEVELS
from screening.web.texts import answer_lines
from screening.web.unknowns import unsure_items

Row = dict[str, object]
Raw = Mapping[str, object]
Handlings = Mapping[str, Handling]


def unsure_rows(opened: OpenedSubmission, protocol: ScreeningProtocol) -> list[Row]:
    """Not sure or unknown, not answered at all, and not sure when asked about it before sending."""
    record = opened.record
    answers: Raw = record.answers["answers"]
    missing = _examined(protocol, record).missing
    items = [*unsure_items(protocol, answers), *(protocol.items[name] for name in missing)]
    rows = [row(protocol, item, answers) for item in dict.fromkeys(items)]
    for question, said in not_sure_of(opened, protocol):
        rows.append({"key": question, "value": [said], "note": None})
    return rows


def section_rows(
    protocol: ScreeningProtocol,
    handlings: Handlings,
    record: SubmissionRecord,
    assessment: Assessment,
) -> Iterator[tuple[str, list[Row]]]:
    """Every shown question with its answer; those that a flag read are marked."""
    answers: Raw = record.answers["answers"]
    for section in protocol.sections:
        shown = shown_of(protocol, record)
        rows = [
            row(protocol, item, answers, _flags_of(item, handlings, assessment))
            for item in section.items
            if item in shown and (item.id in answers or not item.optional)
        ]
        if rows:
            yield section.title, rows


def shown_of(protocol: ScreeningProtocol, record: SubmissionRecord) -> tuple[Item, ...]:
    return _examined(protocol, record).shown


def _examined(protocol: ScreeningProtocol, record: SubmissionRecord) -> Answers:
    context, _ = read_context(record.answers["context"], protocol.items)
    return examine(protocol, context, record.answers["answers"])[0]


def row(protocol: ScreeningProtocol, item: Item, answers: Raw, flags: Iterable[str] = ()) -> Row:
    value = answer_lines(protocol, item, answers.get(item.id)) or NO_ANSWER
    marks = "; ".join(flags)
    return {"key": item.wording, "value": value, "note": f"Flagged: {marks}" if marks else None}


def _flags_of(item: Item, handlings: Handlings, assessment: Assessment) -> list[str]:
    return [
        f"{LEVELS[flag.level]} – {handlings[flag.rule].title}"
        for flag in assessment.flags
        if item.id in flag.evidence
    ]
