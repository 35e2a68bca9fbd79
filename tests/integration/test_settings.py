"""The lead's settings: said back in words, refused box by box, never overwritten unseen."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.storage.clinic import read_clinic
from screening.storage.database import Database
from tests.clinic_actor import PASSWORD, Page
from tests.clock import Clock
from tests.colleagues import Colleague

ADDRESS = "/clinic/settings"
SWITCHES = ("public_start", "second_sign_off")
BOXES = (
    "edition", "name", "address", "phone", "emergency_number", "urgent_line", "jurisdiction",
    "modality", "time_zone", "accent", "accent_own", "public_start", "second_sign_off",
    "draft_days", "invitation_days", "submission_years", "audit_years", "reminder_days",
)  # fmt: skip
CHANGED = {
    "name": "Rowan & Söhne <Skin>",
    "address": "1 High Street\nLondon",
    "phone": "+44 20 7946 0111",
    "emergency_number": "112",
    "urgent_line": "116 117",
    "jurisdiction": "scotland",
    "modality": "rf",
    "time_zone": "Europe/Berlin",
    "accent": "#1f5f5b",
    "public_start": False,
    "second_sign_off": True,
    "draft_days": 14,
    "invitation_days": 20,
    "submission_years": 10,
    "audit_years": 12,
    "reminder_days": (10, 3, 1),
}


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


def saves(lead: Colleague, page: Page, status: int = 303, **typed: str) -> Page | None:
    """Send the form of this page as it stands, but for what is typed; "" unticks."""
    sent = {name: page.value(name) for name in BOXES} | typed
    sent = {name: one for name, one in sent.items() if one or name not in SWITCHES}
    answer = lead.sends(ADDRESS, page, **sent)
    assert answer.status_code == status, answer.status_code
    return None if status == 303 else Page(answer)


def settings(database: Database) -> dict[str, object]:
    with database.read() as session:
        return asdict(read_clinic(session))


def witnessed(database: Database) -> list[str]:
    with database.read() as session:
        query = text("SELECT facts FROM audit_events WHERE event = 'clinic.changed' ORDER BY seq")
        return [facts for (facts,) in session.execute(query)]


def test_every_setting_is_kept_and_shown_again(lead: Colleague, database: Database) -> None:
    written = {name: str(one) for name, one in CHANGED.items()}
    written |= {"public_start": "", "second_sign_off": "yes", "reminder_days": "1; 10 3"}
    saves(lead, lead.opens(ADDRESS), **written)
    kept = settings(database)
    assert {name: kept[name] for name in CHANGED} == CHANGED
    page = lead.opens(f"{ADDRESS}?saved=yes")
    assert "Saved" in page.text
    assert page.value("name") == CHANGED["name"]
    assert page.value("reminder_days") == "10, 3, 1"
    assert page.value("public_start") == ""


def test_only_what_was_changed_is_witnessed_by_its_name(
    lead: Colleague, database: Database
) -> None:
    saves(lead, lead.opens(ADDRESS), phone="020 7946 0999", draft_days="5")
    assert witnessed(database) == ['{"fields": "draft_days,phone"}']
    saves(lead, lead.opens(ADDRESS))
    assert len(witnessed(database)) == 1


@pytest.mark.parametrize(
    ("box", "typed", "said"),
    [
        ("name", "", "Name of the clinic: Write it out."),
        ("name", "Ж" * 300, "Name of the clinic: Shorten this to 80 characters. It has 300 now."),
        ("phone", " ", "Telephone: Write it out."),
        ("emergency_number", "", "Emergency number: Write it out."),
        ("urgent_line", "9" * 61, "Urgent advice line: Shorten this to 60 characters."),
        ("address", "x\n" * 200, "Address: Shorten this to 300 characters."),
        ("jurisdiction", "france", "Where the clinic is: Choose one of"),
        ("modality", "", "Kind of needling: Choose one of"),
        ("time_zone", "Mars/Olympus", "Time zone: Write a name such as Europe/London."),
        ("time_zone", "../../../etc/passwd", "Time zone: Write a name such as"),
        ("time_zone", "Europe", "Time zone: Write a name such as Europe/London."),
        ("draft_days", "0", "Unfinished questionnaires: Give a number of days from 1 to 365."),
        ("draft_days", "366", "Unfinished questionnaires: Give a number of days"),
        ("draft_days", "two", "Unfinished questionnaires: Give a number of days"),
        ("draft_days", "-1", "Unfinished questionnaires: Give a number of days"),
        ("audit_years", "61", "Audit log: Give a number of years from 1 to 60."),
        ("audit_years", "5", "Audit log: Keep it at least as long as the submissions."),
        ("submission_years", "51", "Submissions: Give a number of years from 1 to 50."),
        ("submission_years", "1e3", "Submissions: Give a number of years from 1 to 50."),
        ("reminder_days", "7, soon", "Reminders: Give up to five different days"),
        ("reminder_days", "61", "Reminders: Give up to five different days"),
        ("reminder_days", "6 5 4 3 2 1", "Reminders: Give up to five different days"),
    ],
)
@pytest.mark.thorough
def test_what_cannot_be_is_refused_at_its_box_and_nothing_typed_is_lost(
    box: str, typed: str, said: str, lead: Colleague, database: Database
) -> None:
    before = settings(database)
    page = saves(lead, lead.opens(ADDRESS), 400, **{"address": "kept as typed", box: typed})
    assert page is not None
    assert page.errors()[0].startswith(said)
    assert page.value(box) == ("" if box in ("jurisdiction", "modality") else typed.strip())
    if box != "address":
        assert page.value("address") == "kept as typed"
    assert settings(database) == before


@pytest.mark.thorough
def test_several_mistakes_are_told_at_once_in_the_order_of_the_page(lead: Colleague) -> None:
    page = saves(
        lead, lead.opens(ADDRESS), 400, name="", accent="own", accent_own="red", draft_days="x"
    )
    assert page is not None
    assert [error.split(":")[0] for error in page.errors()] == [
        "Name of the clinic", "Accent colour", "Unfinished questionnaires",
    ]  # fmt: skip
    assert page.value("accent_own") == "red"


@pytest.mark.thorough
def test_an_own_colour_is_previewed_before_it_is_saved(lead: Colleague, database: Database) -> None:
    page = lead.opens(ADDRESS)
    shown = saves(
        lead, page, 200, accent="own", accent_own="#FFFF00", name="Not yet", preview="yes"
    )
    assert shown is not None
    fills = {one.attributes.get("fill") for one in shown.main.all("rect", "text")}
    assert {"#ffff00", "#000000"} <= fills
    assert (shown.value("name"), settings(database)["name"]) == (
        "Not yet",
        "Juniper Skin Clinic (demo)",
    )
    saves(lead, shown, accent="own", accent_own="#FFFF00")
    assert settings(database)["accent"] == "#ffff00"
    assert "--accent:#ffff00" in lead.client.get("/theme.css").text


@pytest.mark.thorough
def test_a_time_zone_is_known_however_it_is_typed(lead: Colleague, database: Database) -> None:
    saves(lead, lead.opens(ADDRESS), time_zone="america/new york")
    assert settings(database)["time_zone"] == "America/New_York"


@pytest.mark.thorough
def test_who_comes_second_sees_both_and_loses_nothing(
    lead: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    other = Colleague(app.test_client(), database, "lead", name="Ann Lee").starts(clock())
    page = lead.opens(ADDRESS)
    saves(other, other.opens(ADDRESS), phone="0111", name="Ann’s Clinic")
    conflict = saves(lead, page, 409, phone="0222", urgent_line="0333")
    assert conflict is not None
    rows = [[c.text for c in row.all("th", "td")] for row in conflict.main.one("tbody").all("tr")]
    assert rows == [
        ["Name of the clinic", "Ann’s Clinic", "Juniper Skin Clinic (demo)"],
        ["Telephone", "0111", "0222"],
        ["Urgent advice line", "NHS 111", "0333"],
    ]
    assert (settings(database)["phone"], conflict.value("phone")) == ("0111", "0222")
    saves(lead, conflict, name="Ann’s Clinic")
    assert (settings(database)["name"], settings(database)["phone"]) == ("Ann’s Clinic", "0222")


@pytest.mark.thorough
def test_saying_the_same_as_the_other_is_no_conflict(
    lead: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    other = Colleague(app.test_client(), database, "lead", name="Ann Lee").starts(clock())
    page = lead.opens(ADDRESS)
    saves(other, other.opens(ADDRESS), phone="0111")
    saves(lead, page, phone="0111")
    assert len(witnessed(database)) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("extra", [{"is_demo": "yes"}, {"accent": ["own", "own"]}, {"x": "1"}])
def test_a_form_that_is_not_ours_is_refused(extra: dict[str, str], lead: Colleague) -> None:
    assert lead.sends(ADDRESS, lead.opens(ADDRESS), **extra).status_code == 400


@pytest.mark.thorough
def test_settings_take_a_fresh_sign_in_and_keep_what_was_typed(
    lead: Colleague, database: Database, clock: Clock
) -> None:
    page = lead.opens(ADDRESS)
    clock.advance(timedelta(minutes=6))
    assert lead.client.get(ADDRESS).headers["Location"].startswith("/clinic/account/confirm")
    saves(lead, page, 303, name="Typed slowly")
    assert settings(database)["name"] == "Juniper Skin Clinic (demo)"
    confirm = lead.opens("/clinic/account/confirm")
    assert lead.sends("/clinic/account/confirm", confirm, password=PASSWORD).status_code == 303
    again = lead.opens(ADDRESS)
    assert again.value("name") == "Typed slowly"
    assert again.value("second_sign_off") == ""
    saves(lead, again)
    assert settings(database)["name"] == "Typed slowly"


@pytest.mark.thorough
def test_a_draft_lives_as_long_as_the_settings_say(
    lead: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    from tests.questionnaires import past_the_gate

    saves(lead, lead.opens(ADDRESS), draft_days="3")
    past_the_gate(app.test_client())
    with database.read() as session:
        (expires,) = session.execute(text("SELECT expires_at FROM drafts")).one()
    assert str(expires).startswith(str((clock() + timedelta(days=3)).date()))
