"""docs/configuration.md says what the code reads from the environment, no more and no less."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = (
    "config.py",
    "run",
    "screening/storage/key_source.py",
    "screening/web/commands.py",
    "wsgi.py",
)
NAME = re.compile(r"\b(PRELUDE_[A-Z_]+|DATABASE_URL|PORT|FLASK_DEBUG)\b")


def test_the_documented_variables_are_those_that_the_program_reads() -> None:
    read = {name for file in READERS for name in NAME.findall((ROOT / file).read_text())}
    table = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert documented == read
