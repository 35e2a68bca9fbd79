"""What was noticed, in the patient's words: flag texts with their blanks filled in."""

from collections.abc import Container, Iterable
from itertools import groupby

from screening.domain.assessment import Flag
from screening.domain.clinic import Clinic
from screening.domain.outlook import clinician_does, time_changes
from screening.domain.protocol import ScreeningProtocol
from screening.domain.wording import fill
from screening.web.texts import long_date


def flag_texts(
    protocol: ScreeningProtocol, flags: Iterable[Flag], clinic: Clinic
) -> list[dict[str, object]]:
    """Each flag's text, urgent signs first, then by level; the first of a level is labelled.

    With it what time changes, and after the last of a level what a clinician does.
    """
    ordered = sorted(flags, key=lambda flag: (protocol.rules[flag.rule].override, -flag.level.rank))
    texts: list[dict[str, object]] = []
    for level, group in groupby(ordered, key=lambda flag: flag.level):
        together = list(group)
        for flag in together:
            texts.append(
                {
                    "level": level.value,
                    "label": protocol.headings[level] if flag is together[0] else None,
                    "text": flag_text(protocol, flag, clinic),
                    "time": " ".join(time_changes(flag, protocol.rules[flag.rule])),
                    "then": clinician_does(together) if flag is together[-1] else "",
                }
            )
    return texts


def flag_text(protocol: ScreeningProtocol, flag: Flag, clinic: Clinic) -> str:
    listed = (f"“{protocol.items[name].wording}”" for name in flag.listed)
    day = long_date(flag.clear_date) if flag.clear_date else ""
    own = {"list": ", ".join(listed), "date": day}
    return fill(protocol.rules[flag.rule].patient, own | local_words(clinic))


def advice_texts(
    protocol: ScreeningProtocol, clinic: Clinic, fired: Container[str]
) -> list[dict[str, str]]:
    """Title and body of each piece of advice that is for this person."""
    return [
        {"title": one.title, "body": fill(one.body, local_words(clinic))}
        for one in protocol.advice
        if one.is_for(fired)
    ]


def local_words(clinic: Clinic) -> dict[str, str]:
    return {
        "emergency_number": clinic.emergency_number,
        "urgent_line": clinic.urgent_line,
        "clinic_phone": clinic.phone,
    }
