"""Mail to patients: a link to what is theirs, where they asked for it, and not one word more."""

import re
from dataclasses import replace
from datetime import date, timedelta
from secrets import token_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from screening.app import parts_for
from screening.domain.clinic import Clinic
from screening.domain.mail import MailKind
from screening.domain.reminding import reminder_due
from screening.services.reminders import remind
from screening.storage.database import Database
from screening.storage.questions import Question, add_question, answer_questions
from screening.web.letters import letter
from screening.web.parts import parts
from tests.actors import Patient
from tests.clinic_actor import Page
from tests.clinic_cases import REVIEWED, Received, events_of
from tests.clock import MONDAY_MORNING, Clock
from tests.colleagues import Colleague
from tests.mailed import as_sent, posted, with_mail
from tests.questionnaires import past_the_gate
from tests.stored import id_of

VISIT = date(2027, 1, 20)
DESK, CASE = f"/clinic/desk/{id_of(1)}", f"/clinic/submissions/{id_of(1)}"
SEND = "/q/save/send"
# Whatever says why somebody would be a patient, or of what.
TELLING = re.compile(
    r"canary|microneedl|needling|treat|peel|skin|health|medic|condition|flag|answer sheet|stop|"
    r"caution|review|juniper|zo[eë]|marker|clinic\b|patient|result|questionnaire|form\b",
    re.IGNORECASE,
)


@pytest.fixture
def config(config: Config) -> Config:
    return with_mail(config)


@pytest.fixture
def desk(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "front_desk", name="Dee Desk").starts(clock())


def asked(database: Database, staff: Colleague, at: Clock, number: int = 1) -> Question:
    words = "canary-question: since when?"
    question = Question(id_of(30 + number), id_of(number), staff.id, words, (), at())
    with database.write() as session:
        add_question(session, question)
    return question


def link_made(desk: Colleague) -> tuple[Page, str]:
    made = Page(desk.sends(f"{DESK}/link"))
    return made, made.values("token")[0]


# -- the link to their own page -----------------------------------------------------------------


@pytest.mark.thorough
def test_the_link_that_is_shown_is_sent_to_the_address_they_gave(
    desk: Colleague, database: Database, client: FlaskClient
) -> None:
    Received(answers=REVIEWED, visit=VISIT).into(database)
    made, token = link_made(desk)
    assert "zoe@example.org" in made.text
    answer = Page(desk.sends(f"{DESK}/link/send", made, token=token))
    assert "zoe@example.org" in answer.text
    desk.sends(f"{DESK}/link/send", made, token=token)  # pressed twice, sent once
    assert posted(database) == [("own-page", "zoe@example.org", f"/visit/{token}")]
    assert events_of(database, id_of(1)).count("submission.link-sent") == 1
    assert client.get(f"/visit/{token}").status_code == 200


@pytest.mark.thorough
def test_a_link_that_was_replaced_meanwhile_is_not_sent(
    desk: Colleague, database: Database
) -> None:
    Received(visit=VISIT).into(database)
    made, token = link_made(desk)
    link_made(desk)
    assert desk.sends(f"{DESK}/link/send", made, token=token).status_code == 409
    assert posted(database) == []


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["front desk", "clinician"])
def test_where_mail_is_off_the_page_says_so_and_the_link_is_still_there(
    way: str, app: Flask, clock: Clock, database: Database
) -> None:
    before = parts(app)
    before.database.close()
    off = replace(before.config, mail_server=None, mail_from=None)
    app.extensions["prelude"] = parts_for(off, clock=clock)
    Received(visit=VISIT).into(database)
    role, address = ("front_desk", DESK) if way == "front desk" else ("clinician", CASE)
    who = Colleague(app.test_client(), database, role).starts(clock())
    made = Page(who.sends(f"{address}/link"))
    assert "E-mail is not set up here" in made.text
    assert "/visit/" in made.response.text
    assert not made.values("token")
    assert who.sends(f"{DESK}/link/send", made, token="0" * 64).status_code == 400


# -- the link to a saved form -------------------------------------------------------------------


def puts_aside(client: FlaskClient) -> tuple[Patient, str]:
    patient = past_the_gate(client)
    patient.opens("/q/save")
    patient.presses("Make a link and a code")
    return patient, patient.page.form_to(SEND).state()["token"][0]


def asks_for_mail(patient: Patient, status: int = 200, **typed: str) -> str:
    """The text of the answer; the page they came from is the one they go back to."""
    shown = patient.page
    state = shown.form_to(SEND).state() | {name: [value] for name, value in typed.items()}
    text = patient.sends(SEND, state, status=status).text
    patient.page = shown
    return text


