"""Nothing is served that has not declared who may see it."""

import pytest
from flask import Flask
from sqlalchemy import text

from screening.storage.database import Database
from screening.web.guard import AccessNotDeclared, access, check_access_declared
from tests.web_fixtures import SECRET, addresses, audience_of, token_from, with_trials


@pytest.fixture
def app(app_to_change: Flask) -> Flask:
    return with_trials(app_to_change)


def test_every_endpoint_says_who_may_see_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert audience_of(app, rule.endpoint) in ("public", "patient", "staff"), rule.endpoint


def test_everything_under_clinic_but_signing_in_is_for_staff(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/clinic") and audience_of(app, rule.endpoint) != "staff"
    }
    assert public == {
        "auth.sign_in", "auth.sign_in_now", "auth.sign_out", "set_up.open_set_up",
        "set_up.use_set_up", "second_factor.ask", "second_factor.ask_now",
        "second_factor.ask_passkey",
    }  # fmt: skip


def test_an_app_with_an_undeclared_view_does_not_start(app: Flask) -> None:
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(AccessNotDeclared, match="open"):
        check_access_declared(app)


@pytest.mark.thorough
def test_an_app_with_a_staff_view_that_names_no_right_does_not_start(app: Flask) -> None:
    app.add_url_rule("/clinic/open", "open", access("staff")(lambda: ""))
    with pytest.raises(AccessNotDeclared, match="open"):
        check_access_declared(app)


@pytest.mark.thorough
def test_even_if_it_did_nobody_would_see_it(app: Flask) -> None:
    app.add_url_rule("/open", "open", lambda: SECRET)
    answer = app.test_client().get("/open")
    assert answer.status_code == 403
    assert SECRET not in answer.text


@pytest.mark.thorough
def test_what_is_nowhere_is_not_found_and_not_forbidden(app: Flask) -> None:
    """Whoever mistypes an address is not told that something is kept from them."""
    for address in ("/nowhere", "/clinic/nowhere"):
        assert app.test_client().get(address).status_code == 404, address


def test_strangers_are_sent_to_the_door(app: Flask) -> None:
    for address in addresses(app, "staff", "GET"):
        answer = app.test_client().get(address)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].startswith("/clinic/sign-in?next=")
    for address in addresses(app, "patient", "GET"):
        answer = app.test_client().get(address)
        door = "/visit" if address.startswith("/visit/") else "/"
        assert (answer.status_code, answer.headers["Location"]) == (303, door), address


@pytest.mark.thorough
def test_what_a_stranger_posts_changes_nothing(app: Flask, database: Database) -> None:
    for audience in ("staff", "patient"):
        for address in addresses(app, audience, "POST"):
            client = app.test_client()
            token = token_from(client, "/clinic/sign-in" if audience == "staff" else "/")
            answer = client.post(address, data={"csrf_token": token, "note": "kept"})
            assert answer.status_code == 403, address
            assert 'value="kept"' in answer.text
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_events")) == 0
