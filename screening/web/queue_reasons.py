"""Why an episode stands where it stands in the queue, in words."""

from collections.abc import Mapping
from datetime import date

from screening.domain.clinic import Clinic
from screening.domain.queue import Band, Place
from screening.domain.submission import Status, Turn
from screening.services.placing import Queued, is_stopped
from screening.web.texts import long_date, relative_day

AGE_STOP = "Stop: a correction gave a date of birth under 18, which was not kept."
Names = Mapping[str, str | None]


def reason(one: Queued, names: Names, staff_id: str, clinic: Clinic, today: date) -> str:
    """For example "Needs 7 days for the antiviral decision, visit in 5: late by 2 days"."""
    match one.place.turn:
        case Turn.NOBODY:
            return _decided(one, names, staff_id, clinic, today)
        case Turn.LATER:
            until = one.place.until or today
            return f"Comes back {relative_day(until, today)}, on {long_date(until)}"
        case Turn.SECOND:
            proposed = f"{_proposed(one, names, staff_id)}. {timing(one.place, today)}"
            return f"{AGE_STOP} {proposed}" if is_stopped(one.row) else proposed
        case Turn.PATIENT:
            return f"{_asked(one, clinic, today)}. {timing(one.place, today)}"
        case Turn.CLINIC:
            return " ".join(filter(None, (_again(one, today), timing(one.place, today))))


def timing(place: Place, today: date) -> str:
    """What the flags need, held against the days that are left."""
    band = place.band(today)
    if place.visit is None or band is Band.NO_VISIT:
        needs = _needs(place)
        return f"{needs}, no visit named" if needs else f"{_settled(place)}, no visit named"
    if band is Band.PASSED:
        return f"The visit was {relative_day(place.visit, today)}, and nothing is decided"
    left, slack = (place.visit - today).days, place.slack(today) or 0
    if not place.need.days:
        return f"{_settled(place)}, visit {relative_day(place.visit, today)}"
    near = {0: "today", 1: "tomorrow"}.get(left, f"in {left}")
    return f"{_needs(place)}, visit {near}: {_spare(slack)}"


def _needs(place: Place) -> str:
    return f"Needs {_days(place.need.days)} for {place.need.reason}" if place.need.days else ""


def _settled(place: Place) -> str:
    return "Can be settled on the day" if place.flagged else "No stop or review flag"


def _spare(slack: int) -> str:
    if slack < 0:
        return f"late by {_days(-slack)}"
    return f"{_days(slack)} to spare" if slack else "today is the last day"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _again(one: Queued, today: date) -> str:
    """What happened since it was sent or decided."""
    if is_stopped(one.row):
        return AGE_STOP
    if one.status is Status.REOPENED:
        return "Answered again after a decision."
    if one.place.until is not None:
        return f"Deferred until {relative_day(one.place.until, today)}, back now."
    return ""


def _proposed(one: Queued, names: Names, staff_id: str) -> str:
    by = one.row.proposed_by
    if by == staff_id:
        return "You proposed a decision: another clinician must agree"
    return f"{names.get(by or '')} proposed a decision: a second clinician must agree"


def _asked(one: Queued, clinic: Clinic, today: date) -> str:
    decided = one.row.last_decided_at
    when = f" {relative_day(clinic.day(decided), today)}" if decided else ""
    return f"The patient was asked{when}"


def _decided(one: Queued, names: Names, staff_id: str, clinic: Clinic, today: date) -> str:
    decided, by = one.row.last_decided_at, one.row.decided_by
    if decided is None:
        return "Needs nobody"
    who = "you" if by == staff_id else names.get(by or "")
    return f"Decided {relative_day(clinic.day(decided), today)} by {who}"
