"""Every address, and who may open it: the inventory in tests/data/doors.txt, tried by everybody."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.staff import Right, Staff
from screening.storage.database import Database
from screening.web.guard import access, access_of
from screening.web.signed_in import FRESH
from tests.clinic_cases import Received
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.questionnaires import business_rows, events, past_the_gate
from tests.web_fixtures import SECRET, OutOfOrder, token_from

INVENTORY = Path(__file__).parents[1] / "data" / "doors.txt"
OWN, FOREIGN = f"{1:032x}", f"{0xF:032x}"
AGAIN = "/clinic/messages/<string(length=32):message_id>/again"
"""One that was sent meanwhile looks the same: back to the list, which says where things stand."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROLES = ("front_desk", "clinician", "lead")
PARTS = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
OTHERS = {"first": "2027-01-01", "last": "2027-01-04", "name": "microneedling",
          "version": "2026-1", "step": "check", "digest": "0" * 12}  # fmt: skip
Door = tuple[str, str, str]  # method, route, who

thorough = pytest.mark.thorough
# Who may open a door does not depend on the database.
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@cache
def doors() -> list[Door]:
    lines = (line.split(maxsplit=2) for line in INVENTORY.read_text().splitlines())
    return [(method, route, who) for method, route, who in lines]


def declared(app: Flask) -> list[Door]:
    """What the running application says of itself, in the same words."""
    found = []
    for rule in app.url_map.iter_rules():
        one = access_of(app, rule.endpoint)
        assert one is not None
        right = [str(one.right)] if one.audience == "staff" else []
        more = [word for word in ("fresh", "enrolling", "upload", "report") if getattr(one, word)]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append((method, rule.rule, " ".join([one.audience, *right, *more])))
    return sorted(found, key=lambda door: (door[1], door[0]))


def address(route: str, one: str = OWN) -> str:
    return PARTS.sub(lambda part: OTHERS.get(part.group(1), one), route)


def doors_at(at: str) -> dict[str, str]:
    """Method → who; a page of its own comes before one of a kind: /q/you before /q/<step>."""
    found: dict[str, str] = {}
    for method, route, who in sorted(doors(), key=lambda door: "<" in door[1]):
        if re.fullmatch(PARTS.sub("[^/]+", route), at):
            found.setdefault(method, who)
    return found | ({"HEAD": found["GET"]} if "GET" in found else {})


def admits(who: str, role: str | None) -> bool:
    audience, *right = who.split()
    if audience == "public":
        return True
    if audience == "patient" or role in (None, "patient"):
        return audience == role
    staff = Staff(OWN, "Robin Reed", "robin@clinic.example", frozenset({str(role)}))
    return right[0] == "anyone" or staff.may(Right(right[0]))


@pytest.fixture
def somebody(app: Flask, database: Database, clock: Clock) -> Callable[[str | None], FlaskClient]:
    """A browser of a stranger, a patient, or a colleague with one role."""

    def arrives(role: str | None) -> FlaskClient:
        client = app.test_client()
        if role == "patient":
            past_the_gate(client)
        elif role is not None:
            Colleague(client, database, *role.split("+"), name=f"{role[:4]} Reed").starts(clock())
        return client

    return arrives


def test_the_inventory_is_what_the_application_declares(app: Flask) -> None:
    assert doors() == declared(app)


@thorough
@pytest.mark.parametrize("role", [None, "patient", *ROLES])
def test_everybody_gets_through_their_own_doors_and_no_other(
    role: str | None,
    somebody: Callable[[str | None], FlaskClient],
    database: Database,
) -> None:
    Received().into(database)
    client, before = somebody(role), business_rows(database)
    for route in dict.fromkeys(route for _, route, _ in doors()):
        there = doors_at(address(route))
        for method in METHODS:
            # A form without its token does nothing; the answer says whether it might have.
            form = {"data": {"note": "kept"}} if method == "POST" else {}
            status = client.open(address(route), method=method, **form).status_code
            door = (method, route, role, status)
            if method not in there:
                assert status == 405, door
            elif not admits(there[method], role):
                assert status == 403 or (method != "POST" and status == 303), door
            else:
                refused = 415 if there[method].endswith(" report") else 400
                assert status == refused if method == "POST" else status not in (403, 500), door
    assert business_rows(database) == before


@thorough
@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_form_from_whoever_may_not_send_it_changes_nothing(
    role: str | None, somebody: Callable[[str | None], FlaskClient], database: Database
) -> None:
    Received().into(database)
    client, before = somebody(role), None
    for method, route, who in doors():
        if method == "POST" and not admits(who, role):
            staff = route.startswith("/clinic")
            page = "/clinic/account" if staff and role else "/clinic/sign-in" if staff else "/"
            token = token_from(client, page)
            before = before or business_rows(database)
            answer = client.post(address(route), data={"csrf_token": token, "note": "x"})
            assert answer.status_code == 403, (route, role, answer.status_code)
    assert before == business_rows(database)


