"""``./run audit``: is a known vulnerability published for anything that the application installs?

pip-audit asks; what it could not ask about, the package index is asked about by project, which
tells of the newest version only. Ends with 1 where something is known, with 0 where nothing is or
nobody could be asked, and says which of the two.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import click
from pip._internal.models.index import PyPI

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([a-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
SECONDS = 10
Ask = Callable[[str], Mapping[str, Any]]


class NobodyAnswers(Exception):
    """There is no way to the package index from here."""


@dataclass
class Told:
    """Packages with their versions; `known` names what was published about them."""

    asked: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def lines(self) -> list[str]:
        many = len(self.asked | self.unasked)
        lines = [f"{one}: KNOWN VULNERABILITY" for one in sorted(self.known)]
        lines += [f"nobody could be asked about {one}" for one in sorted(self.unasked)]
        return [*lines, f"{len(self.asked)} of {many} asked about, {len(self.known)} known"]


def audit(pinned: Mapping[str, str], found: list[dict[str, Any]], ask: Ask) -> Told:
    """`found`: what pip-audit said. Raises nothing: whoever was not asked about is listed."""
    told = Told()
    for one in found:
        if "skip_reason" not in one:
            _note(told, one["name"], pinned, one["vulns"])
    rest = [name for name in sorted(pinned) if f"{name} {pinned[name]}" not in told.asked]
    for name in rest:
        try:
            newest = ask(name)
        except NobodyAnswers:
            break
        if newest["info"]["version"] == pinned[name]:
            _note(told, name, pinned, newest["vulnerabilities"])
    told.unasked = {f"{name} {version}" for name, version in pinned.items()} - told.asked
    return told


def _note(told: Told, name: str, pinned: Mapping[str, str], found: list[dict[str, Any]]) -> None:
    told.asked.add(f"{name} {pinned[name]}")
    told.known |= {f"{name} {pinned[name]}: {one['id']}" for one in found}


def _pip_audit(requirements: Path) -> list[dict[str, Any]]:
    """Empty where its service cannot be reached."""
    command = [
        sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json",
        "--progress-spinner", "off", "--timeout", str(SECONDS), "--requirement", str(requirements),
    ]  # fmt: skip
    said = subprocess.run(  # noqa: S603 our own words
        command, capture_output=True, text=True, check=False
    ).stdout
    try:
        found: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except ValueError:
        return []
    return found


def ask_the_index(name: str) -> Mapping[str, Any]:
    """What pip's own index says of a project."""
    try:
        with urlopen(f"{PyPI.pypi_url}/{name}/json", timeout=SECONDS) as answer:  # noqa: S310 https
            found: Mapping[str, Any] = json.load(answer)
    except (HTTPError, ValueError):
        return {"info": {"version": None}}
    except (URLError, TimeoutError) as error:
        raise NobodyAnswers from error
    return found


def main() -> int:
    requirements = ROOT / "requirements.txt"
    pinned = dict(PINNED.findall(requirements.read_text()))
    told = audit(pinned, _pip_audit(requirements), ask_the_index)
    click.echo("\n".join(told.lines()))
    return 1 if told.known else 0


if __name__ == "__main__":
    sys.exit(main())
