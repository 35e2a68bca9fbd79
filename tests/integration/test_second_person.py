"""AZ-8: where the clinic asks for two people, one cannot finish, whatever they try."""

import json
from datetime import timedelta
from secrets import token_bytes

import pytest
from flask import Flask
from sqlalchemy import text

from screening.domain.audit import SYSTEM
from screening.domain.second_person import ONE_HAND, Act, NotWaiting, Stage
from screening.domain.staff import Role
from screening.protocols.library import load_library
from screening.services.accounts import create_staff
from screening.services.people import change_roles, make_link, reset_factors
from screening.services.retention import apply, erase, look
from screening.services.second_person import confirm
from screening.services.subject_access import everything_about
from screening.services.two_people import SecondPersonNeeded
from screening.storage.clinic import read_clinic
from screening.storage.database import Database
from tests.clinic_actor import PASSWORD, Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.integration.test_settings import saves
from tests.own_pages import sends_in
from tests.two_people import ALL, DAY, asks, by, is_there, kept, leads, witnessed

thorough = pytest.mark.thorough
Two = tuple[Colleague, Colleague]


@pytest.fixture
def two(app: Flask, database: Database, clock: Clock) -> Two:
    return leads(app, database, clock)


@pytest.fixture
def visit(two: Two, database: Database, clock: Clock) -> str:
    return sends_in(database, clock, {"anything_else": "copy-canary"}).episode_id


def reference(database: Database) -> str:
    with database.read() as session:
        return str(session.scalar(text("SELECT reference FROM submissions")))


def stages(database: Database, clock: Clock) -> list[Stage]:
    return [one.stage(clock()) for one in kept(database)]


