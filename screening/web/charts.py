"""Charts as plain numbers for the macros in templates/components/charts.html to draw.

Lengths are shares of the drawing's own width in per cent, so that a chart fits a phone and a wide
screen alike without its words growing or shrinking.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[str, int]
Facts = tuple[dict[str, str], ...]

BAR = 46
"""Pixels for a horizontal bar with its label above it."""
LONGEST = 88
"""Per cent of the width that the longest bar takes; the rest is for its number."""
PLOT, HEAD, FOOT = 128, 24, 28
"""Pixels for columns, for the number over the highest, and for the words beneath."""
FEWEST_SLOTS = 5
MOST_NUMBERED = 14
MOST_LABELS = 6
MOST_SEEN = 12
"""A longer table stands folded."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or column: `x`, `width` and `middle` in per cent; `y` and `height` in pixels."""

    label: str
    value: int
    tone: str
    x: str
    width: str
    middle: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """`named` are the places of the columns whose labels have room; `lines` are a grid."""

    kind: str
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    height: int
    named: frozenset[int] = frozenset()
    numbered: bool = True
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """Where a label hangs: thin columns leave it no room to both sides."""
        return "middle" if self.numbered else "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing with its table: `note` says what is counted, `said` is the drawing in words.

    `calm` is what is said instead where there is nothing to count; `every` are all rows, where
    only the first of them are drawn.
    """

    id: str
    title: str
    note: str
    unit: str
    drawing: Drawing
    said: str
    shown: tuple[tuple[str, int, str], ...]
    every: tuple[tuple[str, int, str], ...]
    calm: str | None = None
    facts: Facts = ()

    @property
    def folded(self) -> bool:
        return len(self.shown) > MOST_SEEN


def chart(
    name: str,
    title: str,
    drawing: Drawing,
    *,
    unit: str,
    note: str,
    calm: str | None,
    of: int | None = None,
    every: Sequence[Row] | None = None,
) -> Chart:
    """`of` is what shares are taken of, where it is not the sum of the rows."""
    whole = sum(value for _, value in drawing.rows) if of is None else of
    return Chart(
        id=name,
        title=title,
        note=note.strip(),
        unit=unit,
        drawing=drawing,
        said="; ".join(f"{label}: {value}" for label, value in drawing.rows) + ".",
        shown=_with_shares(drawing.rows, whole),
        every=_with_shares(drawing.rows if every is None else every, whole),
        calm=calm,
    )


def bars(rows: Sequence[Row], tones: Sequence[str] = ()) -> Drawing:
    """Horizontal bars, each under its label."""
    most = max((value for _, value in rows), default=0) or 1
    marks = tuple(
        Mark(
            label=label,
            value=value,
            tone=tones[place] if tones else "plain",
            x="0",
            width=_percent(value / most * LONGEST),
            middle="0",
            y=str(place * BAR),
            height="12",
        )
        for place, (label, value) in enumerate(rows)
    )
    return Drawing("bars", tuple(rows), marks, len(rows) * BAR - 8)


def columns(rows: Sequence[Row], short: Sequence[str]) -> Drawing:
    """Columns side by side, each with a short label beneath it."""
    most = max((value for _, value in rows), default=0) or 1
    slot = 100 / max(len(rows), FEWEST_SLOTS)
    numbered = len(rows) <= MOST_NUMBERED
    marks = tuple(
        Mark(
            label=label,
            value=value,
            tone="plain",
            x=_percent(slot * (place + 0.14)),
            width=_percent(slot * 0.72),
            middle=_percent(slot * (place + (0.5 if numbered else 0.14))),
            y=f"{HEAD + PLOT * (1 - value / most):.1f}",
            height=f"{PLOT * value / most:.1f}",
        )
        for place, (label, (_, value)) in enumerate(zip(short, rows, strict=True))
    )
    step = -(-len(rows) // MOST_LABELS)
    named = frozenset(range(0, len(rows), step or 1))
    lines = () if numbered else _grid(most)
    return Drawing(
        "columns", tuple(rows), marks, HEAD + PLOT + FOOT, named, numbered=numbered, lines=lines
    )


def _grid(most: int) -> tuple[tuple[str, str], ...]:
    """Where thin columns carry no numbers: the line of the highest and, if whole, of its half."""
    halves = [most // 2] if most % 2 == 0 else []
    return tuple((f"{HEAD + PLOT * (1 - one / most):.1f}", str(one)) for one in [most, *halves])


def _with_shares(rows: Sequence[Row], whole: int) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (label, value, f"{100 * value / whole:.0f} %" if whole else "–") for label, value in rows
    )


def _percent(share: float) -> str:
    return f"{share:.2f}%"
