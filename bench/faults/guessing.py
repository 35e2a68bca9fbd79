"""AN-7: ten thousand guesses at two hundred accounts, from one address and from many."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from secrets import token_bytes
from threading import BoundedSemaphore

from flask import Flask

from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from screening.app import create_app
from screening.services.accounts import create_staff, set_up
from screening.web.serving import THREADS as AT_WORK
from tests.clinic_actor import PASSWORD_HASH, Clinician
from tests.web_fixtures import token_from

GUESSES = {True: 100, False: 10_000}
ACCOUNTS = {True: 10, False: 200}
THREADS = {True: 8, False: 50}
FROM_ONE_ADDRESS, FROM_EVERYBODY, FOR_ONE_ACCOUNT = 10, 1_000, 20
DOOR = "/clinic/sign-in"
AT_THE_CLINIC = "198.51.100.7"
A_WHILE = timedelta(minutes=6)


def guessing(seed: int, quick: bool) -> Found:
    """With a restart between; whoever works there gets in all the while."""
    found, random = Found("guessed passwords", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        robin = Clinician(shop.app.test_client(), shop.database).joins(shop.clock())
        _signs_in(robin, shop.app)  # from the clinic, before it began
        shop.clock.advance(A_WHILE)
        accounts = _accounts(shop, ACCOUNTS[quick])
        half = GUESSES[quick] // 2
        guesses = [random.choice(accounts) for _ in range(half)]
        alone = _guess(shop.app, guesses, ["203.0.113.9"], random, THREADS[quick])
        _signs_in(robin, shop.app)
        again = create_app(shop.config, clock=shop.clock)  # a restart forgives nothing
        many = [f"10.{n >> 8}.{n & 255}.1" for n in range(half)]
        spread = _guess(again, guesses, many, random, THREADS[quick])
        _signs_in(robin, again)
        _judge(found, alone, spread, shop)
        shop.clock.advance(A_WHILE)
        found.control = _with_forged_addresses_believed(shop, guesses[:50], random)
        again.extensions["prelude"].database.close()
    return found


def _signs_in(who: Clinician, app: Flask) -> None:
    """With the right password, in a new browser at the clinic."""
    who.client = app.test_client()
    who.client.environ_base["REMOTE_ADDR"] = AT_THE_CLINIC
    who.signs_in()


def _accounts(shop: Workshop, count: int) -> list[str]:
    emails = [f"person{number}@clinic.example" for number in range(count - 1)]
    for email in emails:
        with shop.database.write() as session:
            token = create_staff(session, "Kim Example", email, shop.clock(), token_bytes)
            set_up(session, token, PASSWORD_HASH, shop.clock(), token_bytes)
    return [*emails, "robin@clinic.example"]


def _guess(
    app: Flask, emails: list[str], addresses: list[str], random: Random, threads: int
) -> Counter[tuple[str, int]]:
    """Account and status of every answer; each guess claims to be forwarded for another."""
    parts = [list(enumerate(emails))[one::threads] for one in range(threads)]
    forged = [f"192.0.2.{random.randint(1, 254)}" for _ in emails]

    inside = BoundedSemaphore(AT_WORK)  # the others wait in line, as at the real server

    def one_thread(part: list[tuple[int, str]]) -> Counter[tuple[str, int]]:
        client, came = app.test_client(), Counter[tuple[str, int]]()
        with inside:
            token = token_from(client, DOOR)
        for number, email in part:
            with inside:
                answer = client.post(
                    DOOR,
                    data={"csrf_token": token, "email": email, "password": f"guess {number}"},
                    headers={"X-Forwarded-For": forged[number]},
                    environ_base={"REMOTE_ADDR": addresses[number % len(addresses)]},
                )
            came[email, answer.status_code] += 1
        return came

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(one_thread, parts), Counter())


def _judge(
    found: Found,
    alone: Counter[tuple[str, int]],
    spread: Counter[tuple[str, int]],
    shop: Workshop,
) -> None:
    """400: the password was looked at. 429: it was not."""
    both = alone + spread
    found.tried = both.total()
    for (_, status), count in both.items():
        found.answers[str(status)] = found.answers.get(str(status), 0) + count
    found.faults = found.answers.get("429", 0)
    found.leaked = found.answers.get("303", 0)
    found.errors += sum(n for status, n in found.answers.items() if status not in ("400", "429"))
    reached = Counter({email: n for (email, status), n in both.items() if status == 400})
    by_one = sum(count for (_, status), count in alone.items() if status == 400)
    found.errors += max(0, by_one - FROM_ONE_ADDRESS)
    found.errors += max(0, reached.total() - FROM_EVERYBODY)
    found.errors += sum(max(0, count - FOR_ONE_ACCOUNT) for count in reached.values())
    found.corrupt += shop.app.extensions["prelude"].config.proxies
    found.remarks.append(
        f"{by_one} of {alone.total():,} from one address reached a hash, "
        f"{reached.total() - by_one} of {spread.total():,} from many"
    )


def _with_forged_addresses_believed(shop: Workshop, emails: list[str], random: Random) -> int:
    """Where a proxy is believed that is not there, the limit for an address is not one."""
    app = create_app(replace(shop.config, proxies=1), clock=shop.clock)
    came = _guess(app, emails, ["203.0.113.9"], random, 4)
    app.extensions["prelude"].database.close()
    reached = sum(count for (_, status), count in came.items() if status == 400)
    return max(0, reached - FROM_ONE_ADDRESS)
