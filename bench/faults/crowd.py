"""Patients who fill in the form at the same time, and note what they were promised."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any, cast

from flask.testing import FlaskClient

from bench.faults.names import somebody
from bench.faults.wire import GaveUp, WireClient
from screening.domain.answers import AnswersRefused, read_answers
from screening.domain.context import Context
from tests.actors import Patient
from tests.questionnaires import ASHA
from tests.worked_cases import ALL_CASES, PROTOCOL

TODAY = date(2026, 11, 22)
AT_MOST = 60  # seconds
REFERENCE = re.compile(r'class="reference__code">([^<]+)<')


def _as_kept(raw: dict[str, Any]) -> dict[str, Any] | None:
    """The answers as storage has them; None where this clinic would ask something else."""
    try:
        kept = read_answers(PROTOCOL, Context(TODAY, None, "england", "mechanical"), raw).to_json()
    except AnswersRefused:
        return None
    return kept if kept.keys() == raw.keys() else None


COMPLETE = [
    kept
    for one in ALL_CASES
    if len(one.get("answers", {})) >= len(ASHA) and (kept := _as_kept(one["answers"]))
]


@dataclass
class Promises:
    """Reference → the answers that were acknowledged with it."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    began: int = 0
    again: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    refusals: int = 0
    lock: Lock = field(default_factory=Lock)

    def is_refused(self) -> None:
        with self.lock:
            self.refusals += 1

    def count(self, client: WireClient) -> None:
        """What this browser was answered, and how often it had to ask again."""
        with self.lock:
            self.again += client.again
            self.lacking += client.lacking
            for status, count in client.statuses.items():
                self.statuses[status] = self.statuses.get(status, 0) + count


@contextmanager
def crowd(ports: list[int], size: int, seed: int, rest: float = 0.0) -> Iterator[Promises]:
    """They come again and again until the block ends; `rest` seconds after each form."""
    over, promises = Event(), Promises()
    browser = partial(WireClient, ports, over, promises.is_refused)
    threads = [
        Thread(
            target=keep_coming,
            args=(browser, Random(f"{seed}/{one}"), over, promises, rest),  # noqa: S311 to be run again
        )
        for one in range(size)
    ]
    for thread in threads:
        thread.start()
    try:
        yield promises
    finally:
        over.set()
        for thread in threads:
            thread.join()


def somebody_is_promised(promises: Promises) -> None:
    """Wait for one more acknowledgement; not for ever."""
    _waits_for_more(lambda: len(promises.kept))


def somebody_is_refused(promises: Promises) -> None:
    """Wait until one more is asked to try again; not for ever."""
    _waits_for_more(lambda: promises.refusals)


def _waits_for_more(count: Callable[[], int]) -> None:
    before, until = count(), monotonic() + AT_MOST
    while count() == before and monotonic() < until:
        sleep(0.05)


def keep_coming(
    browser: Callable[[], WireClient],
    random: Random,
    over: Event,
    promises: Promises,
    rest: float = 0.0,
) -> None:
    while not over.is_set():
        client = browser()
        with suppress(GaveUp, AssertionError):  # then nothing was promised
            _fills_in(client, dict(random.choice(COMPLETE)), somebody(random), promises)
        promises.count(client)
        over.wait(rest)


def _fills_in(
    client: WireClient, answers: dict[str, Any], about: dict[str, str], promises: Promises
) -> None:
    with promises.lock:
        promises.began += 1
    patient = Patient(cast("FlaskClient", client)).begins().answers(answers, about).submits()
    found = REFERENCE.search(patient.page.response.text)
    if patient.page.path == "/outcome" and found:
        with promises.lock:
            promises.kept[found.group(1).replace(" ", "")] = answers
