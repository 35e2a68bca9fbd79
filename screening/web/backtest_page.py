"""What the page of a backtest shows, and what other pages say about the last one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from screening.domain.audit import AuditEvent
from screening.domain.backtest import Backtest, Compared, FlagChange, Shift
from screening.domain.figures import FEWEST
from screening.domain.levels import Level
from screening.domain.protocol import ScreeningProtocol
from screening.domain.staff import Right, Staff
from screening.protocols.probes import Probes
from screening.services.backtest import Tried, last_backtest
from screening.services.protocol_life import Lives
from screening.services.stored_cases import Unread
from screening.storage.database import Session
from screening.web.backtest_words import (
    SHIFTS,
    TROUBLES,
    change_words,
    example_words,
    number,
)
from screening.web.figures_page import titles
from screening.web.parts import parts
from screening.web.protocol_events import Seen
from screening.web.queue import LEVELS
from screening.web.surroundings import current_clinic
from screening.web.texts import long_date, long_time

MOST_ROWS = 200
TOO_FEW = (
    "Fewer than five submissions were compared: too few to show to anybody but whoever may read "
    "answers without telling about one of them."
)
_A_SECOND = 400  # submissions that are compared in about a second on an ordinary machine
Row = dict[str, object]


def chosen(lives: Lives, old: str, new: str) -> dict[str, object]:
    """What to choose from, and what is proposed: the newest version against the one in use."""
    keys = [one.key for one in lives.versions]
    newest = new if new in keys else next((k for k in reversed(keys) if k not in lives.in_use), "")
    name = newest.partition("/")[0]
    used = next((key for key in keys if key in lives.in_use and key.startswith(f"{name}/")), "")
    options = [{"key": key, "note": " (in use)" if key in lives.in_use else ""} for key in keys]
    return {"options": options, "old": old if old in keys else used, "new": newest}


def seconds_words(count: int) -> str:
    """How long a comparison takes, generously."""
    seconds = count / _A_SECOND
    if seconds < 5:
        return "a few seconds"
    return (
        f"about {number(round(seconds), 'second')}"
        if seconds < 90
        else (f"about {number(round(seconds / 60), 'minute')}")
    )


def listed(tried: Tried, staff: Staff) -> Sequence[Compared]:
    """The visits that are shown one by one: to change a rule must not be a way to read answers."""
    return tried.past.rows[:MOST_ROWS] if staff.may(Right.READ) else ()


def shown_result(tried: Tried, staff: Staff) -> dict[str, object]:
    past, title = tried.past, _title()
    reads, rows = staff.may(Right.READ), listed(tried, staff)
    few = _are_few(past.compared, staff)
    return {
        "old": tried.old.key,
        "new": tried.new.key,
        "head": _head(tried, few),
        "withheld": TOO_FEW if few else "",
        "matrix": _matrix(past.matrix),
        "differing": number(len(past.rows), "submission"),
        "rows": [_row(one, title, tried.new) for one in rows],
        "left_out": len(past.rows) - len(rows),
        "by_rule": list(_by_rule(past, title)),
        "asked": list(_asked(past.anew, tried.new)),
        "reworded": list(_asked(past.reworded, tried.new)),
        "incomplete": past.incomplete,
        "others": tried.others,
        "probes": _probes(tried.probes, title),
        "unread": list(_unread(tried.unread, reads)),
    }  # fmt: skip


def last_tried(
    session: Session, lives: Lives, protocol: ScreeningProtocol, seen: Seen, staff: Staff
) -> Row | None:
    """For the page of a version: what is known of trying it; None where it is the one in use."""
    named = (one for one in lives.versions if one.name == protocol.name)
    used = next((one for one in named if one.key in lives.in_use), None)
    if used is None or used.key == protocol.key:
        return None
    event = last_backtest(session, used, protocol)
    said = _counts(event, staff) if event else ""
    when = f"{seen.when(event.at)}, {seen.who(event.actor.id)}" if event else ""
    return {"old": used.key, "new": protocol.key, "said": said, "when": when}


def replay_words(event: AuditEvent | None) -> str:
    """What the last replay found; empty before there was one."""
    if event is None:
        return ""
    facts, when = event.facts, long_time(event.at, current_clinic().time_zone)
    count = number(int(facts["read"]), "submission")
    if facts["read"] == facts["same"]:
        return f"{when}: {count}, all the same."
    return (
        f"{when}: {count}, {facts['differing']:,} not the same, "
        f"{facts['unread']:,} could not be replayed. The command’s output names them."
    )


def _are_few(compared: int, staff: Staff) -> bool:
    return compared < FEWEST and not staff.may(Right.READ)


def _counts(event: AuditEvent, staff: Staff) -> str:
    facts = event.facts
    if _are_few(int(facts["read"]), staff):
        return TOO_FEW
    asked = f", {facts['asked']:,} would be asked something new" if facts["asked"] else ""
    return (
        f"{number(int(facts['read']), 'submission')} compared, {facts['moved']:,} would move to "
        f"another level, {facts['changed']:,} in all would have other flags or dates{asked}; "
        f"{facts['unread']:,} could not be read. "
        f"{number(int(facts['probes']), 'difference')} at the boundaries."
    )


def _title() -> Callable[[str], str]:
    return titles(parts().protocols.every_handling)


def _head(tried: Tried, few: bool) -> list[tuple[str, str]]:
    past = tried.past
    changed = (
        ("To another level", past.moved),
        ("Same level, other flags or dates", len(past.rows) - past.moved),
    )
    figures = (
        ("Compared", past.compared),
        *(() if few else changed),
        ("Could not be read", len(tried.unread)),
    )
    return [(label, f"{count:,}") for label, count in figures]


def _matrix(counts: Mapping[tuple[Level, Level], int]) -> list[Row]:
    def cell(before: Level, after: Level) -> Row:
        return {"count": f"{counts.get((before, after), 0):,}", "same": before == after}

    return [
        {"words": LEVELS[before], "cells": [cell(before, after) for after in Level]}
        for before in Level
    ]


def _unread(rows: Sequence[Unread], reads: bool) -> Iterator[Row]:
    """Each by its reference, or only how many there are of each kind."""
    if reads:
        found = [(one.reference, one.why) for one in rows]
    else:
        counts = Counter(one.why for one in rows)
        found = [(number(count, "submission"), why) for why, count in counts.items()]
    for which, why in found:
        yield {"which": which, "why": TROUBLES[why]}


def _row(one: Compared, title: Callable[[str], str], new: ScreeningProtocol) -> Row:
    return {
        "reference": one.reference,
        "href": f"/clinic/submissions/{one.id}",
        "visit": long_date(one.visit) if one.visit else "No day yet",
        "before": one.before,
        "after": one.after,
        "moves": one.moves,
        "changes": [_change(change, title) for change in one.changes],
        "asked": [new.items[name].wording for name in one.anew],
    }


def _change(change: FlagChange, title: Callable[[str], str]) -> Row:
    return {"title": title(change.rule), "words": change_words(change)}


def _by_rule(past: Backtest, title: Callable[[str], str]) -> Iterator[Row]:
    """The rules that speak differently of the past, the most frequent first."""
    totals: dict[str, dict[Shift, int]] = {}
    for (rule, shift), count in past.by_rule.items():
        totals.setdefault(rule, {})[shift] = count
    for rule, found in sorted(totals.items(), key=lambda one: (-sum(one[1].values()), one[0])):
        cells = [f"{found.get(shift, 0):,}" for shift in SHIFTS]
        yield {"title": title(rule), "rule": rule, "cells": cells}


def _asked(counts: Mapping[str, int], new: ScreeningProtocol) -> Iterator[Row]:
    for name, count in sorted(counts.items(), key=lambda one: -one[1]):
        yield {"wording": new.items[name].wording, "count": number(count, "submission")}


def _probes(probes: Probes, title: Callable[[str], str]) -> Row:
    found: Iterable[Row] = (
        {
            **_change(one.change, title),
            "rule": one.change.rule,
            "count": number(one.count, "case"),
            "example": list(example_words(one.example)),
        }
        for one in probes.found
    )
    return {
        "found": list(found),
        "tried": number(probes.tried, "made-up case"),
        "rules": number(probes.rules, "rule"),
        "unfinished": [title(rule) for rule in probes.unfinished],
    }
