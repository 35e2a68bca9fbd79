"""The floors of the house, as far as import contracts cannot show them."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT_ALL = """
import importlib, json, pkgutil, sys
import screening.domain
for module in pkgutil.walk_packages(screening.domain.__path__, "screening.domain."):
    importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_domain_pulls_in_nothing_but_the_standard_library() -> None:
    # -S: without what a virtual environment loads at start.
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", IMPORT_ALL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # zoneinfo asks how Python was built; that module is named after the platform.
    foreign = {name for name in json.loads(loaded) if not name.startswith("_sysconfigdata")}
    assert foreign - sys.stdlib_module_names == {"__main__", "screening"}


def test_no_package_has_logic_in_its_init() -> None:
    found = ROOT.joinpath("screening").rglob("__init__.py")
    lines = [line for path in found for line in path.read_text().splitlines()]
    assert [line for line in lines if line.startswith(("def ", "class ", "if ", "for "))] == []
