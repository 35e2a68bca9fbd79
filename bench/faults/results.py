"""What an experiment found: figures that anyone can print again."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field


@dataclass
class Found:
    """One experiment. All but `tried`, `faults`, `acknowledged` and `answers` must be nought.

    `control`: what the same oracle found where the fault was let through on purpose; an
    experiment whose control found nothing proves nothing. `skipped`: why this machine cannot
    run it, which is neither good nor bad.
    """

    name: str
    seed: int
    tried: int = 0
    faults: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    corrupt: int = 0
    errors: int = 0
    leaked: int = 0
    control: int = 0
    seconds: float = 0.0
    skipped: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        bad = self.lost + self.duplicated + self.corrupt + self.errors + self.leaked
        return bad == 0 and self.control > 0

    def line(self) -> str:
        return json.dumps({**asdict(self), "holds": self.holds}, sort_keys=True)


Experiment = Callable[[int, bool], Found]
"""Takes a seed and whether to be quick."""

COLUMNS = (
    "tried", "faults", "acknowledged", "lost", "duplicated", "corrupt", "errors", "leaked",
    "control",
)  # fmt: skip


def table(results: list[Found]) -> str:
    """The figures of all experiments, one line each."""
    wide = max(len(one.name) for one in results)
    head = " " * wide + "".join(f"{name:>14}" for name in COLUMNS) + "   seconds"
    lines = [
        f"{one.name:<{wide}}"
        + "".join(f"{getattr(one, name):>14,}" for name in COLUMNS)
        + f"{one.seconds:>10.1f}"
        + ("" if one.holds else f"   not run: {one.skipped}" if one.skipped else "   DOES NOT HOLD")
        for one in results
    ]
    return "\n".join([head, *lines, in_all(results)])


def in_all(results: list[Found]) -> str:
    """One line over everything that was run."""
    ran = [one for one in results if not one.skipped]
    sums = {name: sum(getattr(one, name) for one in ran) for name in COLUMNS}
    good = ", ".join(f"{sums[name]:,} {name}" for name in ("tried", "faults", "acknowledged"))
    bad = ("lost", "duplicated", "corrupt", "errors", "leaked")
    told = ", ".join(f"{name} {sums[name]:,}" for name in bad)
    held = sum(one.holds for one in ran)
    return f"In all: {held} of {len(results)} experiments hold; {good}; {told}."
