"""./run mutate: does anybody notice when the protocol is broken in a single way?

Each mutation is read, verified and tried on the worked cases. It ends with status 1 if anything
survives that is not declared in survivors.toml, or if a declared survivor no longer survives.
"""

import os
import pickle
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from bench.mutation.edits import Toml
from bench.mutation.mutations import mutations
from screening.domain.protocol import ScreeningProtocol
from screening.exchange.cases import assess_case
from screening.protocols import library
from screening.protocols.reader import build_protocol
from screening.protocols.shapes import ProtocolUnreadable
from screening.protocols.verify.bench import Bench
from screening.protocols.verify.proof import NOT_PROVED, prove
from tests.worked_cases import ALL_CASES

FILE = Path(library.__file__).parent / "microneedling" / "2026-2.toml"
DECLARED = Path(__file__).with_name("survivors.toml")
TABLES = pickle.dumps(tomllib.loads(FILE.read_text()))
EVERY = list(mutations(tomllib.loads(FILE.read_text())))
BENCH = Bench()
EXPECTED: list[dict[str, object]] = []


@dataclass(frozen=True)
class Fate:
    """Who noticed the mutation: reading, a property of verify, worked cases, or nobody."""

    mutation: str
    kind: str
    refused: bool = False
    verify: int = 0
    cases: int = 0
    unproved: bool = False

    @property
    def survives(self) -> bool:
        return not (self.refused or self.verify or self.cases)


def main() -> int:
    began = perf_counter()
    unbroken = build_protocol(FILE.name, unpickled(), "digest")
    if not all(result.holds for result in prove(unbroken, BENCH)):
        say("The unbroken protocol does not verify; nothing to compare with.")
        return 1
    EXPECTED.extend(results(unbroken))
    with get_context("fork").Pool(cores()) as pool:
        fates = []
        for one in pool.imap(fate, range(len(EVERY)), chunksize=20):
            fates.append(one)
            if len(fates) % 200 == 0:
                say(f"{len(fates)} of {len(EVERY)} after {perf_counter() - began:.0f} s")
    survivors = {one.mutation for one in fates if one.survives}
    for line in table(fates):
        say(line)
    unproved = sum(one.unproved for one in fates)
    say(
        f"Of what verify notices, {unproved} have too many states to be proved, so it refuses them."
    )
    status = judged(survivors)
    seconds, work = perf_counter() - began, sum(os.times()[:4])
    say(f"{len(EVERY)} mutations in {seconds:.0f} s, with {work:.0f} s of one core's work")
    return status


def cores() -> int:
    """As many as this process may use: ``taskset -c 0 ./run mutate`` takes one."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def unpickled() -> Toml:
    """A fresh copy of the tables, in a tenth of the time that reading takes."""
    tables: Toml = pickle.loads(TABLES)  # noqa: S301 – our own
    return tables


def fate(number: int) -> Fate:
    tables, mutation = unpickled(), EVERY[number]
    mutation.edit(tables)
    try:
        protocol = build_protocol(FILE.name, tables, "digest")
    except ProtocolUnreadable:
        return Fate(mutation.name, mutation.kind, refused=True)
    failing = next((result for result in prove(protocol, BENCH) if not result.holds), None)
    verify = failing.number if failing else 0
    unproved = failing is not None and failing.found.failures[0].what == NOT_PROVED
    return Fate(mutation.name, mutation.kind, False, verify, different(protocol), unproved)


def different(protocol: ScreeningProtocol) -> int:
    found = zip(results(protocol), EXPECTED, strict=True)
    return sum(one != expected for one, expected in found)


def results(protocol: ScreeningProtocol) -> Iterator[dict[str, object]]:
    return (assess_case(protocol, case) for case in ALL_CASES)


def table(fates: Iterable[Fate]) -> Iterator[str]:
    columns = ("kind", "all", "refused", "verify", "cases", "survive")
    yield "{:<28}{:>8}{:>9}{:>8}{:>8}{:>9}".format(*columns)
    kinds: dict[str, Counter[str]] = {}
    for one in fates:
        for kind in (one.kind, "TOTAL"):
            counts = kinds.setdefault(kind, Counter())
            counts.update(
                all=1, refused=one.refused, verify=one.verify > 0, cases=one.cases > 0,
                survive=one.survives,
            )  # fmt: skip
    for kind in sorted(kinds, key=lambda kind: kind == "TOTAL"):
        yield f"{kind:<28}" + "".join(
            f"{kinds[kind][key]:>{width}}"
            for key, width in zip(columns[1:], (8, 9, 8, 8, 9), strict=True)
        )


def judged(survivors: set[str]) -> int:
    reasons: dict[str, str] = tomllib.loads(DECLARED.read_text())
    for name in sorted(survivors & reasons.keys()):
        say(f"survives, harmless: {name}: {reasons[name]}")
    for name in sorted(survivors - reasons.keys()):
        say(f"SURVIVES, undeclared: {name}")
    for name in sorted(reasons.keys() - survivors):
        say(f"DECLARED, but noticed or gone: {name}")
    return int(survivors != reasons.keys())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
