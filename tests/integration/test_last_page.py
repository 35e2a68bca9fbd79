"""The last page, about the person: what was mistyped there is kept, and seen to before sending."""

import pytest
from flask.testing import FlaskClient

from screening.storage.database import Database
from tests.actors import REACH
from tests.clock import Clock
from tests.questionnaires import at_the_check, the_draft, the_submission

VISIT, NO_DAY = "2027-01-14", "2027-02-31"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.mark.thorough
def test_a_mistyped_visit_is_no_form_without_one(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    patient = at_the_check(client)
    patient.opens("/q/you?back=check")
    patient.continues({**REACH, "treatment_date": VISIT})
    patient.opens("/q/you?back=check")
    patient.continues({**REACH, "treatment_date": NO_DAY}, status=422)
    assert patient.opens("/q/check").path == "/q/you"
    assert patient.page.main_form.state()["treatment_date-day"] == ["31"]
    patient.continues({"treatment_date": VISIT})
    assert patient.page.path == "/q/check"
    assert the_draft(database, clock).about_typed == {}
    patient.submits()
    assert str(the_submission(database).treatment_date) == VISIT


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "typed"),
    [("phone", "07700 900 98x"), ("email", "asha at example.com"), ("name", "A" * 201)],
)
def test_what_is_mistyped_and_put_aside_stands_there_again(
    client: FlaskClient, database: Database, name: str, typed: str
) -> None:
    patient = at_the_check(client)
    patient.opens("/q/you")
    patient.continues({**REACH, name: typed}, then="save")
    assert patient.opens("/q/you").main_form.state()[name] == [typed]
    patient.opens("/q/check")
    assert patient.page.path == "/q/you"
    patient.continues({}, status=422)
    patient.continues(REACH)
    patient.submits()
    assert typed not in str(the_submission(database))


@pytest.mark.thorough
def test_what_is_typed_after_another_window_has_sent_stands_there(
    client: FlaskClient, database: Database
) -> None:
    patient = at_the_check(client)
    tab = patient.opens("/q/you").main_form.state()
    patient.opens("/q/check")
    patient.submits()
    page = patient.sends("/q/you", tab | {"phone": ["07700 900 982"]}, status=409)
    assert "Your answers were sent from another device or window" in page.text
    assert page.main_form.state()["phone"] == ["07700 900 982"]
    assert "phone" not in the_submission(database).identity
