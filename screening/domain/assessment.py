"""evaluate(protocol, answers, context) → Assessment: flags, level, dates, evidence.

The meaning is the catalogue's, sections 3 and 4. Every function is pure; rules can only add.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from screening.domain.answers import Answers
from screening.domain.context import Context
from screening.domain.firing import Firing, case_of, firings
from screening.domain.protocol import Level, ScreeningProtocol


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that fired. ``listed`` are the items that its text lists, where it lists any."""

    rule: str
    level: Level
    evidence: tuple[str, ...]
    clear_date: date | None = None
    approximate: bool = False
    open: bool = False
    listed: tuple[str, ...] = ()

    @classmethod
    def of(cls, firing: Firing) -> "Flag":
        """What is kept of a rule that fires."""
        reckoning = firing.reckoning
        return cls(
            rule=firing.rule.id,
            level=firing.level,
            evidence=firing.evidence,
            clear_date=reckoning.clear_date if reckoning else None,
            approximate=reckoning is not None and reckoning.approximate,
            open=firing.open,
            listed=firing.listed,
        )

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "level": self.level.value,
            "evidence": list(self.evidence),
            "clear_date": self.clear_date and self.clear_date.isoformat(),
            "approximate": self.approximate,
            "open": self.open,
            "listed": list(self.listed),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Flag":
        clear = stored["clear_date"]
        return cls(
            rule=str(stored["rule"]),
            level=Level(stored["level"]),
            evidence=_texts(stored["evidence"]),
            clear_date=date.fromisoformat(clear) if isinstance(clear, str) else None,
            approximate=bool(stored["approximate"]),
            open=bool(stored["open"]),
            listed=_texts(stored["listed"]),
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """All flags of one submission under one protocol version, the most serious first."""

    flags: tuple[Flag, ...]

    @property
    def level(self) -> Level:
        return max((flag.level for flag in self.flags), default=Level.INFO)

    @property
    def clear_dates(self) -> dict[str, date]:
        return {flag.rule: flag.clear_date for flag in self.flags if flag.clear_date}

    @property
    def not_before(self) -> date | None:
        """The latest clear date of the stop and review flags, even where others are open."""
        moving = (flag for flag in self.flags if flag.level >= Level.REVIEW)
        return max((flag.clear_date for flag in moving if flag.clear_date), default=None)

    @property
    def open_ended(self) -> bool:
        return any(flag.open for flag in self.flags)

    @property
    def earliest_suitable_date(self) -> date | None:
        """The earliest date to talk about: none where any flag is open, never a safe date."""
        return None if self.open_ended else self.not_before

    def to_json(self) -> dict[str, object]:
        return {"flags": [flag.to_json() for flag in self.flags]}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Assessment":
        flags = stored["flags"]
        return cls(tuple(map(Flag.from_json, flags if isinstance(flags, list) else [])))


def evaluate(protocol: ScreeningProtocol, answers: Answers, context: Context) -> Assessment:
    """Every rule of the protocol that fires on these answers."""
    return Assessment(tuple(map(Flag.of, firings(case_of(protocol, answers, context)))))


def _texts(stored: object) -> tuple[str, ...]:
    return tuple(map(str, stored)) if isinstance(stored, list) else ()
