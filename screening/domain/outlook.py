"""For patients: what time changes about a flag, and what a clinician will look at.

Never which other answer would make a difference: that would only invite another answer.
"""

from collections.abc import Mapping
from types import MappingProxyType

from screening.domain.answer_words import long_date
from screening.domain.assessment import Flag
from screening.domain.protocol import Level, Rule

Words = Mapping[str, str]

ENGLISH: Words = MappingProxyType(
    {
        "ends": "This wait ends on {day}.",
        "asked_again": "From that day on we can ask you the questions again.",
        "open": "No day can be named for this yet.",
        "checks": "A clinician will check this with you before any treatment.",
        "on_the_day": "A clinician will go through this with you at your visit.",
    }
)


def outlook(flag: Flag, rule: Rule, words: Words = ENGLISH) -> tuple[str, ...]:
    """Sentences about one flag: first what time does, then what a clinician does."""
    said = []
    if flag.clear_date is not None:
        said.append(words["ends"].format(day=long_date(flag.clear_date)))
        if "completion" in rule.checked_on:
            said.append(words["asked_again"])
    elif flag.open:
        said.append(words["open"])
    weighs = flag.open or flag.level >= Level.REVIEW
    return (*said, words["checks" if weighs else "on_the_day"])
