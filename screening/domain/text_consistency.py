"""Whether something fills in every placeholder of every text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from screening.domain.faults import Fault
from screening.domain.wording import PLACEHOLDERS, placeholders

if TYPE_CHECKING:
    from screening.domain.protocol import Rule, ScreeningProtocol

CLINIC = PLACEHOLDERS - {"date", "list"}
NONE: frozenset[str] = frozenset()


def text_faults(protocol: "ScreeningProtocol") -> Iterator[Fault]:
    """Braces in any text that nothing fills in there."""
    for path, text, known in _texts(protocol):
        names = placeholders(text)
        right = f"use one of {', '.join(sorted(known))}" if known else "write plain words"
        for name in sorted(names - known):
            yield Fault(path, f"nothing fills in {{{name}}} here", right)
        if text.count("{") + text.count("}") != 2 * _written(text, names):
            yield Fault(path, "a brace that is no placeholder", right)


def _written(text: str, names: frozenset[str]) -> int:
    return sum(text.count(f"{{{name}}}") for name in names)


def _texts(protocol: "ScreeningProtocol") -> Iterator[tuple[str, str, frozenset[str]]]:
    """Path, text and the placeholders that are filled in there."""
    for rule in protocol.rules.values():
        yield f"rules.{rule.id}.patient", rule.patient, _of_rule(rule)
        yield f"rules.{rule.id}.clinician", rule.clinician, NONE
    for advice in protocol.advice:
        yield f"advice.{advice.id}.body", advice.body, CLINIC
        yield f"advice.{advice.id}.title", advice.title, NONE
    for level, heading in protocol.headings.items():
        yield f"headings.{level.value}", heading, NONE
    for one in protocol.contradictions:
        yield f"contradictions.{one.id}.question", one.question, NONE
    for kind in protocol.recognised:
        yield f"recognised.{kind.id}.label", kind.label, NONE
    for key in ("title", "approval_banner", "nothing_noticed", "not_before_label", "no_date_yet"):
        yield key, getattr(protocol, key), NONE
    for section in protocol.sections:
        yield f"sections.{section.id}.title", section.title, NONE
        yield f"sections.{section.id}.intro", section.intro, NONE
    for item in protocol.items.values():
        yield f"{item.path}.wording", item.wording, NONE
        yield f"{item.path}.why", item.why, NONE
        for option in item.options:
            yield f"{item.path}.options.{option.id}.label", option.label, NONE


def _of_rule(rule: "Rule") -> frozenset[str]:
    """A date where the rule always has one; a list where it speaks of several answers."""
    always_dated = rule.since and not rule.fires_without_date
    dated = frozenset({"date"}) if always_dated else NONE
    return CLINIC | dated | (frozenset({"list"}) if rule.process else NONE)
