"""The process that forks for each crash point: `python -m bench.faults.crashing SEED quick|all`."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import click
from sqlalchemy import event

from bench.faults.conditions import NotHere
from bench.faults.crash_acts import Act, Said, acts, of_patients
from bench.faults.crash_place import Place, place
from bench.faults.crash_tries import Struck, Tries
from bench.faults.crash_verdicts import judged
from bench.faults.results import Found
from bench.faults.traced import FAILING, KILLED, Blow, Call

MODEL = "submit"
KILLS, FAILURES, CONTROLS = 3, 2, 3  # of that act alone, when it is to be quick


def crashes(seed: int, quick: bool, names: Sequence[str] = ()) -> Found:
    found = Found("crash points", seed)
    random = Random(seed)  # noqa: S311 to be run again
    try:
        with place(with_a_past=not quick) as here:
            every = list(of_patients(here) if quick else acts(here))
            asked = names or ((MODEL,) if quick else [one.name for one in every])
            here.is_kept()
            for act in every:
                if act.name in asked:
                    _all_of(found, Tries(here, act), random if quick else None)
            (model,) = (one for one in every if one.name == MODEL)
            found.control = _control(here, model, quick)
    except NotHere as refusal:
        found.skipped = str(refusal)
    return found


def _all_of(found: Found, tries: Tries, random: Random | None) -> None:
    act, calls = tries.act, tries.calls
    blows = [(call, KILLED) for call in calls]
    failing = [(call, blow) for call in calls[:-1] for blow in FAILING]  # the last one answers
    if act.dear:
        failing = failing[::3]  # two of three calls, by turns
    if random is not None:
        blows, failing = random.sample(blows, KILLS), random.sample(failing, FAILURES)
    for call, blow in blows + failing:
        _count(found, tries, tries.one(call, blow), call, blow)
    found.answers[act.name] = len(blows) + len(failing)


def _count(found: Found, tries: Tries, struck: Struck, call: Call, blow: Blow) -> None:
    found.tried += 1
    found.faults += struck.hit
    found.acknowledged += struck.said is not None and struck.said[0] == tries.act.good
    for kind, why in judged(struck, tries).items():
        setattr(found, kind, getattr(found, kind) + 1)
        if len(found.remarks) < 100:
            found.remarks.append(f"{tries.act.name}, {call.name} {call.number} {blow.name}: {why}")


def _control(here: Place, act: Act, quick: bool) -> int:
    """How often the same judge finds something where SQLite keeps no journal."""

    def careless() -> Said:
        engine = here.app.extensions["prelude"].database.engine
        event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA journal_mode=OFF"))
        return act.does()

    tries = Tries(here, replace(act, does=careless))
    calls = tries.calls[-CONTROLS * 4 :: 4] if quick else tries.calls
    return sum(bool(judged(tries.one(call, KILLED), tries)) for call in calls)


if __name__ == "__main__":
    logging.getLogger("prelude").addHandler(logging.NullHandler())
    number, what, *only = sys.argv[1:]
    click.echo(crashes(int(number), what == "quick", only).line())
