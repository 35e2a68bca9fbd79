"""The pages of protocol versions: who sees them, approving, publishing, adjusting, the banner."""

from datetime import timedelta

import pytest
from flask import Flask

from screening.domain.answers import read_answers
from screening.domain.assessment import evaluate
from screening.domain.context import read_context
from screening.protocols.library import ProtocolLibrary
from screening.storage.database import Database
from screening.storage.protocol_life import list_approvals, list_moves
from tests.clinic_actor import Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.protocol_cases import NEW, OLD, checked, published
from tests.questionnaires import ASHA, at_the_check, events, the_submission

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
LIST = "/clinic/protocols"
PAGE = f"{LIST}/{NEW}"
BANNER = "reference content"


def library_of(app: Flask) -> ProtocolLibrary:
    library: ProtocolLibrary = app.extensions["prelude"].protocols
    return library


def colleague(app: Flask, database: Database, clock: Clock, *roles: str) -> Colleague:
    name = f"{'-'.join(sorted(roles)).title()} Kim"
    return Colleague(app.test_client(), database, *roles, name=name).starts(clock())


def day_of(clock: Clock) -> dict[str, str]:
    today = clock().date()
    return {
        "day-day": str(today.day),
        "day-month": str(today.month),
        "day-year": str(today.year),
    }


def opened(person: Colleague, address: str = PAGE) -> Page:
    return Page(person.client.get(address))


@pytest.mark.thorough
def test_everybody_sees_what_their_role_lets_them_do(
    app: Flask, database: Database, clock: Clock
) -> None:
    checked(database, library_of(app).get(NEW), clock())
    clinician, lead = (colleague(app, database, clock, one) for one in ("clinician", "lead"))
    assert "Approve this version" in opened(clinician).root.text
    assert "Check it now" not in opened(clinician).root.text
    assert "Check it now" in opened(lead).root.text
    assert "Approve this version" not in opened(lead).root.text
    assert lead.sends(f"{PAGE}/approve").status_code == 403
    assert clinician.sends(f"{PAGE}/current", step="0").status_code == 403
    desk = colleague(app, database, clock, "front_desk")
    assert desk.client.get(LIST).status_code == 403


@pytest.mark.thorough
def test_a_clinician_approves_with_their_name_and_todays_date(
    app: Flask, database: Database, clock: Clock
) -> None:
    checked(database, library_of(app).get(NEW), clock())
    person = colleague(app, database, clock, "clinician")
    wrong = person.sends(f"{PAGE}/approve", name="Somebody Else", **day_of(clock))
    assert wrong.status_code == 400
    assert "Type your full name" in wrong.text
    assert 'value="Somebody Else"' in wrong.text
    done = person.sends(f"{PAGE}/approve", name=person.name, **day_of(clock))
    assert done.status_code == 303
    with database.read() as session:
        (approval,) = list_approvals(session)
    assert (approval.protocol, approval.name) == (NEW, person.name)
    assert approval.statement.startswith("I have read this version")
    assert "protocol.approved" in events(database)
    assert f"Approved by {person.name}" in opened(person).root.text


@pytest.mark.thorough
def test_an_unchecked_version_is_not_approved(app: Flask, database: Database, clock: Clock) -> None:
    person = colleague(app, database, clock, "clinician")
    refused = person.sends(f"{PAGE}/approve", name=person.name, **day_of(clock))
    assert refused.status_code == 400
    assert "has not been checked" in refused.text


@pytest.mark.thorough
def test_a_lead_makes_an_approved_version_current_once(
    app: Flask, database: Database, clock: Clock
) -> None:
    lead = colleague(app, database, clock, "lead", "clinician")
    checked(database, library_of(app).get(NEW), clock())
    assert lead.sends(f"{PAGE}/current", step="0").status_code == 400
    lead.sends(f"{PAGE}/approve", name=lead.name, **day_of(clock))
    assert lead.sends(f"{PAGE}/current", step="0").status_code == 303
    late = lead.sends(f"{PAGE}/current", step="0")
    assert late.status_code == 409
    assert "Somebody moved a version" in late.text
    used = lead.sends(f"{PAGE}/retire", step="1")
    assert used.status_code == 400
    assert lead.sends(f"{LIST}/{OLD}/retire", step="1").status_code == 303
    with database.read() as session:
        assert [move.act.value for move in list_moves(session)] == ["current", "retired"]
    text = lead.client.get(LIST).text
    assert "New forms use it" in text
    assert "Retired" in text


@pytest.mark.thorough
def test_the_banner_goes_when_the_version_is_approved(
    app: Flask, database: Database, clock: Clock
) -> None:
    at_the_check(app.test_client()).submits()
    lead = colleague(app, database, clock, "lead", "clinician")
    case = f"/clinic/submissions/{the_submission(database).id}"
    assert BANNER in lead.client.get(case).text
    assert "not yet approved at this clinic" in lead.client.get(case).text
    published(database, library_of(app), OLD, lead.id, clock())
    assert BANNER not in lead.client.get(case).text
    assert f"approved by {lead.name} on" in lead.client.get(case).text
    assert BANNER not in lead.client.get("/clinic/").text


