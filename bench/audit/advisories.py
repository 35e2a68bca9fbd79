"""Published advisories about the packages that are pinned: kept as data, compared offline.

Only facts are kept (id, package, ranges), as the PyPA Advisory Database has them:
https://github.com/pypa/advisory-database, CC-BY 4.0.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("advisories.json")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
TOO_OLD = timedelta(days=90)


@dataclass(frozen=True)
class Advisory:
    """``ranges``: the first version concerned, and the first that is mended or None."""

    id: str
    package: str
    aliases: tuple[str, ...]
    ranges: tuple[tuple[str, str | None], ...]
    through: tuple[tuple[str, str], ...]
    versions: tuple[str, ...]

    def concerns(self, version: str) -> bool:
        one = Version(version)
        return (
            any(Version(a) <= one and (b is None or one < Version(b)) for a, b in self.ranges)
            or any(Version(a) <= one <= Version(b) for a, b in self.through)
            or any(one == Version(named) for named in self.versions)
        )


@dataclass(frozen=True)
class Snapshot:
    source: str
    commit: str
    as_of: date
    looked_up: frozenset[str]
    advisories: tuple[Advisory, ...]

    def against(self, pins: dict[str, str]) -> Iterator[str]:
        for one in self.advisories:
            if one.package in pins and one.concerns(pins[one.package]):
                yield f"{one.package} {pins[one.package]}: {one.id} {' '.join(one.aliases)}"

    def too_old(self, today: date) -> bool:
        return today - self.as_of > TOO_OLD


def pinned(text: str) -> dict[str, str]:
    """Normalised name and version of each requirement."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(text)}


def kept(file: Path = KEPT) -> Snapshot:
    data = json.loads(file.read_text(encoding="utf-8"))
    return Snapshot(
        data["source"],
        data["commit"],
        datetime.fromisoformat(data["as_of"]).date(),
        frozenset(data["looked_up"]),
        tuple(
            Advisory(
                one["id"],
                one["package"],
                tuple(one["aliases"]),
                tuple((a, b) for a, b in one["ranges"]),
                tuple((a, b) for a, b in one["through"]),
                tuple(one["versions"]),
            )
            for one in data["advisories"]
        ),
    )
