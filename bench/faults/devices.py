"""One invitation on two devices at once, each going on to the end and insisting when told to wait.

Each writes a text of its own each time it sends the page that has room for one, so that every
text that was acknowledged, and every one that was refused, can be looked for afterwards.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Barrier, BrokenBarrierError
from time import sleep

from flask.testing import FlaskClient
from sqlalchemy import text

from bench.faults.oracle import look_through
from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from screening.services.invitations import NewLink
from screening.storage.answer_events import list_answer_events
from tests.actors import REACH, fill
from tests.invitations import DOOR, address_of, invites
from tests.pages import Form, Page
from tests.questionnaires import ASHA

RACES = {True: 2, False: 500}
MOST_PAGES = 80
PATIENCE = 0.5  # seconds; the other device may have ended already
BETWEEN_RACES = timedelta(minutes=16)  # one address may not try many links
LAGS = (0, 0, 0, 0.01, 0.05)  # seconds: nobody reads at an even pace
FREE = "anything_else"
FORGETS = "UPDATE invitations SET draft_id = NULL, submission_id = NULL"
REFERENCE = re.compile(r'class="reference__code">([^<]+)<')


@dataclass
class Device:
    """What it was promised, and what it was told is not kept."""

    client: FlaskClient
    name: str
    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    reference: str = ""
    told: bool = False
    pace: Random = field(default_factory=Random)


def two_devices(seed: int, quick: bool) -> Found:
    """Exactly one submission, all that was acknowledged kept, nobody told what is not so."""
    found = Found("one invitation, two devices", seed)
    with workshop() as shop:
        for number in range(RACES[quick]):
            _race(shop, found, number)
            shop.clock.advance(BETWEEN_RACES)
        seen = look_through(shop.database)
        found.corrupt += len(seen.wrong)
        found.control = _without_the_one_draft(shop)
    return found


def _race(shop: Workshop, found: Found, number: int) -> None:
    visit = shop.clock().date() + timedelta(days=10)
    link = invites(shop.database, shop.clock, visit=visit, number=50 + number)
    devices = [
        Device(shop.app.test_client(), name, pace=Random(f"{found.seed}/{number}/{name}"))  # noqa: S311
        for name in ("one", "two")
    ]
    gate, end = Barrier(2), Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: _to_the_end(one, link, gate, end), devices))
    _judge(shop, found, link, devices)


def _to_the_end(device: Device, link: NewLink, gate: Barrier, end: Barrier) -> None:
    """Both stand at the first page, and again at the last, before either goes on."""
    page = _send(device, Page(device.client.get(address_of(link))), DOOR)
    _wait(gate)
    waited = False
    for place in range(MOST_PAGES):
        if device.told or not any(True for _ in _to_send(page)):
            break
        if page.h1 == "Check your answers" and not waited:
            waited = True
            _wait(end)
        sleep(device.pace.choice(LAGS))
        own = f"{device.name} {place}"
        page = _send(device, page, {**ASHA, **REACH, FREE: own}, own)
    code = REFERENCE.search(page.response.text) or REFERENCE.search(
        device.client.get("/outcome").text
    )
    device.reference = code.group(1).replace(" ", "") if code else ""


def _send(device: Device, page: Page, raw: dict[str, object], own: str = "") -> Page:
    form = next(_to_send(page))
    sent = form.state()
    for name, answer in raw.items():
        sent |= fill(form, name, answer)
    response = device.client.post(form.action or page.path, data=sent)
    device.statuses.append(response.status_code)
    if FREE in sent:
        (device.acknowledged if response.status_code == 303 else device.refused).append(own)
    while response.status_code == 303:
        response = device.client.get(response.headers["Location"])
    device.told = "sent from another device" in response.text
    return Page(response)


def _to_send(page: Page) -> Iterator[Form]:
    """The form that leads on from this page; none at the end of the way."""
    if page.h1 == "Check your answers":
        yield page.form_to("/q/submit")
    elif page.path.startswith(("/q/", "/invited/")) and page.status != 410:
        yield page.main_form


def _wait(barrier: Barrier) -> None:
    with suppress(BrokenBarrierError):
        barrier.wait(timeout=PATIENCE)


def _judge(shop: Workshop, found: Found, link: NewLink, devices: list[Device]) -> None:
    found.tried += len(devices)
    found.faults += 1
    with shop.database.read() as session:
        query = text("SELECT id, draft_id, reference FROM submissions WHERE reference = :it")
        rows = session.execute(query, {"it": link.record.reference}).all()
        events = list_answer_events(session, [row.draft_id for row in rows])
    kept = {str(one.new) for said in events.values() for one in said if one.item == FREE}
    promised = [one for device in devices for one in device.acknowledged]
    found.acknowledged += len(promised) + sum(bool(device.reference) for device in devices)
    found.duplicated += max(len(rows) - 1, 0)
    found.lost += (len(rows) == 0) + len(set(promised) - kept)
    lies = sum(len(set(device.refused) & kept) for device in devices)
    lies += sum(device.reference not in ("", link.record.reference) for device in devices)
    lies += sum(not device.told and not device.reference for device in devices)
    found.leaked += lies
    for status in (one for device in devices for one in device.statuses):
        found.answers[str(status)] = found.answers.get(str(status), 0) + 1
        found.errors += status >= 500


def _without_the_one_draft(shop: Workshop) -> int:
    """Where an invitation forgets that it was begun, the second device begins a second form."""
    before = len(look_through(shop.database).references)
    visit = shop.clock().date() + timedelta(days=10)
    link = invites(shop.database, shop.clock, visit=visit, number=900_001)
    for name in ("one", "two"):
        device = Device(shop.app.test_client(), name)
        page = _send(device, Page(device.client.get(address_of(link))), DOOR)
        for _ in range(MOST_PAGES):
            with shop.database.write() as session:
                session.execute(text(FORGETS))
            if next(_to_send(page), None) is None:
                break
            page = _send(device, page, {**ASHA, **REACH, FREE: name}, name)
    return len(look_through(shop.database).references) - before - 1
