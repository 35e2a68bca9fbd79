"""An idle time-out loses no typed word, and shows it to nobody else."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from time import process_time

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from screening.domain.clinic import Clinic
from screening.domain.staff import Right
from screening.storage.database import Database
from screening.web.guard import ANYONE, access
from screening.web.kept_forms import page_of_form
from tests.clock import Clock
from tests.factor_actor import ACCOUNT, Colleague
from tests.staff_actor import events
from tests.web_fixtures import TOKEN

NOTE = 'Spoke on the phone: "no <b>blisters</b>" & café\nCall back on Friday.'
PAGE, SAVE = "/clinic/notes/7", "/clinic/notes/7/save"
FORM = """<!DOCTYPE html><html lang="en"><body><main><h1>Notes</h1>
<form method="post" action="{save}"><input type="hidden" name="csrf_token" value="{token}">
<textarea name="note"></textarea><input type="radio" name="choice" value="wait">
<input type="hidden" name="version" value="2"></form></main></body></html>"""


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    """The app, with a page on which staff write notes."""
    app = app_to_change
    from flask_wtf.csrf import generate_csrf

    @access("staff", ANYONE)
    def page() -> str:
        return FORM.format(save=SAVE, token=generate_csrf())

    @access("staff", Right.READ)
    def save() -> tuple[str, int]:
        app.extensions.setdefault("saved", []).append(request.form["note"])
        return "saved", 200

    app.add_url_rule(PAGE, "notes", page)
    app.add_url_rule(SAVE, "save_note", save, methods=["POST"])
    return app


@pytest.fixture
def robin(app: Flask, database: Database, clock: Clock, clinic: Clinic) -> Colleague:
    return Colleague(app, database, clock).joins().signs_in()


def writes(robin: Colleague, **more: str) -> dict[str, str]:
    """A form as it stands in the browser, filled in and not yet sent."""
    token = TOKEN.search(robin.client.get(PAGE).text)
    assert token is not None
    return {"csrf_token": token.group(1), "note": NOTE, "choice": "wait", "version": "1", **more}


def is_away(robin: Colleague) -> None:
    robin.clock.advance(timedelta(minutes=15, seconds=1))


def sends(client: FlaskClient, typed: dict[str, str]) -> TestResponse:
    return client.post(SAVE, data=typed)


def page_of(robin: Colleague) -> str:
    return robin.client.get(PAGE).text


def test_whoever_comes_back_finds_what_they_typed_where_they_typed_it(robin: Colleague) -> None:
    typed = writes(robin)
    is_away(robin)
    sent = sends(robin.client, typed)
    assert sent.headers["Location"] == f"/clinic/sign-in?next={PAGE}&kept=yes"
    door = robin.client.get(sent.headers["Location"])
    assert "was not sent" in door.text
    assert NOTE not in unescape(door.text)
    assert robin.gives_password(next=PAGE).headers["Location"] == PAGE
    page = page_of(robin)
    assert f'<textarea name="note">\n{NOTE}</textarea>' in unescape(page)
    assert 'value="wait" checked' in page
    assert 'name="version" value="2"' in page
    assert "Not sent yet" in page
    assert "saved" not in robin.app.extensions
    assert "staff.form-kept" in events(robin.database)


@pytest.mark.thorough
def test_once_sent_it_is_forgotten(robin: Colleague) -> None:
    typed = writes(robin)
    is_away(robin)
    sends(robin.client, typed)
    robin.signs_in()
    assert sends(robin.client, writes(robin)).status_code == 200
    assert robin.app.extensions["saved"] == [NOTE]
    assert "Not sent yet" not in page_of(robin)


@pytest.mark.thorough
def test_it_can_be_thrown_away(robin: Colleague) -> None:
    typed = writes(robin)
    is_away(robin)
    sends(robin.client, typed)
    robin.signs_in()
    with robin.database.read() as session:
        kept = session.execute(text("SELECT id FROM kept_forms")).scalar_one()
    assert robin.posts("/clinic/session/forget", form=kept).headers["Location"] == PAGE
    assert "Not sent yet" not in page_of(robin)


@pytest.mark.thorough
@pytest.mark.parametrize("ending", ["signed out", "signed out everywhere", "row deleted"])
def test_it_is_kept_however_the_session_ended(ending: str, robin: Colleague) -> None:
    typed = writes(robin)
    if ending == "signed out":
        robin.posts("/clinic/sign-out")
    elif ending == "signed out everywhere":
        robin.posts("/clinic/account/sessions/end-all")
    else:
        with robin.database.write() as session:
            session.execute(text("DELETE FROM sessions"))
    assert sends(robin.client, typed).status_code == 303
    robin.signs_in()
    assert NOTE in unescape(page_of(robin))


@pytest.mark.thorough
def test_nobody_else_gets_it(robin: Colleague) -> None:
    typed = writes(robin)
    is_away(robin)
    sends(robin.client, typed)
    sam = Colleague(robin.app, robin.database, robin.clock, "Sam Okoro").joins()
    sam = replace(sam)
    sam.client = robin.client  # at the same computer
    sam.signs_in()
    assert NOTE not in unescape(page_of(sam))


@pytest.mark.thorough
def test_what_one_person_typed_is_not_sent_by_another_who_signed_in_meanwhile(
    robin: Colleague,
) -> None:
    typed = writes(robin)
    sam = Colleague(robin.app, robin.database, robin.clock, "Sam Okoro").joins()
    robin.posts("/clinic/sign-out")
    sam.client = robin.client
    sam.signs_in()
    answer = sends(sam.client, typed)
    assert answer.status_code == 303
    assert NOTE not in unescape(answer.text)
    assert NOTE not in unescape(page_of(sam))
    sam.posts("/clinic/sign-out")
    robin.signs_in()
    assert NOTE in unescape(page_of(robin))


@pytest.mark.thorough
def test_it_is_sealed_and_kept_for_a_day(robin: Colleague) -> None:
    typed = writes(robin)
    is_away(robin)
    sends(robin.client, typed)
    with robin.database.read() as session:
        rows = repr(session.execute(text("SELECT * FROM kept_forms")).all())
    assert "blisters" not in rows
    assert "notes" not in rows
    robin.clock.advance(timedelta(hours=24))
    robin.signs_in()
    assert "Not sent yet" not in page_of(robin)


@pytest.mark.thorough
def test_no_password_and_no_code_is_ever_kept(robin: Colleague) -> None:
    typed = writes(robin, password="hunter2 hunter2", code="123456")
    is_away(robin)
    sends(robin.client, typed)
    robin.signs_in()
    page = page_of(robin)
    assert "hunter2" not in page
    assert "123456" not in page


@pytest.mark.thorough
def test_a_token_that_we_did_not_sign_keeps_nothing(robin: Colleague) -> None:
    typed = writes(robin)
    forged = typed["csrf_token"][:-4] + "AAAA"
    is_away(robin)
    answer = sends(robin.client, {**typed, "csrf_token": forged})
    assert answer.status_code == 403
    assert "Continue" in answer.text
    with robin.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM kept_forms")) == 0


@pytest.mark.thorough
def test_what_has_no_box_any_more_is_shown_beside_the_form(robin: Colleague) -> None:
    typed = writes(robin, second_note="for a box that is gone")
    is_away(robin)
    sends(robin.client, typed)
    robin.signs_in()
    assert "for a box that is gone" in page_of(robin)


@pytest.mark.thorough
def test_whoever_lost_the_right_meanwhile_can_copy_what_they_typed(robin: Colleague) -> None:
    typed = writes(robin)
    with robin.database.write() as session:
        session.execute(text("UPDATE staff SET roles = 'front_desk'"))
    answer = sends(robin.client, typed)
    assert answer.status_code == 403
    assert NOTE in unescape(answer.text)
    assert "saved" not in robin.app.extensions


# -- staying signed in -----------------------------------------------------------------------


def seconds(answer: TestResponse) -> int:
    assert answer.json is not None
    return int(answer.json["seconds"])


@pytest.mark.thorough
def test_asking_how_long_is_left_does_not_make_it_longer(robin: Colleague) -> None:
    for _ in range(3):
        robin.clock.advance(timedelta(minutes=4))
        last = seconds(robin.client.get("/clinic/session"))
    assert last == 3 * 60
    robin.clock.advance(timedelta(minutes=3))
    assert robin.client.get("/clinic/session").status_code == 303


@pytest.mark.thorough
def test_staying_signed_in_begins_the_quarter_of_an_hour_anew(robin: Colleague) -> None:
    typed = writes(robin)
    robin.clock.advance(timedelta(minutes=14))
    answer = robin.client.post("/clinic/session/stay", data={"csrf_token": typed["csrf_token"]})
    assert seconds(answer) == 15 * 60
    robin.clock.advance(timedelta(minutes=14))
    assert robin.is_in


@pytest.mark.thorough
@pytest.mark.parametrize("minutes", [14, 16])
def test_what_the_page_hands_over_at_the_end_is_kept(minutes: int, robin: Colleague) -> None:
    typed = writes(robin)
    robin.clock.advance(timedelta(minutes=minutes))
    robin.client.post("/clinic/session/keep", data={**typed, "kept-action": SAVE})
    robin.clock.advance(timedelta(minutes=16 - minutes))
    assert not robin.is_in
    robin.signs_in()
    assert NOTE in unescape(page_of(robin))


@pytest.mark.thorough
def test_a_page_says_how_long_its_session_goes_on(robin: Colleague) -> None:
    assert 'data-seconds="900"' in robin.client.get(ACCOUNT).text
    robin.clock.advance(timedelta(seconds=30))
    assert 'data-seconds="870"' in robin.client.get(ACCOUNT).text


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_forged_place_of_a_form_keeps_nobody_waiting(app: Flask, clinic: Clinic) -> None:
    """Whoever left the clinic has a signed token for a day: 128 kB of steps took minutes."""
    with app.app_context():
        began = process_time()
        assert page_of_form("/clinic" + "/a" * 8_000) == "/clinic/"
        assert process_time() - began < 0.5
        assert page_of_form(SAVE) == PAGE
