"""./run mutate code: does a test notice when sealing, access, a rule or a reader is broken?

Each mutant runs in a process of its own, with the tests that are about its module. It ends with
status 1 where fewer than nine in ten are noticed. ./run mutate code [WORD] takes those modules
whose name holds the word.
"""

import importlib.util
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import SourceFileLoader
from multiprocessing import get_context
from pathlib import Path

import flask  # noqa: F401 - read once, for every process that is made out of this one
import pytest
import sqlalchemy.orm  # noqa: F401

from bench.code_mutation.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120  # of a core: on a busy machine nobody is taken for noticed who only waited
PATIENCE = 1200  # of the clock
ENOUGH = 0.9
TRIED = {
    "screening.storage.sealing": ["tests/unit/test_sealing.py"],
    "screening.web.typed": ["tests/unit/test_typed.py"],
    "screening.web.origin": ["tests/unit/test_origin.py"],
    "screening.web.bodies": ["tests/unit/test_bodies.py"],
    "screening.domain.conditions": [
        "tests/unit/test_conditions.py",
        "tests/unit/test_vignettes.py",
        "tests/unit/test_every_rule.py",
    ],
    "screening.domain.dates": ["tests/unit/test_dates.py", "tests/unit/test_vignettes.py"],
    "screening.domain.firing": [
        "tests/unit/test_firing.py",
        "tests/unit/test_vignettes.py",
        "tests/unit/test_every_rule.py",
        "tests/property/test_date_laws.py",
    ],
    "screening.domain.process_rules": [
        "tests/unit/test_firing.py",
        "tests/unit/test_unsure.py",
        "tests/unit/test_vignettes.py",
        "tests/unit/test_every_rule.py",
    ],
    "screening.domain.staff": ["tests/integration/test_staff_pages.py"],
    "screening.web.guard": [
        "tests/integration/test_access.py",
        "tests/integration/test_malformed_requests.py",
        "tests/integration/test_forged_forms.py",
        "tests/integration/test_reports.py",
        "tests/integration/test_faults.py",
        "tests/integration/test_refusals_witnessed.py",
        "tests/integration/test_behind_a_proxy.py",
        "tests/integration/test_second_factor.py",
    ],
}


class Broken(SourceFileLoader):
    """Loads the mutant in place of what the file says."""

    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> object:  # noqa: ARG002
        return compile(self.mutant.tree, self.path, "exec")


class Finder:
    def __init__(self, name: str, path: Path, mutant: Mutant) -> None:
        self.name, self.loader = name, Broken(name, str(path), mutant)

    def find_spec(self, name: str, *_: object) -> object:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.loader.path, loader=self.loader)


def main(words: list[str]) -> int:
    os.chdir(ROOT)
    seen = [one for name in TRIED if all(word in name for word in words) for one in fates(name)]
    killed = sum(seen)
    say(f"Of {len(seen)} mutants {killed} were noticed: {killed / len(seen):.1%}")
    return 0 if killed >= ENOUGH * len(seen) else 1


def fates(name: str) -> list[bool]:
    path = ROOT / f"{name.replace('.', '/')}.py"
    every = [*mutants(path.read_text(encoding="utf-8"))]
    if noticed(name, path, None):
        raise SystemExit(f"the tests of {name} fail on what is not broken")
    found = []
    with ThreadPoolExecutor(os.cpu_count()) as several:
        fate = several.map(lambda mutant: noticed(name, path, mutant), every)
        for mutant, was in zip(every, fate, strict=True):
            found.append(was)
            if not was:
                say(f"{name}:{mutant.line} survives: {mutant.what}")
    say(f"{name}: {sum(found)} of {len(found)}")
    return found


def noticed(name: str, path: Path, mutant: Mutant | None) -> bool:
    """By a test, or by never coming to an end."""
    one = get_context("fork").Process(target=attempt, args=(name, path, mutant))
    one.start()
    one.join(PATIENCE)
    if one.is_alive():
        one.kill()
        one.join()
        return True
    return one.exitcode != 0


def attempt(name: str, path: Path, mutant: Mutant | None) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    if mutant is not None:
        sys.meta_path.insert(0, Finder(name, path, mutant))
    words = ["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-m", "not postgresql"]
    os._exit(int(pytest.main([*words, "--hypothesis-profile", "quick", *TRIED[name]])))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
