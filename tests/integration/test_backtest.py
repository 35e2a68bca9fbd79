"""Trying a version on what is stored: the command, the page, rows that cannot be read."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from screening.domain.clinic import Clinic
from screening.domain.figures import FEWEST
from screening.storage.audit import last_event
from screening.storage.database import Database
from screening.storage.looking import list_looks
from tests.clinic_cases import REVIEWED, Received, events_of
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.protocol_cases import NEW, OLD
from tests.questionnaires import business_rows, events

sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGE = "/clinic/protocols/backtest"
HEALED: Mapping[str, object] = {
    "treatment_areas": ["face"],
    "herpes_history": ["lips_face"],
    "herpes_last": "2027-01-01",
    "herpes_pattern": ["none"],
}
"""A sore that healed 17 days before the visit below."""
VISIT = date(2027, 1, 18)


def longer(folder: Path) -> str:
    """Version 2026-1 in which a healed cold sore waits 21 days instead of 14."""
    source = Path("screening/protocols/microneedling/2026-1.toml").read_text()
    before = "[waits.herpes_healed]\ndays = 14"
    assert before in source
    file = folder / "longer.toml"
    file.write_text(source.replace(before, before.replace("14", "21")))
    return str(file)


def command(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["backtest", *arguments])


def damage(database: Database, submission: str) -> None:
    """The sealed bytes are not what they were: one bit of them is another."""
    with database.write() as session:
        sealed = session.scalar(
            text("SELECT sealed_answers FROM submissions WHERE id = :id"), {"id": submission}
        )
        spoilt = bytes(sealed[:-1]) + bytes((sealed[-1] ^ 1,))
        session.execute(
            text("UPDATE submissions SET sealed_answers = :sealed WHERE id = :id"),
            {"sealed": spoilt, "id": submission},
        )


@pytest.mark.thorough
def test_a_longer_wait_moves_who_it_reaches_and_a_damaged_row_is_named(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    Received(name="Zoë Marker", answers=HEALED, visit=VISIT).into(database, 1)
    Received().into(database, 2)
    damage(database, Received(answers=REVIEWED).into(database, 3))
    found = command(app, OLD, longer(tmp_path))
    assert found.exit_code == 1, "one could not be read"
    assert "2 submissions compared" in found.output
    assert "1 would move to another level" in found.output
    assert "REF-1  visit 2027-01-18  review → stop" in found.output
    assert "herpes_recent: no flag → stop, clears 22 January 2027" in found.output
    assert f"REF-3 ({3:032x}): the record is damaged" in found.output
    assert "Marker" not in found.output
    with database.read() as session:
        event = last_event(session, "protocol.backtested", "protocol", OLD)
    assert event is not None
    counted = {name: event.facts[name] for name in ("read", "moved", "changed", "unread", "probes")}
    assert counted == {"read": 2, "moved": 1, "changed": 1, "unread": 1, "probes": 2}


@sqlite_only
@pytest.mark.thorough
def test_the_boundary_shows_where_no_past_patient_stands(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    found = command(app, OLD, longer(tmp_path))
    assert found.exit_code == 0
    assert "0 submissions compared" in found.output
    assert "When did the last one fully heal? “1 January 2027”" in found.output


@sqlite_only
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("protocol = 'microneedling/1999-1'", "its protocol version is not here"),
        ("digest = '" + "0" * 64 + "'", "another file than the one it was sent under"),
        ("sealed_answers = 'no bytes at all'", "the record is damaged"),
        ("sealed_answers = sealed_identity", "the record is damaged"),
    ],
)
def test_each_row_that_cannot_be_read_says_why_and_the_others_are_compared(
    app: Flask, database: Database, statement: str, why: str
) -> None:
    for number in (1, 2):
        Received().into(database, number)
    with database.write() as session:
        session.execute(text("PRAGMA ignore_check_constraints = on"))
        session.execute(text(f"UPDATE submissions SET {statement} WHERE reference = 'REF-1'"))
    found = command(app, OLD, NEW)
    assert found.exit_code == 1
    assert why in found.output
    assert "1 submission compared" in found.output


@sqlite_only
@pytest.mark.thorough
def test_what_cannot_be_compared_is_a_mistake_of_use(app: Flask, database: Database) -> None:
    for arguments in ((OLD, OLD), (OLD, "microneedling/1999-1"), (OLD, "nowhere.toml")):
        assert command(app, *arguments).exit_code == 2
    assert "protocol.backtested" not in events(database)


@sqlite_only
@pytest.mark.thorough
def test_submissions_of_another_protocol_are_left_out_and_counted(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    Received().into(database)
    peel, other = Path("screening/protocols/chemical_peel/2026-1.toml"), tmp_path / "peel.toml"
    other.write_text(f"{peel.read_text()}\n# Another file.\n")
    found = command(app, "chemical_peel/2026-1", str(other))
    assert "0 submissions compared" in found.output
    assert "1 submission of other protocols left out" in found.output


def lead_of(app: Flask, database: Database, clock: Clock, *roles: str) -> Colleague:
    return Colleague(app.test_client(), database, *roles, name=" ".join(roles)).starts(clock())


def adjusted(lead: Colleague) -> str:
    """The key of a version of the clinic's own with the longer wait."""
    typed = {"kind": "wait", "wait": "herpes_healed", "amount": "21", "unit": "days"}
    made = lead.sends(f"/clinic/protocols/{OLD}/adjust", reason="We saw flares.", **typed)
    assert made.status_code == 303
    return str(made.location).removeprefix("/clinic/protocols/")


