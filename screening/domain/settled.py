"""Settled: what the patient said to a point, kept with the draft and sealed with the submission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.domain.points import Point, Raw, Said

Sealed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was said to a point, and why, where the patient wrote that."""

    said: Said = Said.NOTHING
    note: str = ""

    @classmethod
    def of(cls, point: Point, kept: Raw) -> "Settled":
        """What was said to the point as it stands now; nothing if other words or answers were."""
        raw = kept.get(point.key)
        if not isinstance(raw, Mapping) or raw.get("about") != point.about:
            return cls()
        return cls.from_json(raw)

    @classmethod
    def from_json(cls, raw: Raw) -> "Settled":
        return cls(Said(str(raw["said"])), str(raw["note"]))

    def to_json(self, point: Point) -> dict[str, object]:
        return {"said": self.said.value, "note": self.note, "about": point.about}


def settling(kept: Raw, point: Point, settled: Settled) -> dict[str, object]:
    """What a draft remembers after this was said to the point."""
    return {**kept, point.key: settled.to_json(point)}


def sealed_points(points: Iterable[Point], kept: Raw) -> dict[str, list[dict[str, object]]]:
    """What a submission holds of its points; nothing where it had none."""
    found = [{"key": one.key, **Settled.of(one, kept).to_json(one)} for one in points]
    return {"points": found} if found else {}


def sealed_point(points: Iterable[Sealed], key: str) -> Sealed | None:
    """What a submission holds of this point; None where it was not put."""
    return next((one for one in points if one["key"] == key), None)
