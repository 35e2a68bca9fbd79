"""Of an assessment, what rests on nothing but the answers that were just given.

Whoever sees it learns nothing of older answers: whether a flag is here, and what it says, is the
same whatever they were. So a rule counts only if all that it reads was just asked, not only what
made it fire.
"""

from collections.abc import Iterator, Set
from dataclasses import replace

from screening.domain.assessment import Assessment, Flag
from screening.domain.conditions import NOTHING, Evidence, support
from screening.domain.process_rules import Case, process_causes
from screening.domain.protocol import Process, Rule, ScreeningProtocol
from screening.domain.supplement import with_parents

_ABOUT_SINGLE_ANSWERS = frozenset({Process.UNSURE, Process.UNKNOWN_DATE, Process.CONTRADICTION})


def just_said(assessment: Assessment, case: Case, asked: Set[str]) -> tuple[Flag, ...]:
    """The flags that may be told to whoever just answered ``asked``, narrowed to these."""
    return tuple(_told(assessment, case, asked))


def _told(assessment: Assessment, case: Case, asked: Set[str]) -> Iterator[Flag]:
    for flag in assessment.flags:
        rule = case.protocol.rules[flag.rule]
        if rule.process is None:
            if _asked_whole(case.protocol, reads(rule), asked):
                yield flag
        elif rule.process in _ABOUT_SINGLE_ANSWERS:
            causes = [
                one for one in process_causes(rule, case) if _may_tell(rule, one, case, asked)
            ]
            about = case.in_order(NOTHING.union(*causes))
            if about:
                yield replace(flag, evidence=about, listed=about)


def reads(rule: Rule) -> Evidence:
    """Every item that the flag, its level or its date can depend on."""
    conditions = (rule.when, *(one for one, _ in (*rule.level_when, *rule.waits)))
    found = NOTHING.union(*map(support, conditions))
    found |= support(rule.open_when) if rule.open_when else NOTHING
    return found | ({rule.since.partition(".")[0]} if rule.since else NOTHING)


def _may_tell(rule: Rule, cause: Evidence, case: Case, asked: Set[str]) -> bool:
    """A date is needed by a rule, which may read more than the date."""
    read = cause
    if rule.process is Process.UNKNOWN_DATE:
        dated = (one for one in case.protocol.rules.values() if one.since)
        read = cause.union(*(found for one in dated if cause <= (found := reads(one))))
    return _asked_whole(case.protocol, read, asked)


def _asked_whole(protocol: ScreeningProtocol, read: Evidence, asked: Set[str]) -> bool:
    """With the questions that these follow up on: that one was shown tells their answer."""
    return bool(read) and with_parents(protocol, read) <= asked
