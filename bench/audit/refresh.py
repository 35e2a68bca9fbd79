"""Renews advisories.json from a clone of the database, without any network."""

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

SOURCE = "https://github.com/pypa/advisory-database"


def refreshed(clone: Path, names: set[str]) -> str:
    """The text of the new snapshot: what the clone's last commit says about these packages."""
    commit, as_of = git(clone, "log", "-1", "--format=%H %cI").decode().split()
    found = sorted(advisories(clone, names), key=lambda one: (one["package"], one["id"]))
    data = {
        "source": SOURCE,
        "licence": "CC-BY-4.0",
        "commit": commit,
        "as_of": as_of[:10],
        "looked_up": sorted(names),
        "advisories": [],
    }
    head = json.dumps(data, indent=1)[: -len("[]\n}")]
    return head + "[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n}\n"


def advisories(clone: Path, names: set[str]) -> Iterator[dict[str, Any]]:
    """The archive's tree is walked, so a folder's name decides nothing but where to look."""
    known = git(clone, "ls-tree", "--name-only", "HEAD", "vulns/").decode().split()
    folders = [one for one in known if one.removeprefix("vulns/").lower() in names]
    if not known:
        raise SystemExit(f"{clone} holds no folder vulns: is it a clone of {SOURCE}?")
    if not folders:
        return
    with tarfile.open(fileobj=io.BytesIO(git(clone, "archive", "HEAD", *folders))) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                yield from facts(yaml.safe_load(file.read()))


def facts(advisory: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if advisory.get("withdrawn"):
        return
    for affected in advisory["affected"]:
        ranges, through = [], []
        for one in affected.get("ranges", ()):
            if one["type"] == "ECOSYSTEM":
                begun: str | None = None
                for event in one["events"]:
                    if "introduced" in event:
                        begun = event["introduced"]
                    elif begun is not None and "fixed" in event:
                        ranges.append([begun, event["fixed"]])
                        begun = None
                    elif begun is not None and "last_affected" in event:
                        through.append([begun, event["last_affected"]])
                        begun = None
                if begun is not None:
                    ranges.append([begun, None])
        yield {
            "id": advisory["id"],
            "package": affected["package"]["name"].lower(),
            "aliases": advisory.get("aliases", []),
            "ranges": ranges,
            "through": through,
            "versions": [] if ranges or through else affected.get("versions", []),
        }


def git(clone: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(clone), *words], check=True, capture_output=True).stdout  # noqa: S603, S607 - words of ours
