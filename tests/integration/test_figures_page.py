"""The lead's figures: a small clinic counted by hand, as a page and as a file."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from screening.storage.database import Database
from screening.web.figures_page import TOO_FEW
from tests.clinic_actor import Page
from tests.clinic_cases import REVIEWED, STOPPED, Received
from tests.clock import MONDAY_MORNING, Clock
from tests.colleagues import Colleague
from tests.figures_cases import AGAINST, HOUR, NOON, decided, fill_small_clinic, kept

JANUARY = "/clinic/figures?from=2027-01-01&to=2027-01-04"


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


@pytest.fixture
def reader(app: Flask, database: Database, clock: Clock) -> Colleague:
    """A clinician who leads the clinic too."""
    both = Colleague(app.test_client(), database, "clinician", "lead", name="Bo Li")
    return both.starts(clock())


@pytest.fixture
def small_clinic(lead: Colleague, database: Database) -> None:
    fill_small_clinic(database, lead.id)


def numbers(page: Page, chart: str) -> dict[str, tuple[str, str]]:
    (section,) = (
        one for one in page.main.all("section") if one.attributes.get("aria-labelledby") == chart
    )
    rows = list(section.one("tbody").all("tr"))
    cells = {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}
    return {name: (count, share) for name, (count, share) in cells.items()}


@pytest.mark.usefixtures("small_clinic")
def test_the_page_says_what_was_counted_by_hand(lead: Colleague) -> None:
    page = lead.opens(JANUARY)
    assert {name: count for name, (count, _) in numbers(page, "levels").items()} == {
        "Stop": "2", "Review": "1", "Caution": "1", "Nothing flagged": "2",
    }  # fmt: skip
    assert numbers(page, "times") == {
        "Under 1 hour": ("1", "25 %"), "1 to 4 hours": ("2", "50 %"),
        "4 to 24 hours": ("1", "25 %"), "1 to 2 days": ("0", "0 %"),
        "2 to 7 days": ("0", "0 %"), "7 days or more": ("0", "0 %"),
    }  # fmt: skip
    assert "Half within 2 hours 30 minutes" in " ".join(page.text.split())
    assert "Nine in ten within 10 hours" in page.text
    assert numbers(page, "flags") == {
        "Taking isotretinoin": ("2", "33 %"), "Blood thinner (anticoagulant)": ("1", "17 %"),
        "Strong sun planned after the visit": ("1", "17 %"),
    }  # fmt: skip
    assert {name: count for name, (count, _) in numbers(page, "decisions").items()} == {
        "Proceed": "3", "Proceed with precautions": "1", "Defer until a date": "0",
        "Do not treat": "0", "Ask the patient": "1",
    }  # fmt: skip
    assert numbers(page, "against") == {
        "Blood thinner (anticoagulant)": ("1", "50 %"), "Taking isotretinoin": ("1", "50 %"),
    }  # fmt: skip
    assert numbers(page, "reasons") == {"Seen in person": ("2", "100 %")}
    assert [count for count, _ in numbers(page, "sign-offs").values()] == ["1", "1", "0"]
    # The declined one, the newer edition and the one of November need a clinician.
    assert [count for count, _ in numbers(page, "waiting").values()] == ["0", "0", "2", "0", "1"]
    assert numbers(page, "weeks") == {
        "28 December 2026": ("6", "100 %"),
        "4 January 2027": ("0", "0 %"),
    }


@pytest.mark.thorough
@pytest.mark.usefixtures("small_clinic")
def test_every_chart_is_drawn_named_and_said_in_words(lead: Colleague) -> None:
    page = lead.opens(JANUARY)
    charts = [one for one in page.main.all("svg") if one.attributes.get("role") == "img"]
    assert len(charts) == 9
    for chart in charts:
        named = str(chart.attributes["aria-labelledby"]).split()
        assert [page.by_id(one).tag for one in named] == ["title", "desc"]
        assert all(page.by_id(one).text for one in named)
        assert list(chart.all("rect"))


@pytest.mark.thorough
def test_a_period_in_which_nothing_happened_is_told_calmly(lead: Colleague) -> None:
    page = lead.opens("/clinic/figures?from=2026-01-01&to=2026-01-31")
    for words in (
        "Nothing was received in this period", "Nothing was decided in this period",
        "No flag was raised", "Nothing is waiting", "No decision of this period went against",
    ):  # fmt: skip
        assert words in page.text
    assert not list(page.main.all("svg"))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("from=2027-01-05&to=2027-01-04", "Enter a day that is not after the other one"),
        ("from=yesterday", "Enter a day such as 2027-01-04"),
        ("to=2027-02-30", "Enter a day such as 2027-01-04"),
        ("to=2027-01-05", "Enter today or an earlier day"),
        ("to=9999-12-31", "Enter today or an earlier day"),
        ("from=0001-01-01", "Enter a later day: two years at most are shown at once"),
        ("from=2024-01-01", "Enter a later day: two years at most are shown at once"),
        ("from=20270101", "Enter a day such as 2027-01-04"),
        ("from=%F0%9F%99%82&to=<b>", "Enter a day such as 2027-01-04"),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_kept(
    query: str, wrong: str, lead: Colleague
) -> None:
    page = lead.opens(f"/clinic/figures?{query}", 400)
    assert page.errors()[0] == wrong
    assert "6 December 2026 to 4 January 2027" in page.text


@pytest.mark.thorough
def test_days_count_as_at_the_clinic_and_thirty_are_usual(
    reader: Colleague, database: Database
) -> None:
    for number, at in enumerate(
        (datetime(2026, 12, 5, 23, 59, tzinfo=UTC), datetime(2026, 12, 6, 0, 0, tzinfo=UTC)), 1
    ):
        kept(database, Received(at=at).record(number))
    assert numbers(reader.opens("/clinic/figures"), "levels")["Nothing flagged"][0] == "1"
    early = reader.opens("/clinic/figures?to=0001-01-10", 400)
    assert early.errors()


@pytest.mark.thorough
@pytest.mark.usefixtures("small_clinic")
def test_the_file_holds_the_same_and_is_witnessed(lead: Colleague, database: Database) -> None:
    page = lead.opens(JANUARY)
    (link,) = (a for a in page.main.all("a") if a.text == "Download as CSV")
    answer = lead.client.get(str(link.attributes["href"]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="prelude-figures.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    first, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), strict=True)
    assert first == ["Figure", "Row", "Number", "Share in per cent", "From", "To"]
    assert ["Levels", "Stop", "2", "33", "2027-01-01", "2027-01-04"] in rows
    assert ["Time to the first decision: half within", "2 hours 30 minutes", "", "", "2027-01-01",
            "2027-01-04"] in rows  # fmt: skip
    with database.read() as session:
        events = session.execute(text("SELECT event, facts FROM audit_events")).all()
    assert ("figures.exported", '{"first": "2027-01-01", "last": "2027-01-04"}') in [
        tuple(event) for event in events
    ]
    assert "Patient" not in answer.text


@pytest.mark.thorough
def test_the_file_takes_a_fresh_sign_in_and_comes_back_to_its_period(
    lead: Colleague, clock: Clock
) -> None:
    clock.advance(timedelta(minutes=6))
    asked = lead.client.get("/clinic/figures.csv?from=2027-01-01&to=2027-01-02")
    assert asked.headers["Location"] == "/clinic/figures/2027-01-01/2027-01-02.csv"
    proof = lead.client.get(asked.headers["Location"])
    assert proof.status_code == 303
    assert "figures%2F2027-01-01%2F2027-01-02.csv" in proof.headers["Location"].replace("/", "%2F")
    assert lead.client.get("/clinic/figures/x/y.csv").status_code == 303


@pytest.mark.thorough
def test_a_record_that_cannot_be_read_is_counted_without_its_flags(
    reader: Colleague, database: Database
) -> None:
    one = kept(database, Received(answers=STOPPED, at=MONDAY_MORNING).record(1))
    with database.write() as session:
        session.execute(
            text("UPDATE submissions SET sealed_assessment = :x WHERE id = :id"),
            {"x": b"broken", "id": one},
        )
    page = reader.opens("/clinic/figures")
    assert numbers(page, "levels")["Stop"][0] == "1"
    assert "No flag was raised" in page.text


FAINTS = {"conditions": ["faints"]}
ONE_DAY = "/clinic/figures?from=2027-01-01&to=2027-01-01"
FILE = "/clinic/figures/2027-01-01/2027-01-01.csv"
TELLING = ("levels", "flags", "decisions", "against", "reasons", "sign-offs")


def one_visit(database: Database, by: str) -> None:
    """One visit in all, decided against its flag."""
    visit = kept(database, Received(answers=REVIEWED | FAINTS, at=NOON).record(1))
    decided(database, visit, by, HOUR, "proceed", **AGAINST)


def test_figures_of_one_visit_do_not_tell_a_lead_its_flags_level_or_outcome(
    lead: Colleague, database: Database
) -> None:
    one_visit(database, lead.id)
    page = lead.opens(ONE_DAY)
    cards = {one.attributes.get("aria-labelledby"): one for one in page.main.all("section")}
    for name in TELLING:
        assert cards[name].text.endswith(TOO_FEW), name
    assert numbers(page, "weeks") == {"28 December 2026": ("1", "100 %")}
    for text_of in (page.text, lead.client.get(FILE).text):
        for told in ("Faint", "anticoagulant", "Seen in person", "Caution", "against the level"):
            assert told not in text_of, told
    assert f"Levels,{TOO_FEW},,,2027-01-01,2027-01-01" in lead.client.get(FILE).text.replace(
        '"', ""
    )


@pytest.mark.thorough
def test_that_a_single_visit_has_no_flag_is_not_told_either(
    lead: Colleague, database: Database
) -> None:
    decided(database, kept(database, Received(at=NOON).record(1)), lead.id, HOUR, "proceed")
    page = lead.opens(ONE_DAY)
    assert "No flag was raised" not in page.text
    assert "went against a flag" not in page.text


def test_whoever_may_read_answers_sees_the_figures_of_one_visit(
    reader: Colleague, database: Database
) -> None:
    one_visit(database, reader.id)
    page = reader.opens(ONE_DAY)
    assert "Blood thinner (anticoagulant)" in numbers(page, "flags")
    assert any("aint" in name for name in numbers(page, "flags"))
    assert numbers(page, "reasons") == {"Seen in person": ("1", "100 %")}


@pytest.mark.thorough
def test_decisions_on_few_visits_are_withheld_however_many_came_in(
    lead: Colleague, database: Database
) -> None:
    for number in range(1, 6):
        kept(database, Received(answers=STOPPED, at=NOON).record(number))
    for at in range(1, 6):
        more = {"id": f"{at:032x}", "submission_version": at, **AGAINST}
        decided(database, f"{1:032x}", lead.id, at * HOUR, "proceed", **more)
    page = lead.opens(ONE_DAY)
    assert numbers(page, "flags")["Taking isotretinoin"] == ("5", "100 %")
    assert "Seen in person" not in page.text, "five decisions, on one visit"


@pytest.mark.thorough
def test_five_editions_of_one_visit_are_one_visit(lead: Colleague, database: Database) -> None:
    """As where a patient corrected their answers again and again, and each was decided on."""
    for number in range(1, 6):
        one = Received(answers=STOPPED, at=NOON).record(number)
        edition = replace(one, episode_id=f"{1:032x}", edition=number, reference="REF-1")
        decided(database, kept(database, edition), lead.id, number * HOUR, "proceed", **AGAINST)
    page = lead.opens(ONE_DAY)
    for told in ("Taking isotretinoin", "Seen in person", "against the level"):
        assert told not in page.text, told


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["figures", "rules"])
def test_each_look_at_figures_is_witnessed_with_its_days(
    lead: Colleague, database: Database, page: str
) -> None:
    address, name = {
        "figures": (ONE_DAY, "figures.viewed"),
        "rules": (ONE_DAY.replace("figures", "figures/rules"), "figures.rules-viewed"),
    }[page]
    lead.opens(address)
    with database.read() as session:
        events = session.execute(text("SELECT event, facts, actor_id FROM audit_events")).all()
    assert tuple(events[-1]) == (name, '{"first": "2027-01-01", "last": "2027-01-01"}', lead.id)
