"""What the settings are called, and how their values are read aloud."""

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "name": "Name of the clinic",
    "address": "Address",
    "phone": "Telephone",
    "emergency_number": "Emergency number",
    "urgent_line": "Urgent advice line",
    "jurisdiction": "Where the clinic is",
    "modality": "Kind of needling",
    "time_zone": "Time zone",
    "accent": "Accent colour",
    "public_start": "Public start page",
    "second_sign_off": "Second sign-off",
    "draft_days": "Unfinished questionnaires",
    "invitation_days": "Unanswered invitations",
    "submission_years": "Submissions",
    "audit_years": "Audit log",
    "reminder_days": "Reminders",
}
JURISDICTIONS: Mapping[str, str] = {
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "ni": "Northern Ireland",
    "us": "United States",
    "other": "Elsewhere",
}
MODALITIES: Mapping[str, str] = {
    "mechanical": "Mechanical: pen or roller",
    "rf": "Radiofrequency",
    "unknown": "Both, or not settled",
}
OWN = "own"
SWATCHES: Mapping[str, str] = {
    "#7a3e5d": "Plum",
    "#1f5f5b": "Deep teal",
    "#2f4b7c": "Harbour blue",
    "#4a5d23": "Moss",
    "#8a4b2a": "Terracotta",
    "#3b3f46": "Graphite",
}


def words_of(name: str) -> str:
    return LABELS[name]


def shown_value(name: str, value: object) -> str:
    """One setting in words, for comparing two of them."""
    if isinstance(value, bool):
        return "On" if value else "Off"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "None"
    known = {"jurisdiction": JURISDICTIONS, "modality": MODALITIES, "accent": SWATCHES}
    return known.get(name, {}).get(str(value), str(value)) or "Empty"


def options(words: Mapping[str, str], chosen: str) -> list[dict[str, object]]:
    return [
        {"value": value, "label": label, "checked": value == chosen}
        for value, label in words.items()
    ]
