"""Answers given under one protocol version, read as another version would read them.

Nobody was asked the other version's questions, so nothing is made up: an answer counts where the
other version still knows it, and a question that it would have to ask is named, never answered
and never a gap. Whoever shows such a reading says which questions it is without.
"""

from dataclasses import dataclass, replace

from screening.domain.answers import Answers, Raw, examine
from screening.domain.context import Context
from screening.domain.moving import asks_the_same, fits
from screening.domain.protocol import ScreeningProtocol


@dataclass(frozen=True, slots=True)
class Reading:
    """`anew`: the items that would be asked anew; `reworded`: those of which an answer counts
    although the question or its options read otherwise now."""

    answers: Answers
    anew: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()


def read_again(
    raw: Raw, own: ScreeningProtocol, other: ScreeningProtocol, context: Context
) -> Reading:
    """Answers to `own`, read under `other`. Gaps that they had before stay gaps."""
    given, _ = examine(own, context, raw)
    if own is other:
        return Reading(given)
    said = given.to_json()
    same = frozenset(name for name in said if asks_the_same(own, other, name))
    known = {n: one for n, one in said.items() if n in same or fits(other, n, one, context)}
    answers, _ = examine(other, context, known)
    open_now = (frozenset(answers.missing) - frozenset(given.missing)) | (
        said.keys() - known.keys()
    )
    return Reading(
        replace(answers, missing=tuple(n for n in answers.missing if n not in open_now)),
        tuple(item.id for item in answers.shown if item.id in open_now),
        tuple(name for name in answers.values if name in known and name not in same),
    )
