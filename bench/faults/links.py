"""AN-14: a hundred thousand links that nobody was given; every door says the same to all."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from random import Random
from secrets import token_bytes

from werkzeug.test import TestResponse

from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from screening.services.accounts import create_staff
from screening.services.own_page import make_link
from tests.actors import Patient
from tests.own_pages import BORN, STAFF, sends_in
from tests.questionnaires import past_the_gate
from tests.web_fixtures import token_from

TRIES = {True: 200, False: 100_000}
SET_UP, VISIT, SAVED = "/clinic/set-up/", "/visit/", "/resume/"
NEAR = 0.1
CSRF = re.compile(r'(name="csrf_token"[^>]*value=")[^"]+')
HEX = "0123456789abcdef"
EMAIL = "kim@clinic.example"
SAVED_LINK = re.compile(r"/resume/([0-9a-f]{64})")
BIRTH = {
    f"date_of_birth-{part}": number
    for part, number in zip(("year", "month", "day"), BORN["date_of_birth"].split("-"), strict=True)
}
Knock = Callable[[str, Random], TestResponse]


def guessed_links(seed: int, quick: bool) -> Found:
    """Random ones, near misses of real ones, replaced and expired ones: none opens anything."""
    found, random = Found("guessed links", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        episode = sends_in(shop.database, shop.clock).episode_id
        expired = _links(shop, episode, past_the_gate(shop.app.test_client()))
        shop.clock.advance(timedelta(days=31))
        patient = past_the_gate(shop.app.test_client())
        replaced, alive = (_links(shop, episode, patient) for _ in range(2))
        doors = {SET_UP: _looks(shop), VISIT: _tries(shop), SAVED: _tries(shop)}
        said: dict[str, set[str]] = {door: set() for door in doors}
        made = set[str]()

        def knock(door: str, token: str) -> None:
            answer = doors[door](door + token, random)
            found.tried += 1
            found.leaked += _opens(answer, door)
            said[door].add(_digest(answer, door + token))

        for dead in (expired, replaced):
            for door, token in dead.items():
                knock(door, token)
        for _ in range(TRIES[quick]):
            # The first door is the fastest; the others count each attempt in the database.
            door = random.choices(list(doors), weights=(8, 1, 1))[0]
            # No link twice: after five wrong dates an unknown one closes, as a real one does.
            token = next(one for one in _tokens(alive[door], random) if door + one not in made)
            made.add(door + token)
            knock(door, token)
        _judge(found, said)
        found.control = sum(
            _opens(doors[door](door + token, random), door) for door, token in alive.items()
        )
    return found


def _judge(found: Found, said: dict[str, set[str]]) -> None:
    """A door that answers in two ways tells something."""
    found.faults = found.tried
    for door, answers in said.items():
        found.answers[f"pages at {door}"] = len(answers)
        found.errors += len(answers) - 1


def _links(shop: Workshop, episode: str, patient: Patient) -> dict[str, str]:
    """One of each kind; of the same person each replaces the one before."""
    shown = patient.sends("/q/save", patient.opens("/q/save").form_to("/q/save").state())
    saved = SAVED_LINK.search(shown.response.text)
    assert saved is not None  # noqa: S101 the page exists to show it
    with shop.database.write() as session:
        set_up = create_staff(session, "Kim Example", EMAIL, shop.clock(), token_bytes)
        visit = make_link(session, episode, STAFF, shop.clock(), token_bytes)
    return {SET_UP: set_up, VISIT: visit, SAVED: saved.group(1)}


def _tokens(real: str, random: Random) -> Iterator[str]:
    while True:
        yield _token(real, random)


def _token(real: str, random: Random) -> str:
    """Of 256 random bits, or a real one but for two places, its length, or how it is written."""
    if random.random() >= NEAR:
        return random.randbytes(32).hex()
    one, other = random.sample(range(len(real)), 2)
    changed = list(real)
    for place in (one, other):
        changed[place] = random.choice([digit for digit in HEX if digit != real[place]])
    cut = random.randint(1, len(real) - 1)
    return random.choice(
        ["".join(changed), real[:cut], real + random.choice(HEX), real[cut:] + real[:cut]]
    )


def _looks(shop: Workshop) -> Knock:
    client = shop.app.test_client()
    return lambda address, _random: client.get(address)


def _tries(shop: Workshop) -> Knock:
    """With the right date of birth: only the link is missing."""
    client = shop.app.test_client()
    token = token_from(client, "/")

    def post(address: str, random: Random) -> TestResponse:
        # From anywhere: one address is let in twenty times in a quarter of an hour.
        block = [random.randint(0, 255) for _ in range(3)]
        return client.post(
            address,
            data={"csrf_token": token, **BIRTH},
            environ_base={"REMOTE_ADDR": "10.{}.{}.{}".format(*block)},
        )

    return post


def _opens(answer: TestResponse, door: str) -> bool:
    return answer.status_code == (200 if door == SET_UP else 303)


def _digest(answer: TestResponse, address: str) -> str:
    """All of it but what has to differ: the form's own token, and the address it came from.

    The whole address: a link cut down to one letter would take that letter out of every word.
    """
    page = CSRF.sub(r"\1", answer.text).replace(address, "")
    return sha256(f"{answer.status_code}{page}".encode()).hexdigest()
