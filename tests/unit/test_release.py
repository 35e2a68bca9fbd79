"""A release is the last commit, the same bytes whoever makes it and whenever (SU-6)."""

import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

from bench.release import release

ROOT = Path(__file__).resolve().parents[2]
WHO = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]


def test_two_runs_give_the_same_bytes_and_nothing_uncommitted(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("pyproject.toml", "requirements.txt"):
        (clone / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    for words in (["init", "-q"], ["add", "."], [*WHO, "commit", "-qm", "One"]):
        subprocess.run(["git", "-C", str(clone), *words], check=True)
    first = release(clone, tmp_path / "first")
    (clone / "notes.txt").write_text("not part of it")
    (clone / "requirements.txt").write_text("")
    second = release(clone, tmp_path / "second")
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]
    archive, bill, sums = first
    for line in sums.read_text().splitlines():
        digest, name = line.split("  ")
        assert sha256((archive.parent / name).read_bytes()).hexdigest() == digest
    with tarfile.open(archive) as inside:
        assert sorted(one.name for one in inside if one.isfile()) == [
            "prelude-0.1.0/pyproject.toml",
            "prelude-0.1.0/requirements.txt",
        ]
    assert b'"CycloneDX"' in bill.read_bytes()