@pytest.mark.thorough
def test_a_saved_form_s_link_goes_to_the_address_they_type(
    client: FlaskClient, database: Database
) -> None:
    patient, token = puts_aside(client)
    assert "asha@example.com" in asks_for_mail(patient, email="asha@example.com")
    assert posted(database) == [("saved-form", "asha@example.com", f"/resume/{token}")]


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["", "asha", "a@b.c, d@e.f", "a@b.c\r\nBcc: d@e.f"])
def test_what_is_no_address_is_asked_for_again(
    typed: str, client: FlaskClient, database: Database
) -> None:
    patient, _ = puts_aside(client)
    answer = asks_for_mail(patient, 422, email=typed)
    assert answer.count("Enter an e-mail address such as name@example.com") == 2
    assert posted(database) == []


@pytest.mark.thorough
def test_nobody_can_flood_a_letterbox_from_here(client: FlaskClient, database: Database) -> None:
    patient, _ = puts_aside(client)
    for _ in range(3):
        asks_for_mail(patient, email="asha@example.com")
    refused = asks_for_mail(patient, 429, email="asha@example.com")
    assert "We cannot send more messages just now" in refused
    assert len(posted(database)) == 3


@pytest.mark.thorough
def test_somebody_else_s_link_is_not_sent(client: FlaskClient, database: Database) -> None:
    patient, _ = puts_aside(client)
    asks_for_mail(patient, 409, email="asha@example.com", token="0" * 64)
    assert posted(database) == []


# -- reminders ----------------------------------------------------------------------------------


@pytest.mark.thorough
def test_an_open_question_is_reminded_of_on_each_of_the_clinic_s_days_and_never_twice(
    app: Flask, desk: Colleague, database: Database, clock: Clock
) -> None:
    whole = parts(app)
    Received(visit=VISIT).into(database)
    asked(database, desk, clock)
    reminded = []
    for day in range(5, 21):
        clock.set(MONDAY_MORNING.replace(day=day))
        for _ in range(2):
            if remind(whole.database, clock(), token_bytes):
                reminded.append(day)
    assert reminded == [13, 18]  # seven days and two days before the 20th
    assert {(kind, to) for kind, to, _ in posted(database)} == {
        ("question-reminder", "zoe@example.org")
    }
    assert events_of(database, id_of(1)).count("submission.reminded") == 2
    for _, _, path in posted(database):
        assert app.test_client().get(path).status_code == 200


@pytest.mark.thorough
def test_who_has_answered_is_not_reminded(
    app: Flask, desk: Colleague, database: Database, clock: Clock
) -> None:
    Received(visit=VISIT).into(database)
    question = asked(database, desk, clock)
    with database.write() as session:
        answer_questions(session, [question.id], id_of(1))
    clock.set(MONDAY_MORNING.replace(day=13))
    assert remind(parts(app).database, clock(), token_bytes) == 0


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("today", "asked_on", "due"),
    [
        (date(2027, 1, 12), date(2027, 1, 4), None),
        (date(2027, 1, 13), date(2027, 1, 4), 7),
        (date(2027, 1, 15), date(2027, 1, 4), 7),  # late
        (date(2027, 1, 13), date(2027, 1, 13), None),  # only just asked
        (date(2027, 1, 18), date(2027, 1, 13), 2),
        (date(2027, 1, 19), date(2027, 1, 4), 2),  # the other one was missed
        (date(2027, 1, 20), date(2027, 1, 4), None),
        (date(2027, 1, 25), date(2027, 1, 4), None),
    ],
)
def test_on_which_days_a_reminder_is_due(today: date, asked_on: date, due: int | None) -> None:
    assert reminder_due((7, 2), VISIT, asked_on, today) == due


@pytest.mark.thorough
def test_a_reminder_that_is_long_past_its_day_is_not_sent_late() -> None:
    visit = date(2027, 3, 1)
    assert reminder_due((60,), visit, date(2026, 12, 1), date(2026, 12, 31)) == 60
    assert reminder_due((60,), visit, date(2026, 12, 1), date(2027, 1, 20)) is None


# -- never a word too many ----------------------------------------------------------------------


@pytest.mark.thorough
def test_nothing_that_was_entered_about_a_patient_is_in_any_message(
    app: Flask, desk: Colleague, database: Database, clock: Clock
) -> None:
    told = {"anything_else": "canary-a", "medicines": ["anticoagulant"], "medicines_note": "canary"}
    Received("canary-name", answers=told, visit=VISIT).into(database)
    made, token = link_made(desk)
    desk.sends(f"{DESK}/link/send", made, token=token)
    asked(database, desk, clock)
    clock.advance(timedelta(days=9))
    assert remind(parts(app).database, clock(), token_bytes) == 1
    letters = [as_sent(app, one).as_string() for one in posted(database)]
    assert len(letters) == 2
    assert not [one for one in letters if "canary" in one]


@pytest.mark.thorough
def test_no_message_says_why_somebody_would_get_it(app: Flask, clinic: Clinic) -> None:
    for kind in MailKind:
        text = letter(app, kind, {"path": "/x"})
        found = set(TELLING.findall(f"{text.subject}\n{text.body}".replace("/clinic/", "/")))
        assert found <= ({"stop"} if kind is MailKind.SIGN_IN_STOPPED else set()), kind
