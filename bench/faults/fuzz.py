"""Forged forms, sent to every page that takes one: no fault of ours, nothing broken is kept."""

import re
from collections.abc import Iterator
from random import Random
from time import thread_time

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.faults.mutated import FORM, encoded, junk, mutate
from bench.faults.oracle import Seen, look_through
from bench.faults.places import Place, places
from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from tests.web_fixtures import token_from

QUICK, FULL = 500, 100_000
AT_A_PLACE = 12
TOO_LONG = 2.0  # seconds of a core, which no other work on the machine adds to
MISTAKE = "/try/fail/mistake"
TRACES = re.compile(r"Traceback|sqlalchemy|sqlite3\.|psycopg|File \"/|\.py\", line")


def fuzz(seed: int, quick: bool) -> Found:
    """Real forms of every page, changed; a share of bodies that are no forms at all."""
    found, random = Found("forged forms", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        _run(shop, found, random, QUICK if quick else FULL)
        _judge(found, look_through(shop.database))
        found.control = _control(shop, random)
    return found


def _run(shop: Workshop, found: Found, random: Random, wanted: int) -> None:
    for place in _endless(shop, random):
        for _ in range(AT_A_PLACE):
            began = thread_time()
            answer = _sends(place.client, place.action, place.fields, random)
            _note(found, place.action, answer, thread_time() - began)
        if found.tried >= wanted:
            return


def _endless(shop: Workshop, random: Random) -> Iterator[Place]:
    while True:
        yield from places(shop, random)


def _sends(
    client: FlaskClient, action: str, fields: dict[str, list[str]], random: Random
) -> TestResponse:
    """One in eight is no form; nearly all keep their token."""
    changed = mutate({n: v for n, v in fields.items() if n != "csrf_token"}, random)
    if random.random() < 0.97 and "csrf_token" in fields:
        changed["csrf_token"] = fields["csrf_token"]
    body, kind = junk(changed, random) if random.random() < 0.125 else (encoded(changed), FORM)
    address = f"10.{random.randint(0, 255)}.{random.randint(0, 255)}.{random.randint(1, 254)}"
    return client.post(action, data=body, content_type=kind, environ_base={"REMOTE_ADDR": address})


def _note(found: Found, action: str, answer: TestResponse, took: float = 0.0) -> None:
    found.tried += 1
    if took > TOO_LONG:
        found.errors += 1
        found.remarks.append(f"{took:.1f} s of a core at {action}")
    status = str(answer.status_code)
    found.answers[status] = found.answers.get(status, 0) + 1
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    if answer.status_code >= 500:
        found.errors += 1
        found.remarks.append(f"{answer.status_code} at {action}")
    if TRACES.search(text):
        found.leaked += 1
        found.remarks.append(f"a trace at {action}")


def _judge(found: Found, seen: Seen) -> None:
    found.corrupt = len(seen.wrong)
    found.remarks += seen.wrong[:10]


def _control(shop: Workshop, random: Random) -> int:
    """The same posts to a page with a mistake in it must be noticed."""
    probe = Found("control", 0)
    client = shop.with_a_mistake().test_client()
    fields = {"csrf_token": [token_from(client, "/")], "note": ["x"]}
    for _ in range(AT_A_PLACE):
        _note(probe, MISTAKE, _sends(client, MISTAKE, fields, random))
    return probe.errors
