"""Answers on their way: follow-ups that hide, pages that come back, errors that lose nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.actors import REACH, Patient
from tests.clock import Clock
from tests.questionnaires import ASHA, at_the_check, past_the_gate, the_draft, the_submission

PROBLEM = {"past_needling": "yes_problem", "past_needling_problem": ["scar"]}


def test_a_changed_parent_withdraws_its_follow_up_and_makes_it_inert(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client, PROBLEM)
    patient.opens("/q/about_you?back=check")
    patient.continues({"past_needling": "no"})
    assert patient.page.path == "/q/check"
    patient.submits()
    submission = the_submission(database)
    assert "past_needling_problem" not in submission.answers["answers"]
    assert submission.answers["withdrawn"] == {"past_needling_problem": ["scar"]}
    assert submission.level == "info"


def test_a_follow_up_that_was_never_shown_is_not_taken(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(client)
    patient.continues(ASHA | {"past_needling": "no", "past_needling_problem": ["scar"]})
    draft = the_draft(database, clock)
    assert "past_needling_problem" not in {**draft.answers, **draft.kept}


@pytest.mark.thorough
def test_a_parent_changed_back_brings_its_follow_up_back(client: FlaskClient) -> None:
    patient = at_the_check(client, PROBLEM)
    patient.opens("/q/about_you?back=check")
    patient.continues({"past_needling": "no"})
    page = patient.opens("/q/about_you?back=check")
    assert page.main_form.state()["past_needling_problem"] == ["scar"]


@pytest.mark.thorough
def test_a_date_of_an_unticked_treatment_is_withdrawn(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(
        client,
        {
            "recent_treatments": ["botox", "hair_removal"],
            "recent_treatment_dates": {"botox": "2026-12-30", "hair_removal": "over_2_years"},
        },
    )
    patient.opens("/q/treatments_devices?back=check")
    patient.continues({"recent_treatments": ["hair_removal"]})
    patient.submits()
    submission = the_submission(database)
    dates = submission.answers["answers"]["recent_treatment_dates"]
    assert dates == {"hair_removal": "over_2_years"}
    withdrawn = submission.answers["withdrawn"]
    assert withdrawn == {"recent_treatment_dates": {"botox": "2026-12-30"}}


@pytest.mark.thorough
def test_a_change_that_needs_a_follow_up_asks_it_before_the_check(client: FlaskClient) -> None:
    patient = at_the_check(client)
    patient.opens("/q/medicines_products?back=check")
    page = patient.continues({"isotretinoin": "past"}, status=422)
    assert "I don’t know" in page.text
    page = patient.continues({"isotretinoin_last": "2020"})
    assert page.path == "/q/check"
    assert "2020" in page.text


@pytest.mark.thorough
def test_pages_after_a_gap_wait_for_it(client: FlaskClient) -> None:
    patient = past_the_gate(client)
    for later in ("/q/hopes", "/q/you", "/q/check"):
        assert patient.opens(later).path == "/q/about_you"


@pytest.mark.thorough
def test_every_change_link_leads_to_its_question_and_back_to_the_check(
    client: FlaskClient,
) -> None:
    patient = at_the_check(client, {"sun_recent": "tan_or_sunbed", "sun_recent_date": "2026-12"})
    links = [link for link in patient.page.links if "back=check" in link]
    assert len(links) == len(ASHA) + len(("sun_recent_date", "anything_else")) + 4
    for link in links[:3] + links[-5:]:
        page = patient.opens(link)
        assert link.split("#")[1] in page.ids
        assert patient.continues({}).path == "/q/check"


@pytest.mark.thorough
def test_everything_typed_is_still_there_after_an_error(client: FlaskClient) -> None:
    patient = past_the_gate(client)
    patient.continues(ASHA)
    page = patient.continues({"sun_recent": "sunburn", "sun_recent_date": "2026-13-45"}, status=422)
    state = page.main_form.state()
    assert state["sun_recent"] == ["sunburn"]
    assert state["sun_recent_date-month"] == ["13"]
    assert state["sun_recent_date-day"] == ["45"]
    assert "#sun_recent_date-month" in page.error_links
    assert "#skin_now-cold_sore" in page.error_links


@pytest.mark.thorough
def test_text_is_kept_as_it_was_typed(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    words = "O’Brien’s cream ☂ <b>שלום</b>\nsecond line"
    patient = at_the_check(client, {"anything_else": words.replace("\n", "\r\n")})
    assert the_draft(database, clock).answers["anything_else"] == words
    page = patient.opens("/q/hopes")
    assert page.main_form.state()["anything_else"][0].strip() == words


@pytest.mark.thorough
def test_too_long_a_text_comes_back_whole_with_what_to_do(client: FlaskClient) -> None:
    patient = at_the_check(client)
    patient.opens("/q/hopes")
    page = patient.continues({"anything_else": "é" * 2001}, status=422)
    assert "Shorten this to 2,000 characters. It has 2,001 now" in page.text
    assert len(page.main_form.state()["anything_else"][0].strip()) == 2001


@pytest.mark.thorough
def test_two_tabs_on_two_pages_keep_both(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = at_the_check(client)
    first = patient.opens("/q/hopes").main_form.state()
    second = patient.opens("/q/healing").main_form.state()
    patient.sends("/q/hopes", first | {"sun_plans": "yes"})
    patient.sends("/q/healing", second | {"scarring": "raised_scar"})
    answers = the_draft(database, clock).answers
    assert answers["sun_plans"] == "yes"
    assert answers["scarring"] == "raised_scar"


@pytest.mark.thorough
def test_a_form_that_is_open_goes_on_when_started_again(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = past_the_gate(client)
    patient.continues(ASHA)
    patient.begins()
    assert patient.page.path == "/q/skin_today"
    assert the_draft(database, clock).answers["past_needling"] == "no"


@pytest.mark.thorough
def test_a_visit_that_has_passed_meanwhile_is_asked_again(
    client: FlaskClient, clock: Clock
) -> None:
    clock.set(datetime(2027, 1, 4, 23, 45, tzinfo=UTC))
    patient = Patient(client).begins().answers(ASHA, REACH | {"treatment_date": "2027-01-04"})
    assert "4 January 2027" in patient.page.text
    clock.advance(timedelta(minutes=15))
    assert patient.opens("/q/check").path == "/q/you"
    page = patient.continues({}, status=422)
    assert page.error_links == ["#treatment_date-day"]


@pytest.mark.thorough
@pytest.mark.parametrize("month", ["2026-12", "2026"])
def test_a_recent_date_beside_more_than_two_years_ago_is_asked_about(
    client: FlaskClient, database: Database, month: str
) -> None:
    """Without styles the boxes are always there, and may be filled in after the choice."""
    patient = at_the_check(client)
    patient.opens("/q/medicines_products?back=check")
    patient.continues({"isotretinoin": "past", "isotretinoin_last": month}, then="save")
    patient.opens("/q/medicines_products?back=check")
    page = patient.sends(
        "/q/medicines_products?back=check",
        patient.page.main_form.state() | {"isotretinoin_last": "over_2_years"},
        status=422,
    )
    assert "empty the boxes and choose “More than 2 years ago”" in page.text
    assert page.main_form.state()["isotretinoin_last"] == ["date"], "with the boxes in sight"
    assert page.main_form.state()["isotretinoin_last-year"] == ["2026"]
    assert patient.opens("/q/check").path != "/q/check"


@pytest.mark.thorough
def test_an_old_date_beside_more_than_two_years_ago_says_the_same(client: FlaskClient) -> None:
    patient = at_the_check(client)
    patient.opens("/q/medicines_products?back=check")
    patient.continues({"isotretinoin": "past", "isotretinoin_last": "2020"})
    patient.opens("/q/medicines_products?back=check")
    state = patient.page.main_form.state() | {"isotretinoin_last": "over_2_years"}
    assert patient.sends("/q/medicines_products?back=check", state).path == "/q/check"