@pytest.mark.thorough
def test_the_banner_stays_on_what_was_assessed_by_another_version(
    app: Flask, database: Database, clock: Clock
) -> None:
    at_the_check(app.test_client()).submits()
    lead = colleague(app, database, clock, "lead", "clinician")
    published(database, library_of(app), NEW, lead.id, clock())
    case = f"/clinic/submissions/{the_submission(database).id}"
    assert BANNER in lead.client.get(case).text
    for of_many in ("/clinic/", "/clinic/confirm"):
        assert BANNER in lead.client.get(of_many).text
    assert BANNER not in lead.client.get(LIST).text


@pytest.mark.thorough
def test_whoever_approves_can_read_all_of_it(app: Flask, database: Database, clock: Clock) -> None:
    person, protocol = colleague(app, database, clock, "clinician"), library_of(app).get(NEW)
    assert f"{PAGE}/read" in person.client.get(PAGE).text
    page = opened(person, f"{PAGE}/read")
    text, ids = page.root.text, {one.attributes.get("id") for one in page.root.all("article")}
    for item in protocol.items.values():
        assert " ".join(item.wording.split()) in text
    assert {f"rule-{rule}" for rule in protocol.rules} <= ids
    assert person.client.get(f"{LIST}/microneedling/1999-1/read").status_code == 404


@pytest.mark.thorough
def test_a_lead_is_told_of_rules_that_should_have_been_looked_at_again(
    app: Flask, database: Database, clock: Clock
) -> None:
    told = "111 rules are past the day of review (owner: Clinic lead). They still fire."
    before = colleague(app, database, clock, "lead")
    assert told not in before.client.get("/clinic/figures").text
    assert "111 rules by 30 November 2027: Clinic lead." in opened(before).root.text
    clock.advance(timedelta(days=365))
    lead = Colleague(app.test_client(), database, "lead", name="Later Kim").starts(clock())
    for page in ("/clinic/figures", LIST):
        assert told in lead.client.get(page).text
    assert "Rules to look at again (111)" in opened(lead).root.text


@pytest.mark.thorough
def test_the_page_says_what_changed_and_what_the_check_found(
    app: Flask, database: Database, clock: Clock
) -> None:
    checked(database, library_of(app).get(NEW), clock(), fails=True)
    text = opened(colleague(app, database, clock, "lead")).root.text
    assert f"What changed against {OLD}" in text
    assert "1 of 1 properties fail" in text
    assert "rules.one: it never fires" in text


@pytest.mark.thorough
def test_an_adjusted_version_is_checked_approved_and_recorded_with_what_it_assessed(
    app: Flask, database: Database, clock: Clock
) -> None:
    lead = colleague(app, database, clock, "lead", "clinician")
    rule = {"kind": "level", "rule": "sensitive_mild", "level": "stop"}
    made = lead.sends(f"{LIST}/{OLD}/adjust", **rule, reason="Two reactions last year.")
    assert made.status_code == 303
    key = made.location.removeprefix(f"{LIST}/")
    page = opened(lead, made.location).root.text
    assert "level caution → stop" in page
    assert "Two reactions last year." in page
    published(database, library_of(app), key, lead.id, clock())
    at_the_check(app.test_client(), {"skin_sensitivity": "mild"}).submits()
    sent = the_submission(database)
    assert (sent.protocol, sent.level) == (key, "stop")
    assert sent.digest == library_of(app).get(key).digest
    context, _ = read_context(sent.answers["context"], library_of(app).get(key).items)
    protocol = library_of(app).get(sent.protocol)
    again = evaluate(protocol, read_answers(protocol, context, sent.answers["answers"]), context)
    assert again.to_json() == sent.assessment
    assert lead.client.get(f"/clinic/submissions/{sent.id}").status_code == 200
    assert ASHA["skin_sensitivity"] != "mild"


@pytest.mark.thorough
def test_texts_beside_a_longer_wait_are_put_before_the_approver(
    app: Flask, database: Database, clock: Clock
) -> None:
    lead = colleague(app, database, clock, "lead")
    longer = {"kind": "wait", "wait": "isotretinoin", "amount": "12", "unit": "months"}
    made = lead.sends(f"{LIST}/{OLD}/adjust", **longer, reason="Our prescriber wants a year.")
    page = opened(lead, made.location).root.text
    assert "6 months → 12 months" in page
    assert "You finished isotretinoin less than 6 months ago." in page
    assert "Please wait 2 weeks after anti-wrinkle injections." not in page


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "level", "rule": "pregnant", "level": "info"}, "lower the level"),
        ({"kind": "wait", "wait": "isotretinoin", "amount": "1", "unit": "days"}, "shorten"),
        ({"kind": "wait", "wait": "isotretinoin", "amount": "x", "unit": "days"}, "whole number"),
        ({"kind": "level", "rule": "faints", "level": "stop", "reason": " "}, "Say why"),
    ],
)
def test_what_is_no_adjustment_is_refused_with_what_was_typed(
    app: Flask, database: Database, clock: Clock, typed: dict[str, str], said: str
) -> None:
    lead = colleague(app, database, clock, "lead")
    refused = lead.sends(f"{LIST}/{OLD}/adjust", **{"reason": "Because.", **typed})
    assert refused.status_code == 400
    assert said in refused.text
