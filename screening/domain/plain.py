"""Plain submissions: nothing in them that a clinician would have to weigh.

Only these may be confirmed several at once: nothing is flagged above the level info, nothing is
unsure or unknown, nothing was written in free words, and no answer was withdrawn on the way.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from screening.domain.assessment import Assessment
from screening.domain.dates import UNKNOWN
from screening.domain.protocol import ItemKind, Level, ScreeningProtocol

Raw = Mapping[str, object]


class NotPlain(StrEnum):
    """Why a submission has to be read by itself."""

    UNASSESSED = "unassessed"
    FLAGGED = "flagged"
    UNSURE = "unsure"
    WRITTEN = "written"
    WITHDRAWN = "withdrawn"


def not_plain(
    protocol: ScreeningProtocol, assessment: Assessment | None, answers: Raw, withdrawn: Raw
) -> tuple[NotPlain, ...]:
    """Every reason against confirming it with others; none: it is plain."""
    return tuple(_reasons(protocol, assessment, answers, withdrawn))


def _reasons(
    protocol: ScreeningProtocol, assessment: Assessment | None, answers: Raw, withdrawn: Raw
) -> Iterator[NotPlain]:
    if assessment is None:
        yield NotPlain.UNASSESSED
    elif assessment.level > Level.INFO:
        yield NotPlain.FLAGGED
    if any(_unsure(raw) for raw in answers.values()):
        yield NotPlain.UNSURE
    texts = (item.id for item in protocol.items.values() if item.kind is ItemKind.TEXT)
    if any(str(answers.get(name) or "").strip() for name in texts):
        yield NotPlain.WRITTEN
    if withdrawn:
        yield NotPlain.WITHDRAWN


def _unsure(raw: object) -> bool:
    said = raw.values() if isinstance(raw, Mapping) else raw if isinstance(raw, list) else [raw]
    return bool({"not_sure", UNKNOWN} & {one for one in said if isinstance(one, str)})
