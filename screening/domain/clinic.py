"""Clinic: what patients are told about the clinic, and how its rules are to be read."""

import re
from dataclasses import dataclass
from datetime import date, datetime
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
        if errors:
            raise ClinicRefused(errors)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def day(self, moment: datetime) -> date:
        """The calendar day at the clinic: answers and waits count in its days, not in UTC's."""
        return moment.astimezone(self.zone).date()


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
