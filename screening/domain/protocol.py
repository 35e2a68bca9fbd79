"""ScreeningProtocol, Section, Item, Option, Rule: refuse to exist if inconsistent."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from screening.domain.conditions import Condition
from screening.domain.contradictions import Contradiction
from screening.domain.dates import Wait
from screening.domain.levels import Level as Level
from screening.domain.recogniser import Recognised, Recogniser
from screening.domain.safety_cases import SafetyCase

if TYPE_CHECKING:
    from screening.domain.adjustments import Adjustments

# How released files, which never change, write the rule that brings a piece of advice.
_WRITTEN_SHORT = {"home_device": "home_device_info"}


class ItemKind(StrEnum):
    """What an answer looks like; the shapes are those of ``answers.read_answers``."""

    SINGLE = "single"
    MULTI = "multi"
    BIRTH_DATE = "birth_date"
    DATE = "date"
    DATES = "dates"
    TEXT = "text"


class Process(StrEnum):
    """The rules about the answers themselves, computed by the engine."""

    UNSURE = "unsure"
    UNKNOWN_DATE = "unknown_date"
    GAPS = "gaps"
    CONTRADICTION = "contradiction"
    CHANGED_AFTER_RESULT = "changed_after_result"
    OLD_ANSWERS = "old_answers"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Option:
    """``harmless`` says why nobody needs to be told of it; empty: some rule must flag it."""

    id: str
    label: str
    exclusive: bool = False
    harmless: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``dates_for`` names the item whose ticked options each need a date."""

    id: str
    section: str
    kind: ItemKind
    wording: str
    why: str
    options: tuple[Option, ...] = ()
    shown_when: Condition | None = None
    optional: bool = False
    gate: bool = False
    unsure: str = ""
    special_dates: tuple[str, ...] = ()
    dates_for: str = ""
    dated_options: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where the protocol file has this item."""
        return f"sections.{self.section}.items.{self.id}"

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @property
    def exclusive_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.exclusive)


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    intro: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class NamedWait:
    """A waiting time with what the sources say about it and how strong they are."""

    key: str
    wait: Wait
    seen: str
    strength: str


@dataclass(frozen=True, slots=True)
class Rule:
    """When something holds, and what then follows.

    ``since`` names the event date of a dated rule: an item, or ``item.option``. ``waits``
    are tried in order; the first whose condition holds counts.
    """

    id: str
    group: str
    level: Level
    patient: str
    clinician: str
    evidence: str
    sources: tuple[str, ...]
    when: Condition
    process: Process | None = None
    level_when: tuple[tuple[Condition, Level], ...] = ()
    override: bool = True
    open_when: Condition | None = None
    since: str = ""
    waits: tuple[tuple[Condition, str], ...] = ()
    checked_on: tuple[str, ...] = ("treatment",)
    fires_without_date: bool = False
    wait_note: str = ""
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from. ``address`` is the issuer's own, or None."""

    id: str
    title: str
    key_point: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources differ, and which reading the protocol takes."""

    topic: str
    positions: str
    default: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Information for patients; ``shown`` is "always", or the rule whose flag brings it."""

    id: str
    title: str
    body: str
    shown: str
    sources: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The rule that brings it; empty where everybody reads it."""
        return "" if self.shown == "always" else _WRITTEN_SHORT.get(self.shown, self.shown)

    def is_for(self, fired: Container[str]) -> bool:
        """Whether somebody whom these rules flagged reads it."""
        return not self.rule or self.rule in fired


@dataclass(frozen=True)
class ScreeningProtocol:
    """One released version of questions and rules, with the SHA-256 digest of its file."""

    name: str
    version: str
    digest: str
    title: str
    approval_banner: str
    nothing_noticed: str
    not_before_label: str
    no_date_yet: str
    headings: Mapping[Level, str]
    settings: Mapping[str, tuple[str, ...]]
    conditions: Mapping[str, Condition]
    waits: Mapping[str, NamedWait]
    sections: tuple[Section, ...]
    rules: Mapping[str, Rule]
    contradictions: tuple[Contradiction, ...]
    sources: Mapping[str, Source]
    leads: Mapping[str, str]
    disagreements: tuple[Disagreement, ...]
    advice: tuple[Advice, ...]
    day_check: tuple[str, ...]
    safeguarding: tuple[str, ...]
    never_say: tuple[str, ...]
    safety_cases: tuple[SafetyCase, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    treatment: str = ""

    def __post_init__(self) -> None:
        # Imported here because consistency describes faults in terms of these classes.
        from screening.domain.consistency import faults_in
        from screening.domain.faults import ProtocolInconsistent

        faults = faults_in(self)
        if faults:
            raise ProtocolInconsistent(faults)

    @property
    def key(self) -> str:
        return f"{self.name}/{self.version}"

    @property
    def treatment_words(self) -> str:
        """What the visit is for, as a patient reads it in a list; the name says it where the
        file does not."""
        words = self.treatment or self.name.replace("_", " ")
        return words[:1].upper() + words[1:]

    @property
    def released_key(self) -> str:
        """The released version that this is, or that a clinic has adjusted to this."""
        return released_key(self.key)

    def adjusted(self, adjustments: "Adjustments") -> "ScreeningProtocol":
        """With longer waits and higher levels; raises AdjustmentRefused for anything less."""
        from screening.domain.adjustments import adjusted

        return adjusted(self, adjustments)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by id, in the order in which they are asked."""
        return MappingProxyType({i.id: i for section in self.sections for i in section.items})

    @cached_property
    def recogniser(self) -> Recogniser:
        """Finds what this version lists in free text; one without lists finds nothing."""
        return Recogniser(self.recognised)

    def section(self, section_id: str) -> Section:
        """The section with this id; KeyError where there is none."""
        return {section.id: section for section in self.sections}[section_id]


def released_key(key: str) -> str:
    """The key without the mark that a clinic's adjustments add to it."""
    return key.partition("+")[0]
