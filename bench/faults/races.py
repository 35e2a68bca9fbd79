"""Everybody at once: clinicians who decide together, a form sent eight times in one moment."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from threading import Barrier
from typing import TypeVar

from bench.faults.oracle import look_through
from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from tests.actors import Patient
from tests.clinic_actor import Clinician, Page
from tests.clinic_cases import REVIEWED, Received, decisions_on, events_of
from tests.questionnaires import ASHA

ROUNDS = {True: 5, False: 1_000}
SENT = {True: 3, False: 300}
AT_ONCE = 8
NAMES = ("Robin", "Sam", "Alex", "Kim", "Noor", "Ines", "Otto", "Wren")
MARCH = {"defer_until_day": "1", "defer_until_month": "3", "defer_until_year": "2027"}

T = TypeVar("T")
R = TypeVar("R")


def decisions(seed: int, quick: bool) -> Found:
    """Two to eight clinicians confirm a decision in the same moment: one has it, all are told."""
    found, random = Found("decisions at once", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        people = [
            Clinician(shop.app.test_client(), shop.database, name).joins(shop.clock()).signs_in()
            for name in NAMES
        ]
        for number in range(1, ROUNDS[quick] + 1):
            some = random.sample(people, random.randint(2, AT_ONCE))
            _decide(shop, found, some, number)
        found.corrupt = len(look_through(shop.database).wrong)
        found.control = _two_without_a_version(shop)
    return found


def _decide(shop: Workshop, found: Found, people: list[Clinician], number: int) -> None:
    submission = Received(answers=REVIEWED).into(shop.database, number)
    acts = about_to_decide(people, submission)
    statuses = at_once(lambda act: act(), acts)
    found.tried += len(people)
    found.faults += 1
    found.acknowledged += statuses[303]
    found.errors += sum(count for status, count in statuses.items() if status >= 500)
    kept, told = decisions_on(shop.database, submission), events_of(shop.database, submission)
    found.lost += statuses[303] - len(kept)
    found.duplicated += max(statuses[303] - 1, 0)
    found.corrupt += told.count("review.conflicted") != len(people) - 1


def about_to_decide(people: list[Clinician], submission: str) -> list[Callable[[], int]]:
    """Each has looked at what the patient will read; what is left is to confirm it."""
    ready: list[Callable[[], int]] = []
    for who in people:
        page = who.reads(submission)
        seen = Page(who.chooses(page, "defer", **MARCH, note=f"From {who.name}"))
        ready.append(partial(_confirms, who, seen))
        who.sends(who.reads(submission), "release")
    return ready


def _confirms(who: Clinician, seen: Page) -> int:
    return who.confirms(seen).status_code


def _two_without_a_version(shop: Workshop) -> int:
    """Two who decide one after the other, each having seen what stands, both succeed."""
    submission = Received(answers=REVIEWED).into(shop.database, 900_001)
    who = Clinician(shop.app.test_client(), shop.database, "Vera").joins(shop.clock()).signs_in()
    statuses = Counter(
        who.decides(who.reads(submission), "defer", **MARCH, note=note).status_code
        for note in ("first", "second")
    )
    return statuses[303] - 1


def sendings(seed: int, quick: bool) -> Found:
    """The last button pressed eight times in one moment: one submission, one receipt."""
    found = Found("sent eight times at once", seed)
    with workshop() as shop:
        for _ in range(SENT[quick]):
            _send(shop, found)
        seen = look_through(shop.database)
        found.lost = found.acknowledged - len(seen.references)
        found.duplicated = sum(seen.references.values()) - found.acknowledged
        found.corrupt = len(seen.wrong)
        found.control = _twice_from_two_forms(shop)
    return found


def _send(shop: Workshop, found: Found) -> None:
    patient = Patient(shop.app.test_client()).begins().answers(ASHA)
    form = patient.page.form_to("/q/submit").state()
    cookies = [(one.key, one.value) for one in patient.client._cookies.values()]
    browsers = [shop.app.test_client() for _ in range(AT_ONCE)]
    for browser in browsers:
        for name, value in cookies:
            browser.set_cookie(name, value)
    statuses = at_once(lambda one: one.post("/q/submit", data=form).status_code, browsers)
    found.tried += AT_ONCE
    found.faults += 1
    found.acknowledged += 1 if statuses[303] else 0
    found.errors += sum(count for status, count in statuses.items() if status >= 500)
    for status, count in statuses.items():
        found.answers[str(status)] = found.answers.get(str(status), 0) + count


def _twice_from_two_forms(shop: Workshop) -> int:
    """Two forms are two submissions: the count does tell one from two."""
    before = len(look_through(shop.database).references)
    for _ in range(2):
        Patient(shop.app.test_client()).begins().answers(ASHA).submits()
    return len(look_through(shop.database).references) - before - 1


def at_once(act: Callable[[T], R], all_of_them: Sequence[T]) -> Counter[R]:
    """What came of it when everybody did it in the same moment."""
    start = Barrier(len(all_of_them))

    def one(who: T) -> R:
        start.wait()
        return act(who)

    with ThreadPoolExecutor(len(all_of_them)) as pool:
        return Counter(pool.map(one, all_of_them))
