"""``flask sbom``: what is installed, for whoever has to know when a part turns out to be bad."""

import json
import tomllib
from pathlib import Path

import click

from screening.exchange.sbom import bill_of_materials

ROOT = Path(__file__).resolve().parents[2]


@click.command("sbom")
def sbom() -> None:
    """Print the pinned requirements as CycloneDX (JSON)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    bill = bill_of_materials(pinned, project["name"], project["version"])
    click.echo(json.dumps(bill, indent=1))
