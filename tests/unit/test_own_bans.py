"""What our own code and templates never do (OU-1, SU-4), found by reading them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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
CODE_BANS = {"render_template_string", "eval", "exec", "from_string"}


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Name and call, the last part of a dotted name."""
    for node in ast.walk(tree):
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
        for name, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            assert name not in CODE_BANS, f"{where}:{call.lineno} {name}"
            if name == "Markup":
                assert where in MARKUP, f"{where}:{call.lineno} makes markup"
                assert where.endswith("enrolment.py") or isinstance(call.args[0], ast.Constant)


def test_no_statement_is_put_together_from_words() -> None:
    """What SQL is given is a constant or built by SQLAlchemy; values are bound."""
    for path in SOURCES:
        where = str(path.relative_to(ROOT))
        for name, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            if name in {"text", "execute", "exec_driver_sql", "scalar", "scalars"} and call.args:
                joined = isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
                assert not joined or where in STATEMENTS, f"{where}:{call.lineno}"


def test_every_silenced_finding_about_security_has_its_reason() -> None:
    for path in SOURCES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            silenced = re.search(r"#\s*noqa(?P<codes>:[A-Z0-9, ]+)?(?P<reason>.*)", line)
            if silenced:
                where = f"{path.relative_to(ROOT)}:{number}"
                assert silenced["codes"], f"{where} silences everything"
                about_security = re.search(r"\bS\d", silenced["codes"])
                assert not about_security or re.search(r"\w{3}", silenced["reason"]), where
