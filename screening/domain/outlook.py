"""For patients: what time changes about a flag, and what a clinician does about it.

Never which other answer would make a difference: that would only invite another answer.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from screening.domain.answer_words import long_date
from screening.domain.assessment import Flag
from screening.domain.protocol import Level, Rule

Words = Mapping[str, str]
SAYS_THE_DAY = "{date}"

ENGLISH: Words = MappingProxyType(
    {
        "ends": "This wait ends on {day}.",
        "asked_again": "From that day on we can ask you the questions again.",
        "open": "No day can be named for this yet.",
        "checks": "A clinician will check this with you before any treatment.",
        "checks_all": "A clinician will check these with you before any treatment.",
        "on_the_day": "A clinician will go through this with you at your visit.",
        "on_the_day_all": "A clinician will go through these with you at your visit.",
    }
)


def time_changes(flag: Flag, rule: Rule, words: Words = ENGLISH) -> tuple[str, ...]:
    """What time does, in sentences; the end of a wait that the rule's own text names is not said
    twice."""
    if flag.clear_date is None:
        return (words["open"],) if flag.open else ()
    said = (
        "" if SAYS_THE_DAY in rule.patient else words["ends"].format(day=long_date(flag.clear_date))
    )
    again = words["asked_again"] if "completion" in rule.checked_on else ""
    return tuple(filter(None, (said, again)))


def clinician_does(flags: Sequence[Flag], words: Words = ENGLISH) -> str:
    """One sentence about all flags of a level; none about what is only good to know."""
    if not any(flag.level > Level.INFO for flag in flags):
        return ""
    weighs = any(flag.open or flag.level >= Level.REVIEW for flag in flags)
    return words[("checks" if weighs else "on_the_day") + ("_all" if len(flags) > 1 else "")]
