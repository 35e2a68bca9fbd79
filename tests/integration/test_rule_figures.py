"""Rule by rule: what is counted on the lead's page, and what the file holds."""

import csv
import io

import pytest
from flask import Flask

from screening.storage.database import Database
from screening.web.figures_page import TOO_FEW
from tests.clinic_cases import Received
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.figures_cases import NOON, fill_small_clinic, kept
from tests.questionnaires import events

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
JANUARY = "/clinic/figures/rules?from=2027-01-01&to=2027-01-04"


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


@pytest.mark.thorough
def test_each_flag_is_counted_once_a_submission_by_the_decision_that_stands(
    lead: Colleague, database: Database
) -> None:
    fill_small_clinic(database, lead.id)
    page = lead.opens(JANUARY)
    rows = {row.one("th").text: row for row in page.main.one("tbody").all("tr")}
    told = {
        name: [list(cell.all("span"))[-1].text for cell in row.all("td")]
        for name, row in rows.items()
    }
    # Of two stops one was overridden with a second clinician's yes; the other's no has no effect.
    assert told["Taking isotretinoin isotretinoin_now"] == ["2", "1", "1 of 1", "Seen in person: 1"]
    assert told["Strong sun planned after the visit sun_plans_after"] == ["1", "1", "–", "–"]
    assert "6 submissions: 6 under microneedling/2026-1." in page.text
    assert "%" not in page.main.text


@pytest.mark.thorough
def test_the_file_holds_silent_rules_too_and_is_witnessed(
    lead: Colleague, database: Database
) -> None:
    fill_small_clinic(database, lead.id)
    answer = lead.client.get("/clinic/figures/rules/2027-01-01/2027-01-04.csv")
    first, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), strict=True)
    assert first[:4] == ["Protocol", "Rule", "Flag", "Raised"]
    found = {row[1]: row for row in rows}
    assert found["isotretinoin_now"][3:8] == ["2", "1", "1", "1", "1"]
    assert found["pregnant"][3:7] == ["0", "0", "0", "0"]
    assert "figures.rules-exported" in events(database)


@pytest.mark.thorough
def test_only_the_lead_sees_it_and_a_period_that_cannot_be_is_refused(
    lead: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    person = Colleague(app.test_client(), database, "clinician", name="Bo Li").starts(clock())
    assert person.client.get(JANUARY).status_code == 403
    assert person.client.get("/clinic/figures/rules/2027-01-01/2027-01-04.csv").status_code == 403
    wrong = lead.client.get("/clinic/figures/rules?from=yesterday")
    assert wrong.status_code == 400
    assert 'value="yesterday"' in wrong.text


def test_the_rules_of_one_visit_are_for_whoever_may_read_answers(
    lead: Colleague, app: Flask, database: Database, clock: Clock
) -> None:
    kept(database, Received(answers={"conditions": ["faints"]}, at=NOON).record(1))
    both = Colleague(app.test_client(), database, "clinician", "lead", name="Bo Li").starts(clock())
    file = "/clinic/figures/rules/2027-01-01/2027-01-04.csv"
    for address in (JANUARY, file):
        told, withheld = both.client.get(address).text, lead.client.get(address).text
        assert "ainting" in told
        assert "ainting" not in withheld
        assert TOO_FEW in withheld
        assert "isotretinoin" not in withheld, "nor which flags it has not"
    rows = list(csv.reader(io.StringIO(lead.client.get(file).text), strict=True))
    assert len({len(row) for row in rows}) == 1
