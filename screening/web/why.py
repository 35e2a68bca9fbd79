"""Why a flag was raised, and what would change it, as the clinician's page shows it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from screening.domain.answers import examine
from screening.domain.assessment import Assessment
from screening.domain.change_words import ChangeWords
from screening.domain.clauses import Clause
from screening.domain.context import read_context
from screening.domain.counterfactual import lower_level, without_flag
from screening.domain.derivation import Derivation, derive
from screening.domain.handling import Handling
from screening.domain.levels import Level
from screening.domain.proposals import Proposal, WhatIf
from screening.domain.protocol import ScreeningProtocol
from screening.domain.rule_phrases import ENGLISH
from screening.domain.situation import Situation
from screening.storage.submissions import SubmissionRecord

Handlings = Mapping[str, Handling]


@dataclass(frozen=True, slots=True)
class Different:
    """One way in which it would be different, and the titles of flags that would come of it."""

    text: str
    raised: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The arguments of the macro `why`: texts, and lists of them; empty where nothing is told."""

    rule: Clause
    arithmetic: tuple[tuple[str, ...], ...]
    facts: tuple[dict[str, str], ...]
    flag: tuple[Different, ...]
    level: tuple[Different, ...]
    settings: tuple[str, ...]


def why_flags(
    record: SubmissionRecord,
    protocol: ScreeningProtocol,
    assessment: Assessment,
    handlings: Handlings,
) -> dict[str, Why]:
    """For each flag that was stored and comes out the same now; others are not explained."""
    raw_context, raw_answers = record.answers["context"], record.answers["answers"]
    context, faults = read_context(raw_context, protocol.items)
    answers, errors = examine(protocol, context, raw_answers)
    if faults or errors:
        return {}
    situation, stored = Situation.of(protocol, answers, context), set(assessment.flags)
    telling = _Telling(situation, handlings, lower_level(situation))
    derivations = derive(protocol, answers, context)
    return {rule: telling.why(one) for rule, one in derivations.items() if one.flag in stored}


@dataclass(frozen=True, slots=True)
class _Telling:
    situation: Situation
    handlings: Handlings
    lower: WhatIf

    def why(self, derivation: Derivation) -> Why:
        flag = derivation.flag
        found = without_flag(self.situation, flag.rule)
        words = ChangeWords(self.situation)
        return Why(
            rule=derivation.rule,
            arithmetic=tuple(chain.steps for chain in derivation.arithmetic),
            facts=tuple(_facts(derivation)),
            flag=self._told(found, words.without_flag),
            level=self._of_level(flag.level, found, words),
            settings=tuple(map(words.other_setting, found.settings)),
        )

    def _of_level(self, level: Level, found: WhatIf, words: ChangeWords) -> tuple[Different, ...]:
        """What the ways to be without this flag do not say already."""
        same = found.smallest == self.lower.smallest and found.smallest
        if level is Level.INFO or same:
            return ()
        overall = self.situation.level
        if level < overall:
            held = ENGLISH["held"].format(level=ENGLISH[overall.value])
            lowered = any(one.level < overall for one in found.smallest)
            return () if lowered else (Different(held),)
        return self._told(self.lower, words.lower_level)

    def _told(self, found: WhatIf, sentence: Callable[[Proposal], str]) -> tuple[Different, ...]:
        if found.smallest:
            return tuple(Different(sentence(one), self._raised(one)) for one in found.smallest)
        return (Different(ENGLISH["unfinished" if found.unfinished else "none_helps"]),)

    def _raised(self, proposal: Proposal) -> str:
        titles = "; ".join(self.handlings[rule].title for rule in proposal.raised)
        return ENGLISH["raised"].format(titles=titles) if titles else ""


def _facts(derivation: Derivation) -> Iterator[dict[str, str]]:
    """What else decided: the level, why no day can be named, the wait; then the version."""
    if derivation.level_because:
        yield {"label": "Level", "value": derivation.level_because}
    if derivation.open_because:
        yield {"label": "Open", "value": derivation.open_because}
    if derivation.wait is not None:
        yield {"label": "Wait seen in sources", "value": derivation.wait.seen}
        yield {"label": "Strength of the wait", "value": derivation.wait.strength}
    version = f"{derivation.version}, digest {derivation.digest[:12]}"
    yield {"label": "Protocol", "value": version}
