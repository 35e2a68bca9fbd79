"""The queue as a list: what it shows of a person, its pages, and what it leaves sealed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from screening.domain.audit import Actor
from screening.services import confirming, placing
from screening.services.retention import erase
from screening.storage.database import Database
from screening.storage.erasing import episode_exists
from screening.storage.sealing import KeyRing
from tests.clinic_actor import Clinician
from tests.clinic_cases import CAUTIONED, REVIEWED, Received
from tests.clock import MONDAY_MORNING, Clock
from tests.queue_cases import (
    HERPES,
    Desk,
    desk,
    in_days,
    names,
    parts,
    reasons,
)


@pytest.fixture
def clinician(client: FlaskClient, database: Database, clock: Clock) -> Clinician:
    return Clinician(client, database).joins(clock()).signs_in()


@pytest.fixture
def queue(app: Flask, clinician: Clinician, database: Database, clock: Clock) -> Desk:
    sam = Clinician(app.test_client(), database, "Sam Okoro").joins(clock())
    return desk(app, [clinician, sam], database)


def test_a_list_shows_no_more_of_a_person_than_it_must(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received("Zoë Anna Marker-Delft", HERPES, in_days(5)))
    page = clinician.opens().text
    assert "Zoë M." in page
    assert "40 to 49 years" in page
    for private in ("Delft", "07700 900 982", "zoe@example.org", "1985"):
        assert private not in page


@pytest.mark.thorough
def test_names_in_any_shape_are_text(clinician: Clinician, queue: Desk) -> None:
    shown = {
        "<script>alert(1)</script>": "<script>alert(1)</script>",
        "山田太郎": "山…",
        "N" * 300: "N" * 39 + "…",
        "עדי כהן": "עדי כ.",
    }
    for number, name in enumerate(shown, 1):
        queue.receives(number, Received(name))
    page = clinician.opens()
    assert names(page.main) == list(shown.values())
    assert all("src" in script.attributes for script in page.root.all("script"))


@pytest.mark.thorough
def test_an_empty_queue_says_so(clinician: Clinician) -> None:
    page = clinician.opens().text
    assert "Nothing waits for the clinic." in page
    assert "Nothing is waiting. New submissions appear here." in page
    assert "0 in all" in page


@pytest.mark.thorough
def test_looking_at_the_queue_is_witnessed(clinician: Clinician, queue: Desk) -> None:
    queue.receives(1, Received())
    clinician.opens()
    assert queue.events("queue.viewed") == ['{"count": 1}']


@pytest.mark.thorough
def test_nobody_sees_the_queue_without_signing_in(app: Flask, queue: Desk) -> None:
    submission = queue.receives(1, Received())
    for address in ("/clinic/", f"/clinic/submissions/{submission}", "/clinic/confirm"):
        answer = app.test_client().get(address)
        assert answer.status_code == 303
        assert "/clinic/sign-in" in answer.headers["Location"]


@pytest.mark.thorough
def test_a_damaged_record_hides_nobody_and_is_taken_for_the_worst(
    clinician: Clinician, queue: Desk, database: Database
) -> None:
    damaged = queue.receives(1, Received("Damaged Marker", REVIEWED, in_days(20)))
    queue.receives(2, Received("Intact Marker", REVIEWED, in_days(10)))
    with database.write() as session:
        for column in ("sealed_identity", "sealed_assessment"):
            session.execute(
                text(f"UPDATE submissions SET {column} = :junk WHERE id = :id"),
                {"junk": b"not sealed by us", "id": damaged},
            )
    page = clinician.opens()
    assert parts(page)["clinic"] == ["Cannot be read", "Intact M."]
    assert reasons(page)["Cannot be read"].startswith("Needs 14 days for whatever it may hold")
    assert "could not be assessed" in page.text


@pytest.mark.thorough
def test_only_what_waits_and_what_is_shown_is_unsealed(
    clinician: Clinician, queue: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 61):
        queue.receives(number, Received(f"Person {number}"))
        if number > 3:
            queue.decides(f"{number:032x}", "proceed")
    columns: list[str] = []
    unseal = KeyRing.unseal

    def counting(
        self: KeyRing, sealed: bytes, table: str, column: str, *rest: str, **more: str
    ) -> bytes:
        columns.append(column)
        return unseal(self, sealed, table, column, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(KeyRing, "unseal", counting)
    clinician.opens()
    assert columns.count("sealed_assessment") == 3
    assert columns.count("sealed_identity") == 50
    assert columns.count("sealed_answers") == 50, "of the page, for the age bands"


@pytest.mark.thorough
def test_pages_hold_fifty_and_nobody_is_on_two_or_none(clinician: Clinician, queue: Desk) -> None:
    for number in range(1, 104):
        queue.receives(number, Received(f"Person{number} X", CAUTIONED, in_days(number % 3)))
    seen: list[str] = []
    for page in (1, 2, 3):
        shown = clinician.opens(f"/clinic/?page={page}&level=caution")
        assert f"Page {page} of 3" in shown.text
        seen += parts(shown)["clinic"]
    assert len(seen) == len(set(seen)) == 103
    assert "/clinic/?level=caution&page=2" in [a.attributes["href"] for a in shown.root.all("a")]
    assert parts(clinician.opens("/clinic/?page=99"))["clinic"] == seen[100:]


@pytest.mark.thorough
def test_status_follows_the_first_view(clinician: Clinician, queue: Desk) -> None:
    submission = queue.receives(1, Received())
    assert "New" in [pill.text for pill in clinician.opens().root.classed("pill")]
    queue.opens(submission)
    assert "In review" in [pill.text for pill in clinician.opens().root.classed("pill")]


@pytest.mark.thorough
def test_two_who_look_alike_are_told_apart_by_reference_and_visit(
    clinician: Clinician, queue: Desk
) -> None:
    queue.receives(1, Received("Zoë Marker", HERPES, in_days(5)))
    queue.receives(2, Received("Zoë Miller", HERPES, in_days(9)))
    page = clinician.opens()
    assert names(page.main) == ["Zoë M.", "Zoë M."]
    rows = [row.text for row in page.main.all("tr") if "Zoë M." in row.text]
    assert "REF-1" in rows[0]
    assert "REF-2" in rows[1]
    assert rows[0].replace("REF-1", "") != rows[1].replace("REF-2", "")


@pytest.mark.thorough
def test_while_a_list_is_unsealed_everybody_else_can_save(
    clinician: Clinician, queue: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a SQLite file nobody commits while a transaction that reads is open."""
    queue.receives(1, Received("Plain One", {}, in_days(2)))
    saved = list[str]()
    app_database: Database = app.extensions["prelude"].database

    def saving(real: Callable[..., Any]) -> Callable[..., Any]:
        def first_saved(*given: Any) -> Any:
            with app_database.write():  # refused inside of a transaction
                saved.append(real.__name__)
            return real(*given)

        return first_saved

    monkeypatch.setattr(placing, "unsealed_assessment", saving(placing.unsealed_assessment))
    monkeypatch.setattr(confirming, "listed_of", saving(confirming.listed_of))
    assert "Plain O." in clinician.opens().main.text
    assert "Plain O." in clinician.opens("/clinic/confirm").main.text
    assert {*saved} == {"unsealed_assessment", "listed_of"}


@pytest.mark.thorough
@pytest.mark.parametrize("address", ["/clinic/", "/clinic/confirm"])
def test_whoever_is_erased_while_the_list_is_made_is_not_on_it(
    clinician: Clinician, queue: Desk, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    queue.receives(1, Received("Goes Now", {}, in_days(2)))
    queue.receives(2, Received("Stays Here", {}, in_days(2)))
    unseal = placing.unsealed_assessment

    def erased_first(*given: Any) -> Any:
        with queue.database.write() as session:
            if episode_exists(session, f"{1:032x}"):
                erase(session, f"{1:032x}", "request", Actor("staff", queue.robin), MONDAY_MORNING)
        return unseal(*given)

    monkeypatch.setattr(placing, "unsealed_assessment", erased_first)
    page = clinician.opens(address)
    assert "Stays H." in page.main.text
    assert "Goes N." not in page.main.text
    assert f"{1:032x}" not in page.response.text
