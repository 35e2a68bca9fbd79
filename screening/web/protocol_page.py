"""What the pages of protocol versions show: the life as a timeline, the check, what changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from screening.domain.handling import Handling
from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_changes import Difference, differences, wait_words
from screening.domain.protocol_life import Act, Check, Life, Stage
from screening.services.protocol_life import Lives
from screening.web.protocol_words import STAGES
from screening.web.texts import long_date, long_time

COMMAND_LINE = "on the command line"
GROUPS = {
    "item": "Questions",
    "rule": "Rules",
    "wait": "Waits",
    "condition": "Named conditions",
    "part": "Other parts",
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version as the list and its own page show it; `note` says where new forms stand."""

    key: str
    title: str
    digest: str
    stage: str
    tone: str
    note: str
    counts: str
    checked: str
    approved: str
    based_on: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How dates and people are shown at this clinic."""

    zone: str
    names: Mapping[str, str]

    def when(self, moment: object) -> str:
        return long_time(moment, self.zone)  # type: ignore[arg-type]

    def who(self, staff_id: str | None) -> str:
        return self.names.get(staff_id, "somebody") if staff_id else COMMAND_LINE


def version_of(lives: Lives, protocol: ScreeningProtocol) -> Version:
    life = lives.lives[protocol.key]
    stage, tone = STAGES[life.stage]
    made = lives.adjusted.get(protocol.key)
    approval = life.approval
    return Version(
        key=protocol.key,
        title=protocol.title,
        digest=protocol.digest,
        stage=stage,
        tone=tone,
        note=_note(life, protocol.key in lives.in_use),
        counts=_counts(protocol),
        checked=check_words(life.check),
        approved=f"{approval.name}, {long_date(approval.day)}" if approval else "Nobody yet",
        based_on=made.based_on if made else "",
    )


def check_words(check: Check | None) -> str:
    if check is None:
        return "Not checked yet"
    if not check.holds:
        failing = sum(bool(one.failures) for one in check.results)
        return f"{failing} of {len(check.results)} properties fail"
    declared = len(check.results) - len(check.undeclared)
    words = f"All {declared} declared properties hold"
    return f"{words}, {len(check.undeclared)} not declared" if check.undeclared else words


def property_rows(check: Check | None) -> list[dict[str, object]]:
    """For each property what was found, the first failures with it."""
    return [
        {
            "sentence": one.sentence,
            "found": _found(one.declared, one.failures, one.states),
            "first": one.first,
            "fails": bool(one.failures),
        }
        for one in (check.results if check else ())
    ]


def life_events(lives: Lives, key: str, seen: Seen) -> list[dict[str, str | None]]:
    """All that happened to this version, the first first."""
    return [event for _, event in sorted(_events(lives, key, seen), key=lambda one: str(one[0]))]


def difference_groups(before: ScreeningProtocol, now: ScreeningProtocol) -> list[dict[str, object]]:
    found = differences(before, now)
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


def wait_options(protocol: ScreeningProtocol) -> list[tuple[str, str]]:
    words = ((key, wait_words(named.wait)) for key, named in protocol.waits.items())
    return [(key, f"{key.replace('_', ' ')}: {now}") for key, now in sorted(words)]


def level_options(
    protocol: ScreeningProtocol, handlings: Mapping[str, Handling]
) -> list[tuple[str, str]]:
    """The rules whose level can be raised at all."""
    found = (rule for rule in protocol.rules.values() if rule.level.value != "stop")
    words = [(rule.id, f"{handlings[rule.id].title}: {rule.level.value}") for rule in found]
    return sorted(words, key=lambda one: one[1])


def _note(life: Life, used: bool) -> str:
    if used and life.stage is not Stage.CURRENT:
        return "New forms use it, since none was ever made current"
    if life.stage is Stage.CURRENT:
        return "New forms use it"
    return "No new forms; what was sent under it keeps it" if life.retired else ""


def _counts(protocol: ScreeningProtocol) -> str:
    return (
        f"{len(protocol.items)} questions, {len(protocol.rules)} rules, "
        f"{len(protocol.waits)} waits, {len(protocol.sources)} sources"
    )


def _found(declared: bool, failures: int, states: int) -> str:
    if not declared:
        return "Not declared in this version, so not checked"
    if failures:
        return f"Fails in {failures:,} of {states:,} states"
    return f"Holds in {states:,} states"


def _events(lives: Lives, key: str, seen: Seen) -> Iterator[tuple[object, dict[str, str | None]]]:
    life, made = lives.lives[key], lives.adjusted.get(key)
    if made is not None:
        text = f"Made from {made.based_on}"
        yield made.made_at, _event(made.made_at, text, made.staff_id, seen, made.reason)
    for check in life.checks:
        other = None if check.digest == life.digest else _another(check.digest)
        text = f"Checked: {check_words(check)}"
        yield check.at, _event(check.at, text, check.staff_id, seen, other)
    for given in life.approvals:
        other = given.statement if given.digest == life.digest else _another(given.digest)
        text = f"Approved by {given.name}"
        yield given.at, _event(given.at, text, given.staff_id, seen, other)
    for move in life.moves:
        text = "Made current" if move.act is Act.CURRENT else "Retired"
        yield move.at, _event(move.at, text, move.staff_id, seen, None)


def _event(
    at: object, text: str, staff_id: str | None, seen: Seen, detail: str | None
) -> dict[str, str | None]:
    return {"when": seen.when(at), "text": text, "who": seen.who(staff_id), "detail": detail}


def _another(digest: str) -> str:
    return f"About another file than this one (digest {digest[:12]}): it does not count."
