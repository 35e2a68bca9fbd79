"""People at work, as slow as people are: they read before they press a button."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Event, Lock, Thread
from time import perf_counter
from typing import cast

from flask.testing import FlaskClient

from bench.faults import names
from bench.faults.crowd import Promises, keep_coming
from bench.faults.timings import Timings
from bench.faults.wire import Answer, GaveUp, WireClient
from screening.storage.database import Database
from tests.clinic_actor import Clinician, Page

NAMES = ("Robin", "Sam", "Alex", "Kim", "Noor", "Ines", "Otto", "Wren", "Vera", "Juno")
ANY_SUBMISSION = "/clinic/submissions/"


class SlowReader(WireClient):
    """Looks at each page for a while before sending its form; every answer is timed."""

    def __init__(
        self,
        ports: list[int],
        over: Event,
        pause: tuple[float, float],
        random: Random,
        timings: Timings,
    ) -> None:
        super().__init__(ports, over)
        self.pause, self.random, self.timings = pause, random, timings

    def post(self, path: str, data: object) -> Answer:
        self.waits()
        return super().post(path, data)  # type: ignore[arg-type]

    def waits(self) -> None:
        if self.over.wait(self.random.uniform(*self.pause)):
            raise GaveUp

    def _asks(self, method: str, path: str, body: str | None) -> Answer:
        began = perf_counter()
        answer = super()._asks(method, path, body)
        who = "clinicians" if path.startswith("/clinic") else "patients"
        self.timings.note(f"{who}, {method}", perf_counter() - began)
        return answer


@dataclass
class Decided:
    """What clinicians were told had been decided: submission → by whom."""

    kept: dict[str, str] = field(default_factory=dict)
    rounds: int = 0
    failures: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


@dataclass
class Day:
    """A clinic's busy hours: who comes, how long they think, and what was promised to whom."""

    port: int
    patients: int
    clinicians: int
    pauses: dict[str, tuple[float, float]]
    seed: int
    timings: Timings = field(default_factory=Timings)
    promises: Promises = field(default_factory=Promises)
    decided: Decided = field(default_factory=Decided)
    over: Event = field(default_factory=Event)

    @contextmanager
    def goes_on(self, staff: list[Clinician]) -> Iterator[None]:
        """Until the block ends; whoever is in the middle of something leaves it."""
        threads = [self._patient(number) for number in range(self.patients)]
        threads += [Thread(target=self._works, args=(who,)) for who in staff]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()

    def come_in(self, database: Database) -> list[Clinician]:
        """Signed in one after the other, before the day begins."""
        staff = []
        for number, name in enumerate(NAMES[: self.clinicians]):
            client = self._browser("clinicians", number)
            client.pause = (0.0, 0.0)
            staff.append(Clinician(cast("FlaskClient", client), database, name).signs_in())
            client.pause = self.pauses["clinicians"]
        return staff

    def _patient(self, number: int) -> Thread:
        """Somebody, and then somebody else, each in a browser of their own."""
        random = Random(f"{self.seed}/{number}")  # noqa: S311 to be run again
        browser = partial(self._browser, "patients", number)

        def comes() -> None:
            self._comes_in("patients", random)
            keep_coming(browser, random, self.over, self.promises)

        return Thread(target=comes)

    def _comes_in(self, who: str, random: Random) -> None:
        """One after the other: sixty people do not press a button in the same millisecond."""
        self.over.wait(random.uniform(0.0, self.pauses[who][1]))

    def _browser(self, who: str, number: int) -> SlowReader:
        random = Random(f"{self.seed}/{who}/{number}")  # noqa: S311 to be run again
        return SlowReader([self.port], self.over, self.pauses[who], random, self.timings)

    def _works(self, who: Clinician) -> None:
        browser = cast("SlowReader", who.client)
        self._comes_in("clinicians", browser.random)
        while not self.over.is_set():
            try:
                self._one_round(who, browser)
            except GaveUp:
                continue
            except (AssertionError, KeyError) as failure:
                with self.decided.lock:
                    self.decided.failures.append(f"{type(failure).__name__}: {failure}"[:200])
        self.promises.count(browser)

    def _one_round(self, who: Clinician, browser: SlowReader) -> None:
        """The queue, a record, a claim, a decision; now and then a search."""
        queue = who.opens("/clinic/")
        browser.waits()
        if browser.random.random() < 0.3:
            self._searches(who, browser, queue)
        waiting = [one for one in _records(queue) if one not in self.decided.kept]
        if waiting:
            self._decides(who, browser.random.choice(waiting))
        with self.decided.lock:
            self.decided.rounds += 1

    def _searches(self, who: Clinician, browser: SlowReader, queue: Page) -> None:
        sought = browser.random.choice(names.LAST)
        typed = {"csrf_token": queue.value("csrf_token"), "sought": sought}
        answer = who.client.post("/clinic/search", data=typed)
        who.opens(answer.headers["Location"])

    def _decides(self, who: Clinician, submission: str) -> None:
        page = who.reads(submission)
        with suppress(ValueError):  # the form is not there: somebody else was faster
            who.sends(page, "claim")
            page = who.reads(submission)
            answer = who.decides(page, "ask_patient", question="How is your skin today?")
            if answer.status_code == 303:
                with self.decided.lock:
                    self.decided.kept[submission] = who.name


def _records(queue: Page) -> list[str]:
    links = (str(a.attributes.get("href") or "") for a in queue.root.all("a"))
    return sorted({one.rpartition("/")[2] for one in links if one.startswith(ANY_SUBMISSION)})
