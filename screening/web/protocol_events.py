"""What happened to a protocol version, as its page tells it: the check and the timeline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from screening.domain.protocol_life import Act, Check
from screening.services.protocol_life import Lives
from screening.web.texts import long_time

COMMAND_LINE = "on the command line"


@dataclass(frozen=True, slots=True)
class Seen:
    """How dates and people are shown at this clinic."""

    zone: str
    names: Mapping[str, str]

    def when(self, moment: datetime) -> str:
        return long_time(moment, self.zone)

    def who(self, staff_id: str | None) -> str:
        return self.names.get(staff_id, "somebody") if staff_id else COMMAND_LINE


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
    return [event for _, event in sorted(_events(lives, key, seen), key=lambda one: one[0])]


def _found(declared: bool, failures: int, states: int) -> str:
    if not declared:
        return "Not declared in this version, so not checked"
    if failures:
        return f"Fails in {failures:,} of {states:,} states"
    return f"Holds in {states:,} states"


def _events(lives: Lives, key: str, seen: Seen) -> Iterator[tuple[datetime, dict[str, str | None]]]:
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
    at: datetime, text: str, staff_id: str | None, seen: Seen, detail: str | None
) -> dict[str, str | None]:
    return {"when": seen.when(at), "text": text, "who": seen.who(staff_id), "detail": detail}


def _another(digest: str) -> str:
    return f"About another file than this one (digest {digest[:12]}): it does not count."
