"""Settled: what the patient said to a point, kept with the draft and sealed with the submission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.domain.points import Point, Raw, Said
from screening.domain.recogniser import REPLY

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


def sealed_point(points: Iterable[Sealed], key: str, text: str | None = None) -> Sealed | None:
    """What a submission holds of this point, in this text; None where it was not put."""
    found = (one for one in points if one["key"] == key)
    return next((one for one in found if text is None or text in one["about"]["texts"]), None)


def still_settled(
    earlier: Iterable[Sealed], put: Iterable[Sealed], before: Raw, now: Raw
) -> list[Sealed]:
    """What an edition says of its points, as far as it is true of the next one.

    That is of every text and every pair of answers that is as it was ``before``, unless it was
    ``put`` to the patient again. A reply to the clinic belongs to its own edition.
    """
    asked = list(put)
    kept = (_still_settled(one, asked, before, now) for one in earlier)
    return [one for one in kept if one is not None]


def _still_settled(
    point: Sealed, put: Iterable[Sealed], before: Raw, now: Raw
) -> Mapping[str, object] | None:
    about = point["about"]
    if not point["key"].startswith("recognised."):
        as_it_was = all(name in now and now[name] == raw for name, raw in about.items())
        return point if as_it_was and sealed_point(put, point["key"]) is None else None
    texts = [
        name
        for name in about["texts"]
        if name != REPLY
        and before.get(name) == now.get(name)
        and sealed_point(put, point["key"], name) is None
    ]
    return {**point, "about": {**about, "texts": texts}} if texts else None
