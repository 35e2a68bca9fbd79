"""One of each who may open a page, in the middle of what they do; and every door they have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_bytes

from flask import Flask
from flask.testing import FlaskClient

from bench.faults.workshop import Workshop
from screening.domain.adjustments import Adjustments
from screening.domain.audit import Actor
from screening.domain.mail import Mail, MailKind
from screening.domain.protocol import Level
from screening.domain.protocol_life import Approval
from screening.services import publishing
from screening.services.invitations import Asked, make
from screening.storage import kept_forms, passkeys, protocol_life, reviews, second_factors
from screening.storage.clinic import read_clinic
from screening.storage.outbox import add_message
from screening.storage.submissions import SubmissionRecord
from screening.web.guard import access_of
from tests.actors import Patient
from tests.clinic_cases import PROTOCOL, REVIEWED, Received
from tests.colleagues import Colleague
from tests.own_pages import asks, comes_in, corrects, decides, latest, sends, sends_in
from tests.questionnaires import ASHA, past_the_gate
from tests.stored import id_of

PARTS = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# What would end a session would leave the doors after it untried.
LEAVING = frozenset({"/clinic/sign-out", "/finish", "/clinic/session/forget"})
OTHERS = {
    "first": "2027-01-01", "last": "2027-01-04", "name": "microneedling", "version": "2026-1",
    "step": "check", "digest": "0" * 12, "reference": "REF-1", "key": "none", "token": "0" * 64,
}  # fmt: skip
NOBODY = "0" * 32


@dataclass(frozen=True)
class DoorTried:
    method: str
    route: str
    address: str


@dataclass
class Browser:
    """Its cookies stay as they were: each door is tried from the same place."""

    name: str
    cookies: Mapping[str, str]
    token: str
    doors: list[DoorTried] = field(default_factory=list)

    def tries(self, app: Flask, door: DoorTried) -> int:
        client = app.test_client()
        for name, value in self.cookies.items():
            client.set_cookie(name, value)
        form = {"data": {"csrf_token": self.token}} if door.method == "POST" else {}
        return client.open(door.address, method=door.method, **form).status_code


def everybody(shop: Workshop) -> list[Browser]:
    """A colleague with all roles, and patients on their way, at their own page, just done."""
    app, database, clock = shop.app, shop.database, shop.clock
    first = sends_in(database, clock, visit="2027-02-01")
    desk = Colleague(app.test_client(), database, "front_desk", "clinician", "lead")
    desk.starts(clock())
    corrector = comes_in(app, first)
    corrects(corrector, "hopes", "sun_plans").continues({"sun_plans": "yes"})
    sends(corrector)
    second = latest(database, first, clock).record
    _decided(shop, second)
    asks(database, clock, second, "Since when?", ("sun_plans",))
    Received(answers=REVIEWED).into(database, 50)
    Received("Ann Other", answers=REVIEWED).into(database, 51)
    _what_is_theirs(shop, desk.id)
    again = comes_in(app, first)
    corrects(again, "hopes", "sun_plans")
    under_way = past_the_gate(app.test_client())
    under_way.opens("/q/save")
    under_way.presses("Make a link and a code")
    done = Patient(app.test_client()).begins().answers(ASHA).submits()
    ids = {
        "submission_id": second.id, "episode_id": first.id, "staff_id": desk.id,
        "passkey_id": id_of(31), "invitation_id": id_of(34), "message_id": id_of(35),
    }  # fmt: skip
    return [
        _browser(app, "colleague", desk.client, "/clinic/account", ids),
        _browser(app, "under way", under_way.client, "/", ids),
        _browser(app, "at their own page", again.client, "/visit/correct", ids),
        _browser(app, "just done", done.client, "/outcome/copy", ids),
    ]


def _decided(shop: Workshop, record: SubmissionRecord) -> None:
    """With every kind of text, and a second clinician's note."""
    review_id = id_of(2001)
    decides(
        shop.database, shop.clock, record, disposition="proceed_with_precautions",
        against_level=True, second_required=True, reason="Seen.", note="Rang twice.",
        message="Please come earlier.", precautions=("Patch test",),
    )  # fmt: skip
    with shop.database.write() as session:
        opinion = reviews.SecondOpinion(id_of(9), True, "I agree.", shop.clock())
        reviews.add_second_opinion(session, review_id, opinion)


def _what_is_theirs(shop: Workshop, staff_id: str) -> None:
    now = shop.clock()
    later = now + timedelta(hours=1)
    with shop.database.write() as session:
        seed = second_factors.TotpSeed(b"s" * 20, 0, now)
        second_factors.put_seed(session, staff_id, seed)
        key = passkeys.Passkey(id_of(31), staff_id, b"c", b"p", 0, ("usb",), "Blue key", now)
        passkeys.add_passkey(session, key)
        form = kept_forms.KeptForm(
            id_of(32), staff_id, "/clinic/", "/clinic/", (("note", "n"),), now, later
        )
        kept_forms.add_kept_form(session, form)
        approval = Approval(PROTOCOL.key, PROTOCOL.digest, staff_id, "Kim", "Yes.", now.date(), now)
        protocol_life.add_approval(session, id_of(33), approval)
        visit, address = now.date() + timedelta(days=9), "ivy@example.org"
        asked = Asked("Ivy Invited", visit, PROTOCOL.name, address)
        actor = Actor("staff", staff_id)
        make(session, asked, id_of(34), read_clinic(session), actor, now, token_bytes)
        letter = Mail(MailKind.INVITATION, address, {"path": "/invited/0"})
        add_message(session, id_of(35), letter, now)
        library = shop.app.extensions["prelude"].protocols
        changed = Adjustments().with_level("faints", Level.STOP)
        publishing.adjust(session, PROTOCOL, changed, library, "Why.", actor, now)


def _browser(
    app: Flask, name: str, client: FlaskClient, page: str, ids: Mapping[str, str]
) -> Browser:
    (token, *_) = TOKEN.findall(client.get(page).text)
    cookies = {one.key: one.value for one in client._cookies.values()}
    audience = "staff" if name == "colleague" else "patient"
    return Browser(name, cookies, token, list(_doors(app, audience, ids)))


def _doors(app: Flask, audience: str, ids: Mapping[str, str]) -> Iterator[DoorTried]:
    """Their own and, for patients, the public ones; forms are sent with their token alone."""
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint)
        theirs = {audience} if audience == "staff" else {audience, "public"}
        if declared and declared.audience in theirs and rule.rule not in LEAVING:
            known = {**OTHERS, **ids}
            address = PARTS.sub(
                lambda part, known=known: known.get(part.group(1), NOBODY), rule.rule
            )
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield DoorTried(method, rule.rule, address)
