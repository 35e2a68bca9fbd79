"""A whole version in words, for whoever approves it: questions, rules, waits, texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template

from screening.domain.clauses import Clause
from screening.domain.handling import Handling
from screening.domain.protocol import Item, Rule, ScreeningProtocol
from screening.domain.protocol_changes import wait_words
from screening.domain.rule_words import RuleWords
from screening.domain.staff import Right
from screening.web.guard import access
from screening.web.parts import parts
from screening.web.protocol_page import protocol_at
from screening.web.texts import rich

blueprint = Blueprint("protocol_reading", __name__, url_prefix="/clinic/protocols")
NO_OVERRIDE = "No clinician may decide against it."


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    wording: str
    why: str
    options: tuple[str, ...]
    asked: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """``more`` are the sentences that only some rules need."""

    id: str
    title: str
    level: str
    when: Clause
    patient: str
    clinician: str
    grounds: str
    more: tuple[str, ...]


@blueprint.get("/<name>/<version>/read")
@access("staff", Right.PROTOCOLS)
def read(name: str, version: str) -> str:
    protocol = protocol_at(name, version)
    handlings, words = parts().protocols.handling(protocol.key), RuleWords(protocol)
    return render_template(
        "clinic/protocol_reading.html",
        protocol=protocol,
        sections=[
            {"title": one.title, "questions": [_question(item, words) for item in one.items]}
            for one in protocol.sections
        ],
        groups=list(_groups(protocol, handlings, words)),
        waits=[
            {"name": key.replace("_", " "), "wait": wait_words(one.wait), "seen": one.seen}
            for key, one in protocol.waits.items()
        ],
    )


def _question(item: Item, words: RuleWords) -> Question:
    when = item.shown_when
    asked = f"Asked when: {words.clauses.of(when).line}" if when else ""
    return Question(item.id, item.wording, item.why, tuple(o.label for o in item.options), asked)


def _groups(
    protocol: ScreeningProtocol, handlings: Mapping[str, Handling], words: RuleWords
) -> Iterator[dict[str, object]]:
    """The rules as the file groups them, in its order."""
    for group, rules in groupby(protocol.rules.values(), key=lambda rule: rule.group):
        texts = [_rule(rule, handlings[rule.id].title, words) for rule in rules]
        yield {"title": group, "rules": texts}


def _rule(rule: Rule, title: str, words: RuleWords) -> RuleText:
    return RuleText(
        id=rule.id,
        title=title,
        level=rule.level.value,
        when=words.rule(rule),
        patient=rich(rule.patient),
        clinician=rich(rule.clinician),
        grounds=f"{rule.evidence} ({', '.join(rule.sources)})" if rule.sources else rule.evidence,
        more=tuple(_more(rule, words)),
    )


def _more(rule: Rule, words: RuleWords) -> Iterator[str]:
    for condition, level in rule.level_when:
        yield f"Level {level.value} where: {words.clauses.of(condition).line}"
    if rule.open_when is not None:
        yield f"No day can be named where: {words.clauses.of(rule.open_when).line}"
    if not rule.override:
        yield NO_OVERRIDE
