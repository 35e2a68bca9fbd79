"""The first account comes from the command line, and so does the last way back."""

from secrets import token_bytes

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from config import Config
from screening.domain.clinic import Clinic
from screening.services.demo import fill_with_demo
from screening.storage.accounts import find_account, list_accounts
from screening.storage.database import Database
from tests.clock import Clock
from tests.factor_actor import Colleague, asking_for_two
from tests.staff_actor import choose

pytestmark = pytest.mark.thorough  # many requests each


@pytest.fixture
def config(config: Config) -> Config:
    return asking_for_two(config)


@pytest.fixture
def command(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def roles_of(database: Database, email: str) -> frozenset[str]:
    with database.read() as session:
        account = find_account(session, email)
    assert account is not None
    return account.staff.roles


def test_the_first_person_is_the_lead_as_well_and_the_next_a_clinician(
    command: FlaskCliRunner, database: Database
) -> None:
    for name in ("ann", "bo"):
        assert command.invoke(args=["create-staff", name, f"{name}@clinic.example"]).exit_code == 0
    assert roles_of(database, "ann@clinic.example") == {"clinician", "lead"}
    assert roles_of(database, "bo@clinic.example") == {"clinician"}


def test_roles_can_be_named(command: FlaskCliRunner, database: Database) -> None:
    named = ["--role", "front_desk", "--role", "lead"]
    assert command.invoke(args=["create-staff", "Ann", "ann@clinic.example", *named]).exit_code == 0
    assert roles_of(database, "ann@clinic.example") == {"front_desk", "lead"}
    unknown = command.invoke(args=["create-staff", "Bo", "bo@clinic.example", "--role", "owner"])
    assert unknown.exit_code != 0


def test_a_lead_who_lost_everything_gets_back_in(
    command: FlaskCliRunner, app: Flask, database: Database, clock: Clock, clinic: Clinic
) -> None:
    kim = Colleague(app, database, clock, "Kim Lead", frozenset({"lead"})).joins().has_a_phone()
    said = command.invoke(args=["reset-staff", kim.email, "--second-factor"]).output
    link = said.strip().partition("8000")[2]
    assert choose(kim.client, link, "seventeen brass kettles").status_code == 303
    kim.gives_password("seventeen brass kettles")
    kim.enrols()
    assert kim.is_in


def test_nobody_is_reset_who_is_not_there(command: FlaskCliRunner) -> None:
    result = command.invoke(args=["reset-staff", "nobody@clinic.example"])
    assert result.exit_code != 0
    assert "no account" in result.output


def test_the_demo_clinic_has_everybody_and_all_are_marked(
    app: Flask, database: Database, clock: Clock
) -> None:
    whole = app.extensions["prelude"]
    with database.write() as session:
        session.execute(text("DELETE FROM clinic_settings"))
        hashed = whole.passwords.hash("one for all of them")
        fill_with_demo(session, whole.protocols.current, hashed, clock(), token_bytes)
    with database.read() as session:
        accounts = list_accounts(session)
    assert sorted(role for one in accounts for role in one.staff.roles) == [
        "clinician", "clinician", "front_desk", "lead",
    ]  # fmt: skip
    assert all(one.is_demo and "(demo)" in one.staff.name for one in accounts)
