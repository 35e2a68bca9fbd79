"""Sending: once, whatever the browser does, and never lost, whatever the rules do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import MappingProxyType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screening.domain.audit import Actor
from screening.domain.clinic import Clinic
from screening.domain.conditions import Condition, Facts
from screening.domain.draft import Draft
from screening.domain.protocol import Level
from screening.services import intake
from screening.services.intake import Agreement, Case
from screening.storage.database import Database
from screening.storage.drafts import read_draft
from tests.clock import Clock
from tests.questionnaires import (
    ASHA,
    at_the_check,
    business_rows,
    count,
    events,
    the_submission,
)
from tests.worked_cases import PROTOCOL


def test_sending_moves_the_draft_and_is_witnessed(client: FlaskClient, database: Database) -> None:
    at_the_check(client).submits()
    submission = the_submission(database)
    assert submission.protocol == PROTOCOL.key
    assert submission.digest == PROTOCOL.digest
    assert submission.answers["context"]["completed_on"] == "2027-01-04"
    assert count(database, "drafts") == 0
    assert events(database)[-2:] == ["submission.received", "submission.outcome-viewed"]


def test_a_repeated_click_gets_the_same_receipt_and_no_second_row(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    again = patient.page.form_to("/q/submit").state()
    receipt = patient.submits().page.text
    token = patient.page.form_to("/finish").state()["csrf_token"]
    assert patient.sends("/q/submit", again | {"csrf_token": token}).text == receipt
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_an_answer_that_never_arrived_is_asked_for_again(app: Flask, client: FlaskClient) -> None:
    patient, cut_off = at_the_check(client), app.test_client()
    cookie = client.get_cookie("prelude")
    assert cookie is not None
    cut_off.set_cookie("prelude", cookie.value)
    fields = patient.page.form_to("/q/submit").state()
    assert cut_off.post("/q/submit", data=fields).status_code == 303  # and nobody heard of it
    assert patient.sends("/q/submit", fields).path == "/outcome"
    database: Database = app.extensions["prelude"].database
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_eight_clicks_at_once_leave_one_row(app: Flask, client: FlaskClient) -> None:
    database: Database = app.extensions["prelude"].database
    patient = at_the_check(client)
    fields = patient.page.form_to("/q/submit").state()
    cookie = client.get_cookie("prelude")
    assert cookie is not None

    def click(_: int) -> tuple[int, str | None]:
        other = app.test_client()
        other.set_cookie("prelude", cookie.value)
        response = other.post("/q/submit", data=fields)
        return response.status_code, response.headers.get("Location")

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(click, range(8)))
    assert answers == {(303, "/outcome")}
    assert count(database, "submissions") == 1


@pytest.mark.thorough
def test_a_tab_that_was_left_open_finds_the_outcome(client: FlaskClient) -> None:
    patient = at_the_check(client)
    left_open = patient.opens("/q/hopes").main_form.state()
    patient.opens("/q/check")
    patient.submits()
    token = patient.page.form_to("/finish").state()["csrf_token"]
    assert patient.opens("/q/hopes").path == "/outcome"
    page = patient.sends("/q/hopes", left_open | {"csrf_token": token}, status=409)
    assert "Your answers were sent from another device or window" in page.text
    assert "/outcome" in page.links


@pytest.mark.thorough
def test_answers_changed_in_another_tab_are_checked_again(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    seen = patient.page.form_to("/q/submit").state()
    patient.opens("/q/hopes?back=check")
    patient.continues({"sun_plans": "yes"})
    assert patient.sends("/q/submit", seen).path == "/q/check"
    assert count(database, "submissions") == 0


@pytest.mark.thorough
def test_a_gap_is_asked_before_anything_is_sent(client: FlaskClient, database: Database) -> None:
    patient = at_the_check(client)
    patient.opens("/q/medicines_products")
    patient.continues({"isotretinoin": "past"}, status=422)
    fields = {"version": "99", "draft": _draft_id(database)}
    token = patient.page.main_form.state()["csrf_token"]
    page = patient.sends("/q/submit", fields | {"csrf_token": token})
    assert page.path == "/q/medicines_products"
    assert count(database, "submissions") == 0


@pytest.mark.thorough
def test_after_sending_no_page_returns_the_answers(client: FlaskClient) -> None:
    canary = "Canarycream"
    patient = at_the_check(client, {"anything_else": canary})
    patient.submits()
    for address in ("/outcome", "/outcome/copy", "/q/check", "/q/hopes", "/q/you", "/"):
        assert canary not in patient.opens(address).text


@pytest.mark.thorough
def test_looking_at_every_page_changes_no_business_row(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    pages = [f"/q/{section.id}" for section in PROTOCOL.sections] + ["/q/you", "/q/check"]
    addresses = [*pages, "/", "/q/gate", "/q/save", "/urgent", "/not-yet", "/resume", "/privacy",
                 f"/resume/{'a' * 64}", "/outcome", "/outcome/copy", "/finished"]  # fmt: skip
    before = business_rows(database)
    for address in addresses:
        patient.opens(address)
        client.head(address)
    assert business_rows(database) == before
    patient.opens("/q/check")
    patient.submits()
    before = business_rows(database)
    for address in addresses:
        patient.opens(address)
    assert business_rows(database) == before


@dataclass(frozen=True)
class Breaks:
    """A condition with a fault in it."""

    def holds(self, facts: Facts) -> frozenset[str] | None:
        raise RuntimeError("Zoë takes warfarin")

    def parts(self) -> tuple[Condition, ...]:
        return ()


@pytest.mark.thorough
def test_if_the_rules_fail_the_submission_is_kept_for_review(
    database: Database, clinic: Clinic, clock: Clock
) -> None:
    rules = {**PROTOCOL.rules}
    rules["smokes"] = replace(rules["smokes"], when=Breaks())
    broken = replace(PROTOCOL)
    object.__setattr__(broken, "rules", MappingProxyType(rules))
    numbers = _counting()
    actor, draft = Actor("patient"), Draft(answers=ASHA, about={"name": "Asha"})
    with database.write() as session:
        agreement = Agreement("2026-11-22", clock())
        draft_id = intake.start(session, PROTOCOL, draft, agreement, actor, clock(), numbers)
        record = read_draft(session, draft_id, clock())
        assert record is not None
        case = Case(record, draft, broken, clinic, clock())
        answers, _ = draft.read(broken, case.context)
        intake.submit(session, case, answers, actor, numbers)
    submission = the_submission(database)
    assert submission.level == Level.REVIEW.value
    assert submission.assessment == {"flags": [], "failed": True}
    assert submission.answers["answers"] == ASHA
    assert "assessment.failed" in events(database)


class _counting:  # noqa: N801 - stands for a function
    def __init__(self) -> None:
        self._numbers: Iterator[int] = iter(range(1, 100))

    def __call__(self, size: int) -> bytes:
        return bytes([next(self._numbers)] * size)


def _draft_id(database: Database) -> str:
    (row,) = business_rows(database)["drafts"]
    return row.split("'")[1]
