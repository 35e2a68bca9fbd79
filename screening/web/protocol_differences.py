"""What an approver looks at anew: all that differs from the version before."""

from collections.abc import Iterator

from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_changes import Difference, differences
from screening.services.protocol_life import Lives

GROUPS = {
    "item": "Questions",
    "rule": "Rules",
    "wait": "Waits",
    "condition": "Named conditions",
    "text": "What patients read where a wait changed: these texts stay as they were",
    "part": "Other parts",
}


def difference_groups(before: ScreeningProtocol, now: ScreeningProtocol) -> list[dict[str, object]]:
    found = (*differences(before, now), *_texts(before, now))
    return [
        {"title": title, "rows": rows}
        for kind, title in GROUPS.items()
        if (rows := [one for one in found if one.kind == kind])
    ]


def predecessor(lives: Lives, protocol: ScreeningProtocol) -> ScreeningProtocol | None:
    """The version that this one was made from, or the released one before it."""
    made = lives.adjusted.get(protocol.key)
    named = {one.key: one for one in lives.versions if one.name == protocol.name}
    if made is not None:
        return named.get(made.based_on)
    released = [key for key in named if key == named[key].released_key]
    place = released.index(protocol.key)
    return named[released[place - 1]] if place else None


def _texts(before: ScreeningProtocol, now: ScreeningProtocol) -> Iterator[Difference]:
    """Unchanged texts of rules whose wait changed: they may name the old one."""
    changed = {
        key
        for key, named in now.waits.items()
        if key in before.waits and before.waits[key].wait != named.wait
    }
    for rule in now.rules.values():
        same = rule.id in before.rules and before.rules[rule.id].patient == rule.patient
        if same and any(key in changed for _, key in rule.waits):
            yield Difference("text", rule.id, rule.patient)
