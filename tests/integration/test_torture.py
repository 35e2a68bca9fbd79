"""The short form of every attack; ``./run torture`` runs the long form and prints the figures."""

import sys

import pytest

from bench.faults.__main__ import EXPERIMENTS
from bench.faults.side_by_side import side_by_side

SEED = 20261122
# What grows or waits shows after minutes; the rest have short tests of their own elsewhere.
LONG_ONLY = frozenset(
    {
        "soak", "load", "slow-clients", "restarts", "backups-postgresql", "mail-postgresql",
        "new-keys-postgresql", "read-only-postgresql", "backups", "clock", "kills-postgresql",
        "disk-full-postgresql",
    }
)  # fmt: skip
pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.postgresql if "postgresql" in name else ())
        for name in EXPERIMENTS
        if name not in LONG_ONLY
    ],
)
def test_nothing_is_lost_doubled_broken_or_told(name: str) -> None:
    found = EXPERIMENTS[name](SEED, True)
    if found.skipped:
        pytest.skip(found.skipped)
    assert found.holds, found.line()


def test_of_several_at_once_each_tells_what_it_found_and_none_dies_unnoticed() -> None:
    told = side_by_side(["tampering", "no such one"], SEED, 2, quick=True)
    held = {one.name: one.holds for one in told}
    assert held == {"tampering, SQLite": True, "no such one": False}


def test_one_that_has_very_much_to_say_is_heard_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of remarks are more than a pipe holds; whoever waits for it to be read hangs."""
    much = f"Found('wordy', {SEED}, errors=1, remarks=['x' * 100] * 1000)"
    says = f"from bench.faults.results import Found; print({much}.line())"
    monkeypatch.setattr(
        "bench.faults.side_by_side.command", lambda *_, **__: [sys.executable, "-c", says]
    )
    told = [*side_by_side(["wordy"], SEED, 1, quick=True)]
    assert [len(one.remarks) for one in told] == [1000]
