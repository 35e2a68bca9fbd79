"""The head of a submission page: who it is about, and the one overall date."""

from collections.abc import Mapping
from datetime import date

from screening.domain.assessment import Assessment
from screening.domain.clinic import Clinic
from screening.domain.protocol import ItemKind, ScreeningProtocol
from screening.services.casefile import OpenedSubmission
from screening.web.invited_remark import invited_words
from screening.web.texts import long_date, long_time, relative_day

Raw = Mapping[str, object]


def head_facts(
    opened: OpenedSubmission, protocol: ScreeningProtocol, clinic: Clinic, today: date
) -> list[dict[str, str]]:
    record = opened.record
    visit = record.treatment_date
    reached = [str(record.identity[way]) for way in ("phone", "email") if record.identity.get(way)]
    pairs = {
        "Date of birth": _birth(protocol, record.answers["answers"], today),
        "Visit": f"{long_date(visit)}, {relative_day(visit, today)}" if visit else "Not named",
        "Treatment": protocol.treatment_words,
        "Contact": ", ".join(reached) or "None given",
        "Received": long_time(record.received_at, clinic.time_zone),
        "Invited": _invited(opened, clinic),
        "Protocol": f"{record.protocol}, digest {record.digest[:12]}",
    }
    return [{"label": label, "value": value} for label, value in pairs.items() if value]


def _invited(opened: OpenedSubmission, clinic: Clinic) -> str:
    one = opened.invitation
    return invited_words(one, opened.names[one.staff_id], clinic) if one else ""


def _birth(protocol: ScreeningProtocol, answers: Raw, today: date) -> str:
    item = next(one for one in protocol.items.values() if one.kind is ItemKind.BIRTH_DATE)
    raw = answers.get(item.id)
    if not isinstance(raw, str):
        return "Not given"
    born = date.fromisoformat(raw)
    birthday_to_come = (today.month, today.day) < (born.month, born.day)
    return f"{long_date(born)}, aged {today.year - born.year - birthday_to_come}"


def earliest_words(assessment: Assessment) -> tuple[str, str]:
    """The one overall date, or that none can be named; ("", "") where no flag has a wait."""
    day, not_before = assessment.earliest_suitable_date, assessment.not_before
    if day is not None:
        return long_date(day), "The latest clear date of the stop and review flags."
    if not assessment.open_ended:
        return "", ""
    best = f" Not before {long_date(not_before)} in any case." if not_before else ""
    return "No date can be named yet", f"At least one flag is open.{best}"
