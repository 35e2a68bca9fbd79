"""Clinic: what patients are told about the clinic, and how its rules are to be read."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from screening.domain.context import JURISDICTIONS, MODALITIES

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SPOKEN = ("name", "phone", "emergency_number", "urgent_line")


class ClinicRefused(ValueError):
    """Settings no clinic can have; `errors` says for each what to do about it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Clinic:
    """The one clinic of an installation; refuses to exist (ClinicRefused) with a gap."""

    name: str
    phone: str
    emergency_number: str
    urgent_line: str
    jurisdiction: str = "other"
    time_zone: str = "UTC"
    modality: str = "unknown"
    public_start: bool = True
    accent: str = "#7a3e5d"
    is_demo: bool = False
    address: str = ""
    second_sign_off: bool = False
    second_person: bool = False
    draft_days: int = 30
    submission_years: int = 8
    audit_years: int = 10
    invitation_days: int = 30
    reminder_days: tuple[int, ...] = (7, 2)

    def __post_init__(self) -> None:
        errors = {name: "Write it out." for name in _SPOKEN if not getattr(self, name).strip()}
        if self.jurisdiction not in JURISDICTIONS:
            errors["jurisdiction"] = f"Choose one of {', '.join(JURISDICTIONS)}."
        if self.modality not in MODALITIES:
            errors["modality"] = f"Choose one of {', '.join(MODALITIES)}."
        if not _COLOUR.fullmatch(self.accent):
            errors["accent"] = "Write the colour as # and six digits or letters a to f."
        if not _is_time_zone(self.time_zone):
            errors["time_zone"] = "Write a name such as Europe/London."
        errors |= _wrong_periods(self)
        if not _are_reminder_days(self.reminder_days):
            errors["reminder_days"] = (
                "Give up to five different days from 1 to 60, the largest first."
            )
        if errors:
            raise ClinicRefused(errors)

    @property
    def draft_life(self) -> timedelta:
        """How long an unfinished questionnaire is kept after its last page was saved."""
        return timedelta(days=self.draft_days)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def day(self, moment: datetime) -> date:
        """The calendar day at the clinic: answers and waits count in its days, not in UTC's."""
        return moment.astimezone(self.zone).date()


def _wrong_periods(clinic: Clinic) -> dict[str, str]:
    errors = {}
    if not 1 <= clinic.draft_days <= 365:
        errors["draft_days"] = "Give a number of days from 1 to 365."
    if not 1 <= clinic.invitation_days <= 365:
        errors["invitation_days"] = "Give a number of days from 1 to 365."
    if not 1 <= clinic.submission_years <= 50:
        errors["submission_years"] = "Give a number of years from 1 to 50."
    if not 1 <= clinic.audit_years <= 60:
        errors["audit_years"] = "Give a number of years from 1 to 60."
    elif clinic.audit_years < clinic.submission_years:
        errors["audit_years"] = "Keep it at least as long as the submissions."
    return errors


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _are_reminder_days(days: tuple[int, ...]) -> bool:
    falling = sorted(set(days), reverse=True) == list(days)
    return falling and len(days) <= 5 and all(1 <= day <= 60 for day in days)
