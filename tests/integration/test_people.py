"""The lead lets people in and out, and never learns or chooses a password."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from config import Config
from screening.domain.clinic import Clinic
from screening.storage.accounts import read_account
from screening.storage.audit import list_all
from screening.storage.database import Database
from tests.clock import Clock
from tests.factor_actor import CODE, ENROL, Colleague, asking_for_two
from tests.staff_actor import PASSWORD, choose, events

PEOPLE = "/clinic/staff"
LEAD = frozenset({"lead"})
LINK = re.compile(r'value="http://[^/"]+(/clinic/set-up/[0-9a-f]{64})"')

pytestmark = pytest.mark.thorough  # many requests each


@pytest.fixture
def config(config: Config) -> Config:
    return asking_for_two(config)


@pytest.fixture
def kim(app: Flask, database: Database, clock: Clock, clinic: Clinic) -> Colleague:
    """The lead."""
    return Colleague(app, database, clock, "Kim Lead", LEAD).joins().has_a_phone().signs_in()


@pytest.fixture
def robin(kim: Colleague) -> Colleague:
    """A clinician, signed in."""
    return Colleague(kim.app, kim.database, kim.clock).joins().has_a_phone().signs_in()


def invites(kim: Colleague, name: str, email: str, *roles: str) -> TestResponse:
    token = kim.client.get(f"{PEOPLE}/invite").text
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', token)
    assert csrf is not None
    typed = {"csrf_token": csrf.group(1), "name": name, "email": email, "roles": list(roles)}
    return kim.client.post(f"{PEOPLE}/invite", data=typed)


def link_in(answer: TestResponse) -> str:
    found = LINK.search(answer.text)
    assert found is not None, answer.status_code
    return found.group(1)


def acts(kim: Colleague, robin: Colleague, what: str, **typed: object) -> TestResponse:
    page = f"{PEOPLE}/{robin.id}"
    return kim.posts(f"{page}/{what}", page=page, **typed)  # type: ignore[arg-type]


def roles_of(robin: Colleague) -> frozenset[str]:
    with robin.database.read() as session:
        account = read_account(session, robin.id)
    assert account is not None
    return account.staff.roles


# -- inviting --------------------------------------------------------------------------------


def test_an_invitation_is_a_link_by_which_somebody_chooses_their_own_password(
    kim: Colleague, app: Flask
) -> None:
    answer = invites(kim, "Ann Lee", "ann@clinic.example", "front_desk", "clinician")
    link = link_in(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    ann = Colleague(app, kim.database, kim.clock, "Ann Lee")
    assert choose(ann.client, link).status_code == 303
    assert ann.gives_password().status_code == 303
    ann.enrols()
    assert ann.is_in
    assert roles_of(ann) == {"front_desk", "clinician"}
    assert "Ann Lee" in kim.client.get(PEOPLE).text


def test_an_invitation_is_good_for_a_week(kim: Colleague, app: Flask) -> None:
    link = link_in(invites(kim, "Ann Lee", "ann@clinic.example", "clinician"))
    client = app.test_client()
    kim.clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert client.get(link).status_code == 200
    kim.clock.advance(timedelta(seconds=1))
    assert client.get(link).status_code == 404


def test_the_link_is_shown_once(kim: Colleague) -> None:
    link = link_in(invites(kim, "Ann Lee", "ann@clinic.example", "clinician"))
    assert link.rpartition("/")[2] not in kim.client.get(PEOPLE).text
    assert "Invited" in kim.client.get(PEOPLE).text


@pytest.mark.parametrize(
    ("name", "email", "roles"),
    [("", "a@b.example", ["clinician"]), ("x" * 300, "a@b.example", ["clinician"]),
     ("Ann", "no address", ["clinician"]), ("Ann", "kim@clinic.example", ["lead"]),
     ("Ann", "a@b.example", [])],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    name: str, email: str, roles: list[str], kim: Colleague
) -> None:
    answer = invites(kim, name, email, *roles)
    assert answer.status_code == 400
    assert f'value="{name}"' in answer.text
    assert f'value="{email}"' in answer.text
    assert "There is a problem" in answer.text
    assert "staff.created" not in events(kim.database)[4:]


def test_everything_that_is_missing_is_said_at_once(kim: Colleague) -> None:
    page = invites(kim, " ", "nowhere").text
    for said in ("The name is missing", "This is no e-mail address", "Choose at least one role"):
        assert page.count(said) == 2, said  # above the form, and beside the box


def test_names_may_be_in_any_script(kim: Colleague) -> None:
    for number, name in enumerate(("Łucja Żak", "田中 花子", "محمد علي", "O'Brien <b>")):
        assert invites(kim, name, f"p{number}@clinic.example", "clinician").status_code == 200
    page = kim.client.get(PEOPLE).text
    assert "田中 花子" in page
    assert "O&#39;Brien &lt;b&gt;" in page


def test_a_forged_role_is_a_bad_request(kim: Colleague) -> None:
    answer = invites(kim, "Ann", "a@b.example", "owner")
    assert answer.status_code == 400
    assert "There is a problem" not in answer.text


def test_the_first_roles_are_witnessed_and_those_of_a_second_invitation(kim: Colleague) -> None:
    invites(kim, "Ann Lee", "ann@clinic.example", "front_desk", "clinician")
    invites(kim, "Ann Lee", "ann@clinic.example", "front_desk", "clinician")
    invites(kim, "Ann Lee", "ann@clinic.example", "front_desk", "lead")
    kept = [(event, facts) for event, facts in told(kim.database) if "set-up" not in event][-2:]
    assert kept == [
        ("staff.created", {"roles": "clinician,front_desk"}),
        ("staff.roles-changed", {"before": "clinician,front_desk", "after": "front_desk,lead"}),
    ]


def told(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.read() as session:
        return [(one["event"], json.loads(one["facts"])) for one in list_all(session)]


# -- roles -----------------------------------------------------------------------------------


def test_a_lowered_role_acts_on_the_next_request(kim: Colleague, robin: Colleague) -> None:
    assert robin.client.get("/clinic/").status_code == 200
    assert acts(kim, robin, "roles", roles="front_desk").status_code == 303
    assert robin.client.get("/clinic/").headers["Location"] == "/clinic/desk"
    assert robin.client.get("/clinic/submissions/" + "0" * 32).status_code == 403
    assert events(kim.database)[-2:] == ["staff.roles-changed", "staff.refused"]


def test_somebody_keeps_at_least_one_role(kim: Colleague, robin: Colleague) -> None:
    assert acts(kim, robin, "roles").status_code == 400
    assert roles_of(robin) == {"clinician"}


def test_the_last_lead_stays_the_lead(kim: Colleague, robin: Colleague) -> None:
    assert acts(kim, kim, "roles", roles="clinician").status_code == 400
    assert acts(kim, kim, "switch", to="off").status_code == 400
    assert roles_of(kim) == LEAD
    assert kim.is_in
    acts(kim, robin, "roles", roles="lead")
    assert acts(kim, kim, "roles", roles="clinician").status_code == 303
    assert kim.client.get(PEOPLE).status_code == 403


def test_an_invited_lead_who_never_came_does_not_count(kim: Colleague) -> None:
    invites(kim, "Ann Lee", "ann@clinic.example", "lead")
    assert acts(kim, kim, "switch", to="off").status_code == 400


def test_only_the_lead_sees_the_people(kim: Colleague, robin: Colleague) -> None:
    for address in (PEOPLE, f"{PEOPLE}/invite", f"{PEOPLE}/{kim.id}"):
        assert robin.client.get(address).status_code == 403


def test_an_unknown_person_is_not_found(kim: Colleague) -> None:
    assert kim.client.get(f"{PEOPLE}/{'0' * 32}").status_code == 404
    assert kim.posts(f"{PEOPLE}/{'0' * 32}/link").status_code == 404


# -- in and out ------------------------------------------------------------------------------


def test_whoever_is_switched_off_is_out_at_once_and_cannot_come_back(
    kim: Colleague, robin: Colleague
) -> None:
    assert acts(kim, robin, "switch", to="off").status_code == 303
    assert not robin.is_in
    assert robin.gives_password().status_code == 400
    assert acts(kim, robin, "switch", to="on").status_code == 303
    assert not robin.is_in
    robin.clock.advance(timedelta(minutes=2))
    robin.signs_in()


def test_the_lead_ends_all_sessions_of_somebody(kim: Colleague, robin: Colleague) -> None:
    other = robin.elsewhere().signs_in()
    assert acts(kim, robin, "sessions").status_code == 303
    assert not robin.is_in
    assert not other.is_in


def test_a_reset_lets_them_choose_and_does_not_skip_the_second_factor(
    kim: Colleague, robin: Colleague
) -> None:
    link = link_in(acts(kim, robin, "link"))
    again = robin.elsewhere()
    assert choose(again.client, link, "seventeen brass kettles").status_code == 303
    assert not robin.is_in
    assert again.gives_password(PASSWORD).status_code == 400
    assert again.gives_password("seventeen brass kettles").headers["Location"] == CODE
    assert not again.is_in
    again.waits()
    assert again.gives(again.code()).status_code == 303
    assert choose(app_client(again), link, "another brass kettle").status_code == 404


def app_client(colleague: Colleague):  # type: ignore[no-untyped-def]
    return colleague.app.test_client()


def test_a_reset_link_lives_an_hour(kim: Colleague, robin: Colleague) -> None:
    link = link_in(acts(kim, robin, "link"))
    robin.clock.advance(timedelta(minutes=59, seconds=59))
    assert robin.client.get(link).status_code == 200
    robin.clock.advance(timedelta(seconds=1))
    assert robin.client.get(link).status_code == 404


def test_a_reset_link_dies_when_its_owner_changes_the_password(
    kim: Colleague, robin: Colleague
) -> None:
    link = link_in(acts(kim, robin, "link"))
    page = "/clinic/account/password"
    changed = robin.posts(page, page, password=PASSWORD, new_password="seventeen brass kettles")
    assert changed.status_code == 303
    assert app_client(robin).get(link).status_code == 404
    assert choose(app_client(robin), link, "another brass kettle").status_code == 404
    assert robin.elsewhere().gives_password("seventeen brass kettles").headers["Location"] == CODE


def test_whoever_lost_their_second_factor_sets_up_a_new_one(
    kim: Colleague, robin: Colleague
) -> None:
    assert acts(kim, robin, "factors").status_code == 303
    assert not robin.is_in
    again = robin.elsewhere()
    assert again.gives_password().headers["Location"] != CODE
    assert again.client.get("/clinic/").headers["Location"] == ENROL
    again.enrols()
    assert again.is_in
    assert events(kim.database).count("staff.factors-reset") == 1


@pytest.mark.parametrize("what", ["link", "factors"])
def test_nobody_makes_a_way_back_for_themselves(
    what: str, kim: Colleague, robin: Colleague
) -> None:
    answer = acts(kim, kim, what)
    assert answer.status_code == 400
    assert "This is your own account" in answer.text
    assert LINK.search(answer.text) is None
    assert kim.is_in
    assert kim.elsewhere().gives_password().headers["Location"] == CODE
    button = f'action="{PEOPLE}/{{}}/{what}"'
    assert button.format(kim.id) not in kim.client.get(f"{PEOPLE}/{kim.id}").text
    assert button.format(robin.id) in kim.client.get(f"{PEOPLE}/{robin.id}").text


def test_every_act_on_people_needs_a_fresh_proof(kim: Colleague, robin: Colleague) -> None:
    kim.clock.advance(timedelta(minutes=5, seconds=1))
    for what in ("roles", "switch", "link", "factors", "sessions"):
        answer = acts(kim, robin, what, to="off", roles="front_desk")
        assert answer.headers["Location"].startswith("/clinic/account/confirm"), what
    assert roles_of(robin) == {"clinician"}
    assert robin.is_in


def test_what_the_lead_ticked_is_still_ticked_after_the_proof(
    kim: Colleague, robin: Colleague
) -> None:
    kim.clock.advance(timedelta(minutes=5, seconds=1))
    page = acts(kim, robin, "roles", roles="front_desk").headers["Location"].partition("next=")[2]
    kim.posts("/clinic/account/confirm", page="/clinic/account/confirm", code=kim.code(), next=page)
    shown = kim.client.get(page).text
    assert re.search(r'value="front_desk"[^>]* checked', shown)
    assert not re.search(r'value="clinician"[^>]* checked', shown)
    assert roles_of(robin) == {"clinician"}
