"""The report on who looked at what (AU-7): for whoever answers for the staff."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from screening.domain.audit import Actor, AuditEvent
from screening.domain.clinic import Clinic
from screening.domain.listed import family_name
from screening.domain.looking import Looked, Onlooker, Pair, looked, onlookers
from screening.domain.staff import Staff
from screening.services.figures import Period
from screening.services.search_terms import words_of
from screening.storage.accounts import list_accounts
from screening.storage.audit import append_event
from screening.storage.database import Session
from screening.storage.looking import list_looks, list_worked
from screening.storage.normalising import normalised
from screening.storage.queue import read_listed
from screening.storage.search import find_episodes
from screening.storage.submissions import references_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Report:
    """Who looked, at how much; and `asked`: what bears a sign, the latest ones of `total` first.

    No patient's name is in it: whoever reads the report has no other business with the record.
    """

    onlookers: tuple[Onlooker, ...]
    asked: tuple[Looked, ...]
    total: int
    staff: Mapping[str, Staff]
    references: Mapping[str, str]


def looks_report(session: Session, clinic: Clinic, period: Period, now: datetime) -> Report:
    looks = [
        replace(one, at=one.at.astimezone(clinic.zone))
        for one in list_looks(session, *period.bounds(clinic))
    ]
    staff = {account.staff.id: account.staff for account in list_accounts(session)}
    pairs = {(one.staff_id, one.episode_id) for one in looks}
    seen = looked(looks, list_worked(session), _namesakes(session, staff, pairs), now)
    signed = [one for one in seen if one.signs]
    asked = tuple(signed[:MOST])
    return Report(
        onlookers=tuple(onlookers(seen, {one.id: one.roles for one in staff.values()})),
        asked=asked,
        total=len(signed),
        staff=staff,
        references=references_of(session, {one.episode_id for one in asked}),
    )


def note_report(session: Session, period: Period, actor: Actor, now: datetime) -> None:
    """Whoever watches is watched."""
    append_event(session, AuditEvent("looks.reported", now, actor, facts=period.facts))


def _namesakes(session: Session, staff: Mapping[str, Staff], pairs: Iterable[Pair]) -> set[Pair]:
    """Only the names that the blind indexes point to are opened."""
    likely = {
        (staff_id, episode)
        for staff_id in {one for one, _ in pairs} & staff.keys()
        for word in words_of(family_name(staff[staff_id].name))
        for episode in find_episodes(session, "word", word)
    } & set(pairs)
    names = {
        row.id: str((row.identity or {}).get("name") or "")
        for row in read_listed(session, {episode for _, episode in likely})
    }
    return {
        (staff_id, episode)
        for staff_id, episode in likely
        if _family(staff[staff_id].name) & _family(names.get(episode, ""))
    }


def _family(name: str) -> frozenset[str]:
    """Each part of a double name: a marriage keeps one of them."""
    return frozenset(normalised("name", word) for word in words_of(family_name(name)))
