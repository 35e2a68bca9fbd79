"""``./run torture [--quick] [--seed N] [--jobs N] [NAME ...]``: every experiment, its figures."""

import argparse
import logging
import signal
import sys
import traceback
from collections.abc import Iterator
from secrets import randbelow
from time import perf_counter

import click

from bench.faults.amending import amending
from bench.faults.backups import backups_on_postgresql, backups_on_sqlite
from bench.faults.clock import moved_clock
from bench.faults.commit_cut import commit_cut
from bench.faults.crash_points import crash_points
from bench.faults.damage import damaged_rows
from bench.faults.damaged_pages import damaged_pages
from bench.faults.devices import two_devices
from bench.faults.disks import disk_full, disk_full_on_postgresql, read_only, read_only_postgresql
from bench.faults.fuzz import fuzz
from bench.faults.guessing import guessing
from bench.faults.key_gone import key_gone
from bench.faults.kills import kills_on_postgresql, kills_on_sqlite
from bench.faults.links import guessed_links
from bench.faults.load import load
from bench.faults.mail import mail_on_postgresql, mail_on_sqlite
from bench.faults.new_keys import new_keys_on_postgresql, new_keys_on_sqlite
from bench.faults.postgresql_killed import postgresql_killed
from bench.faults.power import power_cut
from bench.faults.races import decisions, sendings
from bench.faults.restarts import restarts
from bench.faults.results import Experiment, Found, table
from bench.faults.side_by_side import side_by_side
from bench.faults.slow import slow_clients
from bench.faults.soak import soak
from bench.faults.tampering import tampering_on_postgresql, tampering_on_sqlite

EXPERIMENTS: dict[str, Experiment] = {
    "load": load,
    "slow-clients": slow_clients,
    "crash-points": crash_points,
    "decisions": decisions,
    "fuzz": fuzz,
    "sendings": sendings,
    "two-devices": two_devices,
    "damage": damaged_rows,
    "damaged-pages": damaged_pages,
    "kills": kills_on_sqlite,
    "power": power_cut,
    "kills-postgresql": kills_on_postgresql,
    "mail": mail_on_sqlite,
    "mail-postgresql": mail_on_postgresql,
    "postgresql-killed": postgresql_killed,
    "commit-cut-postgresql": commit_cut,
    "disk-full": disk_full,
    "disk-full-postgresql": disk_full_on_postgresql,
    "read-only": read_only,
    "read-only-postgresql": read_only_postgresql,
    "key-gone": key_gone,
    "restarts": restarts,
    "tampering": tampering_on_sqlite,
    "tampering-postgresql": tampering_on_postgresql,
    "new-keys": new_keys_on_sqlite,
    "new-keys-postgresql": new_keys_on_postgresql,
    "amending": amending,
    "soak": soak,
    "clock": moved_clock,
    "backups": backups_on_sqlite,
    "backups-postgresql": backups_on_postgresql,
    "guessing": guessing,
    "guessed-links": guessed_links,
}
ALONE = ("load", "slow-clients")
"""They measure how long people wait, so nothing goes on beside them."""


def main(arguments: list[str]) -> int:
    # Whoever ends it early ends its servers and gives back what it mounted, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # A line for each of a hundred thousand requests would bury the figures.
    logging.getLogger("prelude").addHandler(logging.NullHandler())
    parser = argparse.ArgumentParser(prog="./run torture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the short tier")
    parser.add_argument("--seed", type=int, default=randbelow(2**32), help="to run it again")
    parser.add_argument("--jobs", type=int, default=1, help="so many at once, where none is timed")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXPERIMENTS))
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - EXPERIMENTS.keys()
    if unknown:
        parser.error(f"there is no experiment {', '.join(sorted(unknown))}")
    if asked.jobs < 1:
        parser.error("--jobs: one at least")
    results = []
    for found in _all(asked.names or [*EXPERIMENTS], asked.seed, asked.jobs, quick=asked.quick):
        click.echo(found.line())
        results.append(found)
    click.echo(f"\n{table(results)}\nseed {asked.seed}")
    return 0 if all(one.holds or one.skipped for one in results) else 1


def _all(names: list[str], seed: int, jobs: int, *, quick: bool) -> Iterator[Found]:
    alone = [one for one in names if jobs == 1 or one in ALONE]
    for name in alone:
        yield _run(name, seed, quick)
    yield from side_by_side([one for one in names if one not in alone], seed, jobs, quick=quick)


def _run(name: str, seed: int, quick: bool) -> Found:
    """One that breaks off is told like one that does not hold; the others go on."""
    began = perf_counter()
    try:
        found = EXPERIMENTS[name](seed, quick)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        found = Found(name, seed, errors=1)
        found.remarks.append(f"broke off: {type(error).__name__} at {where.name}:{where.lineno}")
    found.seconds = perf_counter() - began
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