@pytest.mark.thorough
@sqlite_only
def test_a_lead_without_the_right_to_read_sees_how_many_would_move_and_not_who(
    app: Flask, database: Database, clinic: Clinic, clock: Clock
) -> None:
    Received(answers=HEALED, visit=VISIT).into(database)
    damage(database, Received(answers=REVIEWED).into(database, 2))
    for number in range(3, 3 + FEWEST - 1):
        Received().into(database, number)
    lead = lead_of(app, database, clock, "lead")
    new, before = adjusted(lead), business_rows(database)
    page = lead.sends(PAGE, old=OLD, new=new)
    assert page.status_code == 200
    for words in ("For 1 submission.", "Cold sore only just healed", "At the boundaries",
                  "<strong>1 submission</strong>: the record is damaged"):  # fmt: skip
        assert words in page.text
    for told in ("REF-1", "REF-2", "18 January 2027", "/clinic/submissions/", "Zoë"):
        assert told not in page.text
    assert "submission.backtested" not in events(database)
    assert business_rows(database) == before
    version = lead.client.get(f"/clinic/protocols/{new}").text
    assert "5 submissions compared, 1 would move" in version


@pytest.mark.thorough
@sqlite_only
def test_of_fewer_than_five_a_lead_without_the_right_to_read_is_told_nothing(
    app: Flask, database: Database, clinic: Clinic, clock: Clock
) -> None:
    """One patient's level and flags would stand there, and the desk says who came."""
    for number in range(1, FEWEST):
        Received(answers=HEALED, visit=VISIT).into(database, number)
    lead = lead_of(app, database, clock, "lead")
    new = adjusted(lead)
    page = lead.sends(PAGE, old=OLD, new=new).text
    assert "Fewer than five submissions were compared" in page
    assert "At the boundaries" in page, "it needs nobody's answers"
    version = lead.client.get(f"/clinic/protocols/{new}").text
    assert "Fewer than five submissions were compared" in version
    for told in ("To another level", "From which level", "speak differently", "would move"):
        assert told not in page + version, told
    clinician = lead_of(app, database, clock, "clinician")
    assert (
        "4 submissions compared, 4 would move"
        in clinician.client.get(f"/clinic/protocols/{new}").text
    )


@pytest.mark.thorough
@sqlite_only
@pytest.mark.parametrize("roles", [("clinician",), ("clinician", "lead")], ids="+".join)
def test_whoever_may_read_sees_who_would_move_and_each_of_them_is_a_look(
    app: Flask, database: Database, clinic: Clinic, clock: Clock, roles: tuple[str, ...]
) -> None:
    moved = [Received(answers=HEALED, visit=VISIT).into(database, one) for one in (1, 2)]
    quiet = Received().into(database, 3)
    new = adjusted(lead_of(app, database, clock, "lead"))
    reader = lead_of(app, database, clock, *roles)
    page = reader.sends(PAGE, old=OLD, new=new).text
    for one in moved:
        assert f"/clinic/submissions/{one}" in page
        assert events_of(database, one) == ["submission.backtested"]
        with database.read() as session:
            event = last_event(session, "submission.backtested", "submission", one)
        assert event is not None
        assert (event.actor.id, event.facts) == (reader.id, {"protocol": new})
    assert events_of(database, quiet) == []
    with database.read() as session:
        looks = list_looks(session, clock() - timedelta(days=1), clock() + timedelta(days=1))
    assert {one.episode_id for one in looks} == set(moved)


@sqlite_only
@pytest.mark.thorough
def test_what_nobody_can_choose_is_refused_with_the_choice_kept(
    app: Flask, database: Database, clinic: Clinic, clock: Clock
) -> None:
    lead = lead_of(app, database, clock, "lead")
    same = lead.sends(PAGE, old=OLD, new=OLD)
    assert same.status_code == 400
    assert f'<option value="{OLD}" selected>' in same.text
    assert lead.sends(PAGE, old=OLD, new="microneedling/1999-1").status_code == 400
    assert lead.sends(PAGE, old=OLD, new=NEW, more="1").status_code == 400
    assert lead_of(app, database, clock, "front_desk").client.get(PAGE).status_code == 403
    assert "Not compared yet" in lead.client.get(f"/clinic/protocols/{NEW}").text
