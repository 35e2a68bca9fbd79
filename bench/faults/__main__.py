"""``./run torture [--quick] [--seed N] [NAME ...]``: every experiment, its figures printed."""

import argparse
import logging
import sys
from secrets import randbelow
from time import perf_counter

import click

from bench.faults.damage import damaged_rows
from bench.faults.devices import two_devices
from bench.faults.fuzz import fuzz
from bench.faults.kills import kills_on_postgresql, kills_on_sqlite
from bench.faults.mail import mail_on_postgresql, mail_on_sqlite
from bench.faults.races import decisions, sendings
from bench.faults.results import Experiment, Found, table

EXPERIMENTS: dict[str, Experiment] = {
    "fuzz": fuzz,
    "decisions": decisions,
    "sendings": sendings,
    "two-devices": two_devices,
    "damage": damaged_rows,
    "kills": kills_on_sqlite,
    "kills-postgresql": kills_on_postgresql,
    "mail": mail_on_sqlite,
    "mail-postgresql": mail_on_postgresql,
}


def main(arguments: list[str]) -> int:
    # A line for each of a hundred thousand requests would bury the figures.
    logging.getLogger("prelude").addHandler(logging.NullHandler())
    parser = argparse.ArgumentParser(prog="./run torture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the short tier")
    parser.add_argument("--seed", type=int, default=randbelow(2**32), help="to run it again")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXPERIMENTS))
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - EXPERIMENTS.keys()
    if unknown:
        parser.error(f"there is no experiment {', '.join(sorted(unknown))}")
    results = [_run(name, asked.seed, asked.quick) for name in asked.names or EXPERIMENTS]
    click.echo(f"\n{table(results)}\nseed {asked.seed}")
    return 0 if all(one.holds for one in results) else 1


def _run(name: str, seed: int, quick: bool) -> Found:
    began = perf_counter()
    found = EXPERIMENTS[name](seed, quick)
    found.seconds = perf_counter() - began
    click.echo(found.line())
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