@thorough
def test_what_asks_for_a_fresh_proof_asks_for_it_everywhere(
    somebody: Callable[[str | None], FlaskClient], database: Database, clock: Clock
) -> None:
    Received().into(database)
    client, before = somebody("+".join(ROLES)), business_rows(database)
    clock.advance(FRESH + timedelta(seconds=1))
    token = token_from(client, "/clinic/account")
    fresh = [(method, route) for method, route, who in doors() if "fresh" in who.split()]
    assert len(fresh) >= 20
    for method, route in fresh:
        answer = client.open(address(route), method=method, data={"csrf_token": token})
        assert answer.status_code == 303, (method, route, answer.status_code)
        assert answer.headers["Location"].startswith("/clinic/account/confirm"), route
    assert business_rows(database) == before


@thorough
def test_a_record_that_is_not_there_is_not_found_by_any_door(
    somebody: Callable[[str | None], FlaskClient], database: Database
) -> None:
    Received().into(database)
    client = somebody("+".join(ROLES))
    token = token_from(client, "/clinic/account")
    ids = re.compile(r"(episode|submission|staff|invitation|message)_id>")
    for method, route, _ in doors():
        if route.startswith("/clinic/") and ids.search(route):
            sent = {"data": {"csrf_token": token}} if method == "POST" else {}
            answer = client.open(address(route, FOREIGN), method=method, **sent)
            # A form may be found incomplete before anything is looked for.
            refused = (404,) if method == "GET" else (404, 400)
            if route == AGAIN:
                refused = (303,)
            assert answer.status_code in refused, (method, route, answer.status_code)


@thorough
def test_no_address_holds_a_number_that_counts_up(
    somebody: Callable[[str | None], FlaskClient], database: Database
) -> None:
    Received().into(database)
    client = somebody("+".join(ROLES))
    links = re.compile(r'(?:href|action|src)="([^"#?]*)')
    for page in pages_of(client):
        for link in links.findall(page):
            assert not re.search(r"/\d{1,12}(?:[/.]|$)", link), link


@thorough
def test_what_cannot_be_witnessed_is_shown_by_no_page(
    somebody: Callable[[str | None], FlaskClient], database: Database
) -> None:
    """AU-2 over every staff page: with the log out of reach, nobody's name or reference."""
    Received(name="Zoë Marker").into(database)
    client = somebody("+".join(ROLES))
    told = [page for page in pages_of(client) if "Marker" in page or "REF-1" in page]
    assert len(told) >= 5
    with database.write() as session:
        session.execute(text("ALTER TABLE audit_events RENAME TO audit_events_away"))
    for page in pages_of(client):
        assert "Marker" not in page
        assert "REF-1" not in page


@thorough
def test_every_page_that_shows_a_patient_leaves_an_event(
    somebody: Callable[[str | None], FlaskClient], database: Database
) -> None:
    """AU-1 for every staff page with somebody's name or reference, whatever it is for."""
    Received(name="Zoë Marker").into(database)
    client, shown = somebody("+".join(ROLES)), 0
    before = events(database)
    for page in pages_of(client):
        now = events(database)
        if "Marker" in page or "REF-1" in page:
            shown += 1
            assert len(now) > len(before), page[:500]
        before = now
    assert shown >= 5


@thorough
def test_a_mistake_in_any_view_tells_nothing_of_itself(
    app_to_change: Flask, database: Database, clock: Clock
) -> None:
    client = app_to_change.test_client()
    Colleague(client, database, *ROLES).starts(clock())
    past_the_gate(client)
    tokens = {True: token_from(client, "/clinic/account"), False: token_from(client, "/")}
    for endpoint, view in app_to_change.view_functions.items():
        app_to_change.view_functions[endpoint] = breaking(view)
    for method, route, _ in doors():
        sent = {"csrf_token": tokens[route.startswith("/clinic")]} if method == "POST" else None
        answer = client.open(address(route), method=method, data=sent)
        assert answer.status_code == 500, (method, route, answer.status_code)
        for leak in (SECRET, "Traceback", "OutOfOrder", "sqlalchemy"):
            assert leak not in answer.text, (route, leak)
        assert not re.search(r"\.py\b", answer.text), route  # a token may hold ".pyX"


def pages_of(client: FlaskClient) -> Iterator[str]:
    """Every staff page that is there to be looked at."""
    for method, route, who in doors():
        if method == "GET" and who.startswith("staff"):
            yield client.get(address(route)).get_data().decode(errors="replace")


def breaking(view: Callable[..., object]) -> Callable[..., object]:
    def fails(*_: object, **__: object) -> str:
        raise OutOfOrder(SECRET)

    one = getattr(view, "prelude_access", None)
    if one is None:
        return access("public")(fails)
    return partial(access, one.audience, one.right, fresh=one.fresh, enrolling=one.enrolling,
                   upload=one.upload)()(fails)  # fmt: skip