def test_one_lead_asks_and_another_erases(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    code = reference(database)
    asked = kim.sends(f"/clinic/desk/{visit}/erase", reference=code)
    assert asked.status_code == 303
    at = asked.headers["Location"]
    assert "Who can confirm what you ask for: Ann Lee." in kim.opens(at).text
    assert is_there(database, visit)
    assert kim.sends(f"{at}/confirm", reference=code).status_code == 409
    assert "1 request waits for a second person" in ann.opens("/clinic/desk").text
    assert ann.sends(f"{at}/confirm", reference="ZZZZ ZZZZ").status_code == 400
    assert is_there(database, visit)
    done = ann.sends(f"{at}/confirm", ann.opens(at), reference=code)
    assert "Everything of this visit is erased" in done.text
    assert not is_there(database, visit)
    assert kept(database) == []  # what was asked goes with the visit
    assert witnessed(database) == ["asked", "confirmed"]


@thorough
def test_a_copy_is_fetched_once_and_only_by_whoever_asked(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    at = kim.sends(f"/clinic/desk/{visit}/copy").headers["Location"]
    assert kim.sends(f"{at}/copy").status_code == 409
    assert ann.sends(f"{at}/confirm").headers["Location"] == f"{ALL}?done=confirmed"
    assert ann.sends(f"{at}/copy").status_code == 409
    assert "1 copy you asked for can be fetched" in kim.opens("/clinic/desk").text
    copy = kim.sends(f"{at}/copy", kim.opens(at))
    assert "attachment" in copy.headers["Content-Disposition"]
    held = json.loads(copy.text)
    assert held["submissions"][0]["answers"]["answers"]["anything_else"] == "copy-canary"
    assert [one["act"] for one in held["asked_of_a_second_person"]] == ["copy"]
    assert kim.sends(f"{at}/copy").status_code == 409
    assert witnessed(database) == ["asked", "confirmed", "fetched"]


@thorough
def test_no_service_does_it_for_one_person(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    """Whatever is posted: the services themselves refuse, also with another's confirmation."""
    kim, ann = two
    copy = asks(database, clock, kim, Act.COPY, visit)
    with database.write() as session:
        granted = confirm(session, copy.id, by(ann), clock(), token_bytes)
    for request in (None, copy, granted):
        with database.write() as session, pytest.raises(SecondPersonNeeded):
            erase(session, visit, "request", by(kim), clock(), request)
    with database.write() as session, pytest.raises(SecondPersonNeeded):
        everything_about(session, load_library(), visit, by(kim), clock())
    assert is_there(database, visit)


@thorough
def test_neither_two_tabs_nor_two_sessions_make_two_people(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock
) -> None:
    kim, _ = two
    elsewhere = Colleague(app.test_client(), database, "lead")
    elsewhere.signs_in()
    first = kim.sends(f"/clinic/desk/{visit}/copy").headers["Location"]
    assert elsewhere.sends(f"/clinic/desk/{visit}/copy").headers["Location"] == first
    assert elsewhere.sends(f"{first}/confirm").status_code == 409
    assert stages(database, clock) == [Stage.WAITING]


@thorough
def test_confirming_takes_a_fresh_proof(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    at = f"{ALL}/{asks(database, clock, kim, Act.COPY, visit).id}"
    clock.advance(timedelta(minutes=6))
    assert "/clinic/account/confirm" in ann.sends(f"{at}/confirm").headers["Location"]
    assert stages(database, clock) == [Stage.WAITING]
    proof = ann.opens("/clinic/account/confirm")
    assert ann.sends("/clinic/account/confirm", proof, password=PASSWORD).status_code == 303
    assert ann.sends(f"{at}/confirm").status_code == 303


@thorough
def test_it_is_refused_with_a_choice_or_withdrawn(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    at = f"{ALL}/{asks(database, clock, kim, Act.ERASE, visit).id}"
    assert Page(ann.sends(f"{at}/refuse")).errors() == ["Choose why."]
    assert ann.sends(f"{at}/refuse", reason="my own words").status_code == 400
    assert ann.sends(f"{at}/withdraw").status_code == 409
    assert ann.sends(f"{at}/refuse", reason="must_be_kept").status_code == 303
    assert "The law or the insurer makes us keep it, says Ann Lee" in kim.opens(at).text
    at = f"{ALL}/{asks(database, clock, kim, Act.ERASE, visit).id}"
    assert kim.sends(f"{at}/withdraw").status_code == 303
    assert ann.sends(f"{at}/confirm", reference=reference(database)).status_code == 409
    assert is_there(database, visit)
    assert witnessed(database) == ["asked", "refused", "asked", "withdrawn"]


@thorough
@pytest.mark.parametrize("way", ["reset by Kim", "factors by Kim", "made a lead by Kim", "asks"])
def test_whoever_let_the_other_in_lately_is_no_second_person(
    way: str, two: Two, visit: str, database: Database, clock: Clock
) -> None:
    """A lead could hold the account that they invited, gave a way back in, or raised."""
    kim, ann = two
    asker, second = (ann, kim) if way == "asks" else (kim, ann)
    with database.write() as session:
        if way == "factors by Kim":
            reset_factors(session, ann.id, clock(), token_bytes, by(kim))
        elif way == "made a lead by Kim":
            for role in ("front_desk", "lead"):
                roles: frozenset[Role] = frozenset({role})
                session.execute(text("UPDATE clinic_settings SET second_person = false"))
                change_roles(session, ann.id, roles, clock(), by(kim))
                session.execute(text("UPDATE clinic_settings SET second_person = true"))
        else:
            make_link(session, ann.id, clock(), token_bytes, by(kim))
    clock.advance(ONE_HAND - DAY)
    asked = asks(database, clock, asker, Act.COPY, visit)
    at = f"{ALL}/{asked.id}"
    kim.signs_in()
    ann.signs_in()
    assert "Nobody can confirm what you ask for just now" in asker.opens(at).text
    page = second.opens(at)
    assert "You cannot be the second person" in page.text
    refused = second.sends(f"{at}/confirm", page)
    assert (refused.status_code, "in the last 30 days" in refused.text) == (409, True)
    assert witnessed(database) == ["asked", "not-another"]
    clock.advance(DAY)
    second.signs_in()
    assert second.sends(f"{at}/confirm").status_code == 303


@thorough
def test_two_accounts_of_one_inviter_are_not_two(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock
) -> None:
    kim, ann = two
    puppets = [
        Colleague(app.test_client(), database, "lead", name=name) for name in ("Pip A", "Pop B")
    ]
    with database.write() as session:
        for one in puppets:
            create_staff(session, one.name, one.email, clock(), token_bytes, by(kim))
    pip, pop = (one.starts(clock()) for one in puppets)  # Kim takes both links
    at = f"{ALL}/{asks(database, clock, pip, Act.COPY, visit).id}"
    for one in (pop, kim):
        assert one.sends(f"{at}/confirm").status_code == 409
    assert ann.sends(f"{at}/confirm").status_code == 303


@thorough
def test_it_takes_two_to_switch_it_off_and_what_waits_is_void_then(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    settings = ann.opens("/clinic/settings")
    waiting, ready = (asks(database, clock, kim, act, visit) for act in (Act.ERASE, Act.COPY))
    with database.write() as session:
        confirm(session, ready.id, by(ann), clock(), token_bytes)
    assert kim.sends(ALL, kim.opens(ALL), to="off").status_code == 303
    (off,) = (one for one in kept(database) if one.act is Act.SWITCH_OFF)
    assert kim.sends(f"{ALL}/{off.id}/confirm").status_code == 409
    with database.read() as session:
        assert read_clinic(session).second_person
    assert ann.sends(f"{ALL}/{off.id}/confirm", ann.opens(f"{ALL}/{off.id}")).status_code == 303
    found = {one.id: one.stage(clock()) for one in kept(database)}
    assert found == {off.id: Stage.DONE, waiting.id: Stage.VOID, ready.id: Stage.VOID}
    saves(ann, settings, phone="0111")  # a form that was open meanwhile is none the worse
    for on in (False, True):
        if on:
            assert kim.sends(ALL, to="on").status_code == 303
        for act in ("confirm", "copy"):
            answer = ann.sends(f"{ALL}/{waiting.id}/{act}", reference=reference(database))
            assert answer.status_code in (400, 409)
    assert is_there(database, visit)
    assert witnessed(database).count("voided") == 2


@thorough
def test_its_time_is_seven_days_and_the_row_goes_a_month_later(
    two: Two, visit: str, database: Database, clock: Clock
) -> None:
    kim, ann = two
    asked = asks(database, clock, kim, Act.ERASE, visit)
    clock.advance(7 * DAY)
    with database.write() as session, pytest.raises(NotWaiting):
        confirm(session, asked.id, by(ann), clock(), token_bytes)
    again = asks(database, clock, kim, Act.ERASE, visit)
    assert again.id != asked.id
    clock.advance(31 * DAY)
    with database.read() as session:
        due = look(session, clock(), believed=True)
    apply(database, due, clock())
    assert [one.id for one in kept(database)] == [again.id]
    assert is_there(database, visit)


@thorough
def test_two_people_keep_the_right_and_nothing_is_kept_for_less_long(
    two: Two, database: Database, clock: Clock
) -> None:
    kim, ann = two
    person = f"/clinic/staff/{ann.id}"
    for act, typed in (("switch", {"to": "off"}), ("roles", {"roles": "clinician"})):
        refused = Page(kim.sends(f"{person}/{act}", **typed))
        assert (refused.status, "only one would be left" in refused.text) == (400, True)
    page = saves(kim, kim.opens("/clinic/settings"), 400, submission_years="1", audit_years="2")
    assert page is not None
    assert "needs a second person too" in page.errors()[0]
    saves(kim, kim.opens("/clinic/settings"), submission_years="9")
    with database.read() as session:
        assert read_clinic(session).submission_years == 9


@thorough
def test_it_cannot_be_switched_on_by_a_lead_who_is_alone(
    app: Flask, database: Database, clock: Clock
) -> None:
    kim = Colleague(app.test_client(), database, "lead").starts(clock())
    assert "nobody else here has the right" in kim.opens(ALL).text
    with database.write() as session:  # an invitation that nobody has taken
        create_staff(
            session, "Ann Lee", "ann@c.example", clock(), token_bytes, roles=frozenset({"lead"})
        )
    refused = Page(kim.sends(ALL, to="on"))
    assert (refused.status, len(refused.errors())) == (400, 1)
    with database.read() as session:
        assert not read_clinic(session).second_person


@thorough
def test_whoever_has_lost_the_right_asked_for_nothing(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock
) -> None:
    kim, ann = two
    Colleague(app.test_client(), database, "lead", name="Lou Third").joins(clock())
    asked = asks(database, clock, kim, Act.COPY, visit)
    with database.write() as session:
        change_roles(session, kim.id, frozenset({"clinician"}), clock(), by(ann))
    refused = ann.sends(f"{ALL}/{asked.id}/confirm")
    assert (refused.status_code, "may not do this any more" in refused.text) == (409, True)
    assert stages(database, clock) == [Stage.WAITING]


@thorough
def test_the_command_line_is_bound_by_none_of_it(
    two: Two, visit: str, app: Flask, database: Database, clock: Clock
) -> None:
    kim, _ = two
    asks(database, clock, kim, Act.COPY, visit)
    run = app.test_cli_runner().invoke
    assert run(args=["one-person-is-enough", "--yes"]).output == "Switched off.\n"
    assert run(args=["one-person-is-enough", "--yes"]).output == "It was off already.\n"
    assert stages(database, clock) == [Stage.VOID]
    with database.write() as session:
        assert erase(session, visit, "request", SYSTEM, clock())
