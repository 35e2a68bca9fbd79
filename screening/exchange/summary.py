"""Summary: one submission with its flags and its decision, in words, ready to be set on a page.

It knows no storage and no protocol: whoever fills it has found the words already. The print page
and the PDF show the same one.
"""

from dataclasses import asdict, dataclass

FOR_WHOM = "For the clinic; not for the patient"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SummaryAnswer:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class SummaryFlag:
    """``level`` is the level's name ("stop"); ``clear`` says when its wait is over."""

    level: str
    level_words: str
    title: str
    answers: tuple[SummaryAnswer, ...]
    clear: str


@dataclass(frozen=True, slots=True)
class SummaryDecision:
    """``standing`` says in a sentence that it has no effect (yet); empty where it counts."""

    words: str
    made: str
    standing: str
    facts: tuple[Fact, ...]
    precautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """``notices`` are what a reader must know first; ``no_flags`` stands where there are none."""

    clinic: str
    contact: tuple[str, ...]
    reference: str
    demo: bool
    banner: str
    notices: tuple[str, ...]
    level: str
    level_words: str
    facts: tuple[Fact, ...]
    decision: SummaryDecision | None
    no_decision: str
    flags: tuple[SummaryFlag, ...]
    no_flags: str
    earliest: str
    unknowns: tuple[Fact, ...]
    printed: str

    @property
    def title(self) -> str:
        return f"Summary {self.reference}"

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "title": self.title, "for_whom": FOR_WHOM}
