"""Derivation: why a flag was raised, told from the very firing that made the flag.

For clinicians. It is computed when it is read and never stored: the answers, their
circumstances and the protocol version are, and they always give the same.
"""

from dataclasses import dataclass

from screening.domain.answer_words import answer_lines
from screening.domain.answers import Answers
from screening.domain.arithmetic import Arithmetic, Chain
from screening.domain.assessment import Flag
from screening.domain.clauses import Clause
from screening.domain.conditions import Always
from screening.domain.context import Context
from screening.domain.firing import Firing, case_of, firings
from screening.domain.process_rules import Case
from screening.domain.protocol import Disagreement, NamedWait, ScreeningProtocol, Source
from screening.domain.rule_phrases import ENGLISH, Phrases
from screening.domain.rule_words import RuleWords


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A question that the rule read, and what was answered; ``answer`` is empty for a gap."""

    item: str
    question: str
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """All that led to one flag. Empty texts where nothing but the rule itself decided."""

    flag: Flag
    version: str
    digest: str
    rule: Clause
    answers: tuple[ReadAnswer, ...]
    arithmetic: tuple[Chain, ...]
    level_because: str
    open_because: str
    wait: NamedWait | None
    strength: str
    sources: tuple[Source, ...]
    disagreements: tuple[Disagreement, ...]


def derive(
    protocol: ScreeningProtocol, answers: Answers, context: Context, phrases: Phrases = ENGLISH
) -> dict[str, Derivation]:
    """The derivation of every flag of these answers, by rule, in the order of the flags."""
    case = case_of(protocol, answers, context)
    return {one.rule.id: derivation_of(one, case, phrases) for one in firings(case)}


def derivation_of(firing: Firing, case: Case, phrases: Phrases = ENGLISH) -> Derivation:
    """Why this rule fired on this case."""
    protocol, rule, reckoning = case.protocol, firing.rule, firing.reckoning
    words = RuleWords(protocol, case.facts, phrases)
    return Derivation(
        flag=Flag.of(firing),
        version=protocol.key,
        digest=protocol.digest,
        rule=words.rule(rule),
        answers=tuple(_read(item, case) for item in firing.evidence),
        arithmetic=Arithmetic(case, phrases).of(firing),
        level_because=_level_because(firing, words),
        open_because=_open_because(firing, words),
        wait=protocol.waits[rule.waits[reckoning.place][1]] if reckoning else None,
        strength=rule.evidence,
        sources=tuple(protocol.sources[source] for source in rule.sources),
        disagreements=tuple(one for one in protocol.disagreements if rule.id in one.rules),
    )


def _read(item_id: str, case: Case) -> ReadAnswer:
    item, said = case.protocol.items[item_id], case.answers.to_json().get(item_id)
    return ReadAnswer(item_id, item.wording, tuple(answer_lines(case.protocol, item, said)))


def _level_because(firing: Firing, words: RuleWords) -> str:
    if firing.raised_by is None:
        return ""
    level, own = (words.phrases[one.value] for one in (firing.level, firing.rule.level))
    reason = words.clauses.of(firing.raised_by).line
    return words.phrases["level_because"].format(level=level, own=own, reason=reason)


def _open_because(firing: Firing, words: RuleWords) -> str:
    """Why no day can be named; the protocol's own note, such as "until healed", comes with it."""
    condition = firing.rule.open_when
    if not firing.open or condition is None:
        return ""
    if isinstance(condition, Always):
        return words.phrases["open"]
    return words.phrases["open_because"].format(reason=words.clauses.of(condition).line)
