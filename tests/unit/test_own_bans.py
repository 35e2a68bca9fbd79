"""What our own code and templates never do (OU-1, SU-4), found by reading them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "screening").rglob("*.py")), ROOT / "config.py", ROOT / "wsgi.py"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Where markup is made by hand, and why that is no way in for anybody's words.
MARKUP = {
    "screening/web/texts.py": "constant words; what is put in is escaped by format and join",
    "screening/web/surroundings.py": "constant words; the token is escaped by format",
    "screening/web/enrolment.py": "a QR code drawn by segno out of squares",
}
# Where a statement is put together, and what of.
STATEMENTS = {
    "screening/storage/engine.py": "the pragmas listed there",
    "screening/storage/guards.py": "names of tables and triggers, as the database gives them",
    "screening/storage/migrate.py": "a number that is a constant",
    "screening/storage/moving_house.py": "names of our own tables",
    "screening/storage/serving.py": "a lock's number that is a constant",
}
TEMPLATE_BANS = {
    "marks text as safe": re.compile(r"\|\s*safe\b"),
    "switches escaping off": re.compile(r"autoescape\s+false"),
    "leaves an attribute without quotes": re.compile(r"[\w-]+=\{\{"),
    "puts words into a script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "puts words into a style": re.compile(r"<style|\sstyle="),
    "holds a handler": re.compile(r"\son[a-z]+="),
    "lets words choose where a link begins": re.compile(r"(?:href|src|action)=\"javascript:"),
    "asks somebody else's server": re.compile(r"<(?:script|link|img|iframe)[^>]*\"(?:https?:)?//"),
    "tells another site where people come from": re.compile(
        r"<a(?![^>]*noreferrer)[^>]*href=\"(?:https?:)?//"
    ),
}
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|PRAGMA)\s")
MODEL = re.compile(r"[A-Z]+[a-z]\w*")
SCANNED = ["screening", "migrations", "config.py", "wsgi.py", "run"]
Call = tuple[str, ast.Call]
CODE_BANS = {"render_template_string", "eval", "exec", "from_string"}


@cache
def calls_in(path: Path) -> list[Call]:
    return list(calls(path.read_text(encoding="utf-8")))


def calls(source: str) -> Iterator[Call]:
    """Name and call, the last part of a dotted name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            yield str(name), node


def test_no_template_lets_words_become_markup() -> None:
    assert len(TEMPLATES) > 50
    found = [
        f"{path.relative_to(ROOT)} {what}: {hit.group()}"
        for path in TEMPLATES
        for what, ban in TEMPLATE_BANS.items()
        for hit in ban.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_markup_is_made_by_hand_in_known_places_out_of_constants() -> None:
    for path in SOURCES:
        where = str(path.relative_to(ROOT))
        for name, call in calls_in(path):
            assert name not in CODE_BANS, f"{where}:{call.lineno} {name}"
            if name == "Markup":
                assert where in MARKUP, f"{where}:{call.lineno} makes markup"
                assert where.endswith("enrolment.py") or isinstance(call.args[0], ast.Constant)


def test_no_statement_is_put_together_from_words() -> None:
    """What SQL is given is a constant or built by SQLAlchemy; values are bound."""
    for path in SOURCES:
        where = str(path.relative_to(ROOT))
        for name, call in calls_in(path):
            if name in {"text", "execute", "exec_driver_sql", "scalar", "scalars"} and call.args:
                joined = isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
                assert not joined or where in STATEMENTS, f"{where}:{call.lineno}"


def test_nothing_is_printed_and_only_storage_speaks_to_the_database() -> None:
    for path in SOURCES:
        broken = broken_bans(calls_in(path), "storage" in path.parts)
        assert broken == [], str(path.relative_to(ROOT))


def test_what_is_banned_is_found() -> None:
    for source in (
        "print(answers)",
        "session.execute('SELECT name FROM people')",
        "session.get(SubmissionRow, id_)",
        "session.get(entity=tables.SubmissionRow, ident=id_)",
    ):
        assert len(broken_bans(calls(source), in_storage=False)) == 1, source
    assert broken_bans(calls("session.get(SubmissionRow, id_)"), in_storage=True) == []
    assert broken_bans(calls("form.get(ACTION, other)"), in_storage=False) == []


def broken_bans(made: Iterable[Call], in_storage: bool) -> list[str]:
    """Printing; a statement in words or a row fetched by its id, anywhere but in storage."""
    found = []
    for name, call in made:
        given = [*call.args, *(one.value for one in call.keywords)]
        if name == "print":
            found.append(f"{call.lineno} prints")
        elif not in_storage and any(_statement(one) for one in given):
            found.append(f"{call.lineno} holds a statement")
        elif not in_storage and name == "get" and len(given) > 1 and _model(given[0]):
            found.append(f"{call.lineno} fetches a row by its id")
    return found


def _statement(node: ast.expr) -> bool:
    said = node.value if isinstance(node, ast.Constant) else ""
    return isinstance(said, str) and STATEMENT.match(said) is not None


def _model(node: ast.expr) -> bool:
    return MODEL.fullmatch(str(getattr(node, "attr", getattr(node, "id", "")))) is not None


@pytest.mark.thorough
def test_bandit_finds_nothing_of_weight(tmp_path: Path) -> None:
    def finds(*paths: str) -> int:
        bandit = Path(sys.executable).with_name("bandit")
        words = [str(bandit), "-q", "-r", "--severity-level", "medium", *paths]
        return subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode

    assert finds(*SCANNED) == 0
    bad = tmp_path / "bad.py"
    bad.write_text("import hashlib\nhashlib.md5(b'')\neval(input())\n")
    assert finds(str(bad)) == 1


def test_what_bandit_is_told_to_pass_over_has_its_reason() -> None:
    everything = [*SOURCES, *(ROOT / "migrations").rglob("*.py"), ROOT / "run"]
    for path in everything:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "nosec" in line:
                assert re.search(r"# noqa: S\d+ - .{8,}# nosec B\d+$", line), (path, line)


def test_every_silenced_finding_about_security_has_its_reason() -> None:
    for path in SOURCES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            silenced = re.search(r"#\s*noqa(?P<codes>:[A-Z0-9, ]+)?(?P<reason>.*)", line)
            if silenced:
                where = f"{path.relative_to(ROOT)}:{number}"
                assert silenced["codes"], f"{where} silences everything"
                about_security = re.search(r"\bS\d", silenced["codes"])
                assert not about_security or re.search(r"\w{3}", silenced["reason"]), where
