"""No version that is pinned has a published weakness, as far as the kept advisories go (SU-5)."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

from bench.audit.__main__ import judged
from bench.audit.advisories import TOO_OLD, kept, pinned
from bench.audit.refresh import facts, refreshed

ROOT = Path(__file__).resolve().parents[2]
PINS = pinned((ROOT / "requirements.txt").read_text(encoding="utf-8"))
SNAPSHOT = kept()
ADVISORY = """id: PYSEC-2030-1
affected:
- package: {name: Flask, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events: [{introduced: "0"}, {fixed: "1.0"}, {introduced: "2.0"}, {fixed: "2.3.2"}]
"""


def test_every_pinned_package_was_looked_up() -> None:
    assert len(PINS) > 25
    assert set(PINS) <= SNAPSHOT.looked_up


def test_no_pinned_version_is_in_a_range_that_is_known() -> None:
    assert [*SNAPSHOT.against(PINS)] == []


def test_an_old_version_is_found() -> None:
    old = {"werkzeug": "2.2.2", "jinja2": "2.11.2", "pillow": "9.0.0", "cryptography": "41.0.0"}
    found = " ".join(SNAPSHOT.against(old))
    assert all(name in found for name in old)
    assert "PYSEC-2023-58" in found


def test_what_is_kept_says_where_it_is_from_and_grows_old() -> None:
    assert SNAPSHOT.source.startswith("https://")
    assert len(SNAPSHOT.commit) == 40
    assert not SNAPSHOT.too_old(SNAPSHOT.as_of + TOO_OLD)
    assert SNAPSHOT.too_old(SNAPSHOT.as_of + TOO_OLD + timedelta(days=1))


def test_it_is_renewed_from_a_clone(tmp_path: Path) -> None:
    folder = tmp_path / "vulns" / "flask"
    folder.mkdir(parents=True)
    (folder / "PYSEC-2030-1.yaml").write_text(ADVISORY)
    who = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "One"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    new = tmp_path / "new.json"
    new.write_text(refreshed(tmp_path, {"flask", "click"}))
    snapshot = kept(new)
    assert snapshot.looked_up == {"flask", "click"}
    assert [*snapshot.against({"flask": "2.3.1"})]
    for fine in ("1.0", "1.9", "2.3.2", "3.0"):
        assert not [*snapshot.against({"flask": fine})], fine


def test_what_has_no_end_concerns_every_version_and_what_was_withdrawn_none() -> None:
    one = {
        "id": "X",
        "affected": [
            {
                "package": {"name": "flask"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
        ],
    }
    assert [fact["ranges"] for fact in facts(one)] == [[["0", None]]]
    assert [*facts({**one, "withdrawn": "2030-01-01"})] == []


def test_nobody_asked_is_not_nothing_known() -> None:
    """pip-audit ends well, and says that none is known, where it could look up nothing."""
    skipped = {"name": "flask", "skip_reason": "not found"}
    fine = {"name": "click", "version": "1", "vulns": []}
    bad = {"name": "click", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    assert judged(json.dumps({"dependencies": [skipped]})) == ([], None)
    assert judged("") == ([], None)
    assert judged(json.dumps({"dependencies": [skipped, fine]})) == ([], 1)
    assert judged(json.dumps({"dependencies": [bad]})) == (["click 1: PYSEC-1"], 0)
