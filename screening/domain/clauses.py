"""Clause: one sentence of a rule in words, with the sentences below it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """``holds`` says whether it is so for the answers at hand; None where nobody asked."""

    text: str
    parts: tuple["Clause", ...] = ()
    holds: bool | None = None

    @property
    def line(self) -> str:
        """All of it in one line: ``At least one of these holds: (…; …)``."""
        if not self.parts:
            return self.text
        return f"{self.text}: ({'; '.join(part.line for part in self.parts)})"
