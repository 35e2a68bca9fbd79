"""What a backtest found, in words: for the command line and for the page."""

from collections.abc import Iterable, Iterator

from screening.domain.assessment import Flag
from screening.domain.backtest import FlagChange, Shift
from screening.protocols.probes import Example
from screening.services.stored_cases import Trouble
from screening.web.settings_words import shown_value
from screening.web.texts import long_date

TROUBLES = {
    Trouble.SEALED: "the record is damaged and cannot be opened",
    Trouble.MALFORMED: "what is stored are no answers to its protocol version",
    Trouble.NO_PROTOCOL: "its protocol version is not here",
    Trouble.OTHER_FILE: "its protocol version is another file than the one it was sent under",
    Trouble.FAILED: "the rules failed on it",
}
SHIFTS = {
    Shift.APPEARED: "Appears",
    Shift.GONE: "Goes away",
    Shift.LEVEL: "Another level",
    Shift.DATE: "Another date",
}


def number(count: int, one: str, several: str = "") -> str:
    """`1 rule`, `2,000 rules`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def flag_words(flag: Flag | None) -> str:
    if flag is None:
        return "no flag"
    clears = f", clears {long_date(flag.clear_date)}" if flag.clear_date else ""
    return f"{flag.level.value}{clears}{', open' if flag.open else ''}"


def change_words(change: FlagChange) -> str:
    return f"{flag_words(change.before)} → {flag_words(change.after)}"


def example_words(example: Example) -> Iterator[str]:
    """Each answer, then the days and settings under which it counts."""
    for question, answers in example.said:
        yield f"{question} {' + '.join(f'“{one}”' for one in answers) or '(no answer)'}"
    if not example.said:
        yield "Nothing else is answered"
    yield circumstances(example)


def circumstances(example: Example) -> str:
    context = example.context
    visit = f", visit on {long_date(context.treatment_date)}" if context.treatment_date else ""
    settings = (shown_value(name, getattr(context, name)) for name in example.settings)
    changed = "an answer changed after a result" if context.changed_after_result else ""
    more = "; ".join(one for one in (*settings, changed) if one)
    answered = f"Answered on {long_date(context.completed_on)}{visit}"
    return f"{answered}. {more}." if more else f"{answered}."


def counted(names: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in names)
