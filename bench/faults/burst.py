"""So many forms a second, whether or not the last ones were answered: an open loop."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from time import perf_counter, sleep
from typing import cast
from urllib.parse import urlencode

from flask.testing import FlaskClient

from bench.faults.timings import Timings
from bench.faults.wire import WireClient
from tests.actors import fill
from tests.questionnaires import ASHA, past_the_gate

BROWSERS = 100  # none may save one form more than a thousand times
AT_ONCE = 200


@dataclass(frozen=True)
class Ready:
    """Somebody with a page filled in, the finger on the button."""

    path: str
    body: str
    headers: dict[str, str]


def burst(port: int, rate: int, seconds: int, timings: Timings) -> Counter[str]:
    """How often each status was the answer; what came of no answer counts by its name."""
    people = [_half_way(port) for _ in range(min(BROWSERS, rate))]
    began = perf_counter()

    def send(number: int) -> str:
        """Timed from when it should have been sent: waiting in line is waiting."""
        status = _posts(port, people[number % len(people)])
        timings.note("in the rush, POST", perf_counter() - began - number / rate)
        return status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = []
        for number in range(rate * seconds):
            sleep(max(0.0, began + number / rate - perf_counter()))
            waiting.append(pool.submit(send, number))
        return Counter(one.result() for one in waiting)


def _half_way(port: int) -> Ready:
    client = WireClient([port])
    page = past_the_gate(cast("FlaskClient", client)).page
    form = page.main_form
    sent = form.state() | {"then": ["continue"]}
    for name, answer in ASHA.items():
        sent |= fill(form, name, answer)
    body = urlencode(sent, doseq=True)
    return Ready(form.action or page.path, body, client.headers(port, body))


def _posts(port: int, ready: Ready) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", ready.path, ready.body, ready.headers)
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, HTTPException) as failure:
        return type(failure).__name__
    finally:
        connection.close()
