"""./run audit: known weaknesses in what is pinned; offline first, then by asking pip-audit.

./run audit                  status 1 if one is known, 3 if the service could not be asked
./run audit --offline        only what is kept, as in ./run test
./run audit --refresh CLONE  renew the kept advisories from a clone of the PyPA database
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.audit.advisories import KEPT, ROOT, kept, pinned
from bench.audit.refresh import refreshed

REQUIREMENTS = ROOT / "requirements.txt"
UNREACHED = "The advisory service could not be reached from here: only the kept advisories count."
# pip-audit says "none known" and ends with 0 even where it could look nothing up: so its list is
# read, and whoever was skipped counts as not asked about.


def main(words: list[str]) -> int:
    pins = pinned(REQUIREMENTS.read_text(encoding="utf-8"))
    if words[:1] == ["--refresh"] and len(words) == 2:
        KEPT.write_text(refreshed(Path(words[1]), set(pins)), encoding="utf-8")
        return offline(pins)
    if words == ["--offline"]:
        return offline(pins)
    if words:
        say(__doc__ or "")
        return 2
    return offline(pins) or online()


def offline(pins: dict[str, str]) -> int:
    snapshot = kept()
    found = [*snapshot.against(pins)]
    missing = sorted(set(pins) - snapshot.looked_up)
    say(f"Kept advisories: {len(snapshot.advisories)} as of {snapshot.as_of}, {len(pins)} pins.")
    if snapshot.too_old(datetime.now(UTC).date()):
        say("Warning: they are older than 90 days; renew them with --refresh.")
    for line in [*found, *(f"{name}: not looked up" for name in missing)]:
        say(line)
    return 1 if found or missing else 0


def online() -> int:
    tool = Path(sys.executable).with_name("pip-audit")
    words = ["--requirement", str(REQUIREMENTS), "--disable-pip", "--require-hashes"]
    asked = subprocess.run(  # noqa: S603 - words of ours
        [str(tool), *words, "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    known, skipped = judged(asked.stdout)
    for line in known:
        say(line)
    if known:
        return 1
    say(UNREACHED if skipped is None else f"Asked pip-audit's service: {skipped} not answered for.")
    return 3 if skipped is None or skipped else 0


def judged(answer: str) -> tuple[list[str], int | None]:
    """What is known, and about how many packages nothing was said; None: about all of them."""
    try:
        parts = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return [], None
    skipped = sum("skip_reason" in one for one in parts)
    known = [
        f"{one['name']} {one['version']}: {found['id']}"
        for one in parts
        for found in one.get("vulns", ())
    ]
    return known, None if skipped == len(parts) else skipped


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
