"""What is installed: pinned, with a reason and a licence each, and listed (SU-1 to SU-3)."""

import re
from pathlib import Path

import pytest

from screening.exchange.sbom import NotPinned, bill_of_materials

ROOT = Path(__file__).resolve().parents[2]
PINNED = (ROOT / "requirements.txt").read_text()


def names_in(requirements: str) -> set[str]:
    found = re.findall(r"^([a-zA-Z0-9_-]+)", requirements, re.MULTILINE)
    return {name.lower() for name in found}


def test_every_direct_dependency_has_a_reason_and_a_licence() -> None:
    table = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.{8,}) \| ([A-Za-z0-9. -]{3,}) \|$", table, re.M)
    wanted = names_in((ROOT / "requirements.in").read_text())
    assert [name for name, _, _ in rows] == sorted({n for n, _, _ in rows}, key=table.index)
    assert {name for name, _, _ in rows} == wanted
    assert names_in(PINNED) >= wanted


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes(file: str) -> None:
    text = (ROOT / file).read_text()
    assert len(bill_of_materials(text, "prelude", "1")["components"]) == len(names_in(text))  # type: ignore[arg-type]


def test_what_is_not_pinned_is_named() -> None:
    for loose in ("flask>=3", "flask==3.1.3", "git+https://example.org/flask"):
        with pytest.raises(NotPinned, match=re.escape(loose)):
            bill_of_materials(f"{PINNED}\n{loose}\n", "prelude", "1")


def test_the_bill_of_materials_lists_each_part_with_its_hashes() -> None:
    bill = bill_of_materials(PINNED, "prelude", "0.1.0")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {one["name"]: one for one in bill["components"]}  # type: ignore[attr-defined]
    flask = parts["flask"]
    assert flask["purl"] == f"pkg:pypi/flask@{flask['version']}"
    (files,) = flask["externalReferences"]
    assert {one["content"] for one in files["hashes"]} <= set(re.findall("[0-9a-f]{64}", PINNED))
    assert bill == bill_of_materials(PINNED, "prelude", "0.1.0")


def test_nothing_is_installed_that_the_run_script_would_not_check() -> None:
    assert '"--require-hashes"' in (ROOT / "run").read_text()
