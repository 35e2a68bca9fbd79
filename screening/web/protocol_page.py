"""What the pages of protocol versions show, and which steps they offer to whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort

from screening.domain.handling import Handling
from screening.domain.protocol import ScreeningProtocol
from screening.domain.protocol_changes import wait_words
from screening.domain.protocol_life import Life, Stage
from screening.domain.staff import Right, Staff
from screening.protocols.library import NoSuchProtocol
from screening.services.protocol_life import Lives
from screening.web.acting import today
from screening.web.checking import checking_of
from screening.web.parts import parts
from screening.web.protocol_differences import difference_groups, predecessor
from screening.web.protocol_events import Seen, check_words, life_events, property_rows
from screening.web.protocol_words import NEXT, STAGES, review_rows
from screening.web.surroundings import current_clinic
from screening.web.texts import long_date


@dataclass(frozen=True, slots=True)
class Version:
    """One version as the list and its own page show it; `note` says where new forms stand."""

    key: str
    treatment: str
    title: str
    digest: str
    stage: str
    tone: str
    note: str
    counts: str
    checked: str
    approved: str
    based_on: str


def protocol_at(name: str, version: str) -> ScreeningProtocol:
    """The version that an address names; 404 where there is none."""
    try:
        return parts().protocols.get(f"{name}/{version}")
    except NoSuchProtocol:
        abort(404)


def version_of(lives: Lives, protocol: ScreeningProtocol) -> Version:
    life = lives.lives[protocol.key]
    stage, tone = STAGES[life.stage]
    made = lives.adjusted.get(protocol.key)
    approval = life.approval
    return Version(
        key=protocol.key,
        treatment=protocol.treatment_words,
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


def shown(lives: Lives, protocol: ScreeningProtocol, names: Mapping[str, str]) -> dict[str, object]:
    seen, before = Seen(current_clinic().time_zone, names), predecessor(lives, protocol)
    return {
        "version": version_of(lives, protocol),
        "properties": property_rows(lives.lives[protocol.key].check),
        "events": life_events(lives, protocol.key, seen),
        "before": before.key if before else "",
        "changes": difference_groups(before, protocol) if before else [],
        "reviews": review_rows(protocol, today()),
        "waits": wait_options(protocol),
        "rules": level_options(protocol, parts().protocols.handling(protocol.key)),
    }


def steps_for(lives: Lives, protocol: ScreeningProtocol, staff: Staff) -> dict[str, object]:
    """What this person may do next with this version."""
    life = lives.lives[protocol.key]
    leads, live = staff.may(Right.SETTINGS), not life.retired
    default = parts().protocols.current.name
    gives_up = protocol.key in lives.in_use and protocol.name != default
    approved = any(one.staff_id == staff.id for one in life.approvals if one.digest == life.digest)
    return {
        "moves": lives.steps[protocol.name],
        "may_check": leads and live,
        "checking": checking_of(protocol),
        "may_approve": staff.may(Right.DECIDE) and live and life.verified and not approved,
        "may_make_current": leads and live and life.verified and bool(life.approval)
        and not life.is_current,
        "may_retire": leads and live and (protocol.key not in lives.in_use or gives_up),
        "gives_up": gives_up,
        "may_adjust": leads and live,
        "may_count": staff.may(Right.FIGURES),
        "next": NEXT.get(life.stage, ""),
    }  # fmt: skip
