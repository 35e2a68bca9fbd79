"""The settings as they are typed: read, refused field by field, and shown again as they were."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from zoneinfo import available_timezones

from screening.domain.clinic import Clinic, ClinicRefused
from screening.services.clinic import edition_of
from screening.web.settings_words import OWN, SWATCHES, shown_value, words_of
from screening.web.typed import Problem, read_text, showable

LIMITS = {"name": 80, "address": 300, "phone": 40, "emergency_number": 40, "urgent_line": 60}
PLAIN = ("jurisdiction", "modality", "time_zone")
NUMBERS = ("draft_days", "invitation_days", "submission_years", "audit_years")
SWITCHES = ("public_start", "second_sign_off")
# In the order of the page; errors and differences are listed in it.
FIELDS = (*LIMITS, *PLAIN, "accent", *SWITCHES, *NUMBERS, "reminder_days")
BOXES = (*FIELDS, "accent_own")
OTHERS = {"csrf_token", "edition", "preview"}
_NUMBER = re.compile(r"[0-9]{1,4}")
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """`edition` names the settings that the form was first filled from."""

    typed: Mapping[str, str]
    edition: str
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, clinic: Clinic) -> "SettingsForm":
        typed = {name: _written(getattr(clinic, name)) for name in FIELDS}
        named = clinic.accent in SWATCHES
        typed |= {"accent": clinic.accent if named else OWN, "accent_own": clinic.accent}
        return cls(typed, edition_of(clinic))

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "SettingsForm":
        typed = {name: showable(form.get(name, "")) for name in BOXES}
        return cls(typed, showable(form.get("edition", ""))[:64])

    @property
    def accent(self) -> str:
        chosen = self.typed["accent"]
        return (self.typed["accent_own"] if chosen == OWN else chosen).casefold()

    def read(self, clinic: Clinic) -> dict[str, Any]:
        """What the settings shall be; raises ClinicRefused with what is wrong in each box."""
        errors: dict[str, str] = {}
        changes: dict[str, Any] = {name: self.typed[name] for name in PLAIN}
        for name, most in LIMITS.items():
            try:
                changes[name] = read_text(self.typed[name], most) or ""
            except Problem as problem:
                errors[name] = f"{problem.message}."
        changes["time_zone"] = _zone(self.typed["time_zone"])
        changes["accent"] = self.accent
        changes |= {name: self.typed[name] == "yes" for name in SWITCHES}
        changes |= {name: _number(self.typed[name]) for name in NUMBERS}
        changes["reminder_days"] = _days(self.typed["reminder_days"])
        try:
            replace(clinic, **changes)
        except ClinicRefused as refused:
            errors = refused.errors | errors
        if errors:
            raise ClinicRefused(errors)
        return changes

    def refused(self, errors: Mapping[str, str]) -> "SettingsForm":
        return replace(self, errors=errors)

    def beside(self, now: Clinic) -> "tuple[SettingsForm, tuple[Difference, ...]]":
        """This form made to follow `now`, and where it says something else than that."""
        return replace(self, edition=edition_of(now)), tuple(self._differences(now))

    def _differences(self, now: Clinic) -> "Iterator[Difference]":
        theirs = asdict(now)
        for name, mine in self.read(now).items():
            if mine != theirs[name]:
                shown = shown_value(name, theirs[name]), shown_value(name, mine)
                yield Difference(words_of(name), *shown)


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that was changed by somebody else, or here, since the form was opened."""

    label: str
    now: str
    here: str


def error_links(form: SettingsForm) -> list[dict[str, str]]:
    return [
        {"href": f"#{_box(name, form)}", "text": f"{words_of(name)}: {form.errors[name]}"}
        for name in FIELDS
        if name in form.errors
    ]


def _box(name: str, form: SettingsForm) -> str:
    first = {"jurisdiction": "jurisdiction-england", "modality": "modality-mechanical"}
    if name == "accent":
        return "accent_own" if form.typed["accent"] == OWN else "accent-1"
    return first.get(name, name)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(typed: str) -> int:
    """0 for what is no number: no setting may be that, and the refusal says what may."""
    return int(typed) if _NUMBER.fullmatch(typed) else 0


def _days(typed: str) -> tuple[int, ...]:
    return tuple(sorted({_number(one) for one in _BETWEEN.split(typed) if one}, reverse=True))


def _zone(typed: str) -> str:
    """As the time-zone database spells it, however it was typed."""
    wanted = typed.replace(" ", "_").casefold()
    return next((name for name in available_timezones() if name.casefold() == wanted), typed)
