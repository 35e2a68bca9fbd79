"""Contradiction: answers that do not fit together, and the neutral question that settles them."""

from dataclasses import dataclass

from screening.domain.conditions import Condition, Evidence, Facts


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``question`` shows the answers and asks which is right; it never blocks, never accuses.

    A contradiction reads like a condition. One that stays unresolved becomes the flag of the
    protocol's rule about contradictions. Version 2026-1 has neither ids nor questions.
    """

    when: Condition
    id: str = ""
    question: str = ""

    def holds(self, facts: Facts) -> Evidence | None:
        """The items whose answers do not fit together, None where they do."""
        return self.when.holds(facts)

    def parts(self) -> tuple[Condition, ...]:
        return (self.when,)
