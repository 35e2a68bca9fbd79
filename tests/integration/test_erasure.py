"""Only as long as needed: what is due goes, what was asked for goes, and nothing else does."""

import json
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
from flask import Flask
from sqlalchemy import select, text

from screening.domain.audit import SYSTEM, AuditEvent
from screening.domain.mail import Mail, MailKind
from screening.domain.second_person import Act, ask
from screening.services.accounts import LinkGone, account_to_set_up, create_staff
from screening.services.own_page import LINK_LIFE, hashed, make_link
from screening.services.retention import ClockNotBelieved, Due, apply, erase, erase_again, look
from screening.services.search_terms import index
from screening.storage.audit import append_event
from screening.storage.audit_check import check_chain
from screening.storage.database import Database
from screening.storage.drafts import add_draft
from screening.storage.erasing import list_tombstones
from screening.storage.identity_checks import IdentityCheck, add_identity_check
from screening.storage.metadata import METADATA
from screening.storage.outbox import add_message
from screening.storage.page_links import find_page_link
from screening.storage.questions import Question, add_question
from screening.storage.reviews import SecondOpinion, add_review, add_second_opinion
from screening.storage.second_person import add_request
from screening.storage.submissions import (
    SubmissionRecord,
    add_submission,
    read_submission,
)
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.own_pages import PROTOCOL, ROBIN, STAFF, sends_in
from tests.stored import a_draft, a_review, a_submission, id_of

EIGHT_YEARS = timedelta(days=8 * 366)
ANSWER, LETTERBOX = "Roaccutane-canary", "letterbox-canary@example.org"


def lives(database: Database, clock: Clock) -> SubmissionRecord:
    """Everything that can happen to a visit has happened to this one."""
    record = sends_in(database, clock, {"anything_else": ANSWER})
    review = a_review(1, submission_id=record.id, second_required=True, against_level=True,
                      reason="reason-canary", decided_at=clock())  # fmt: skip
    question = Question(id_of(70), record.id, ROBIN, "question-canary", (), clock())
    with database.write() as session:
        index(session, PROTOCOL, record)
        add_review(session, review)
        add_second_opinion(session, review.id, SecondOpinion(ROBIN, True, "note-canary", clock()))
        add_question(session, question)
        add_identity_check(session, IdentityCheck(record.episode_id, ROBIN, clock()))
        make_link(session, record.episode_id, STAFF, clock(), token_bytes)
        follows = a_draft(7, follows=record.id, created_at=clock(), updated_at=clock(),
                          expires_at=clock() + timedelta(days=30),
                          body={"answers": {"anything_else": "unsent-canary"}})  # fmt: skip
        add_draft(session, follows)
        add_request(session, ask(id_of(71), Act.ERASE, record.episode_id, ROBIN, clock()))
        told = Mail(MailKind.OWN_PAGE, LETTERBOX, {"path": "/visit/x"}, record.episode_id)
        add_message(session, id_of(80), told, clock())
    return record


def counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.name: len(session.execute(select(table)).all())
            for table in METADATA.sorted_tables
        }


def kept(database: Database) -> dict[str, int]:
    """Without what a look or an erasure itself adds."""
    return {
        name: count
        for name, count in counts(database).items()
        if name not in {"audit_events", "tombstones", "staff"}
    }


def test_erasing_takes_every_row_of_the_visit_and_leaves_the_chain_whole(
    database: Database, clock: Clock, clinic: object
) -> None:
    before = kept(database)
    record = lives(database, clock)
    assert sum(now > before[name] for name, now in kept(database).items()) >= 8
    with database.write() as session:
        assert erase(session, record.episode_id, "request", STAFF, clock())
    assert kept(database) == before
    with database.read() as session:
        assert list_tombstones(session) == [record.episode_id]
        assert check_chain(session).broken is None


@pytest.mark.thorough
def test_one_erasure_touches_no_other_visit(
    database: Database, clock: Clock, clinic: object
) -> None:
    other = a_submission(5)
    with database.write() as session:
        add_submission(session, other)
    before = kept(database)
    record = lives(database, clock)
    with database.write() as session:
        erase(session, record.episode_id, "request", STAFF, clock())
        assert not erase(session, record.episode_id, "request", STAFF, clock())
    assert kept(database) == before
    with database.read() as session:
        assert read_submission(session, other.id) == other


@pytest.mark.thorough
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nothing_of_it_is_left_in_the_file(
    database: Database, clock: Clock, clinic: object, database_url: str
) -> None:
    record = lives(database, clock)
    with database.read() as session:
        sealed = session.scalar(text("SELECT sealed_answers FROM submissions"))
    file = Path(database_url.removeprefix("sqlite:///"))
    assert sealed[100:164] in file.read_bytes()  # the search does find it while it is there
    with database.write() as session:
        erase(session, record.episode_id, "request", STAFF, clock())
    left = b"".join(one.read_bytes() for one in file.parent.iterdir() if one.is_file())
    assert sealed[100:164] not in left


@pytest.mark.thorough
def test_a_visit_is_due_when_nothing_has_happened_for_the_clinics_years(
    database: Database, clock: Clock, clinic: object
) -> None:
    record = lives(database, clock)
    clock.advance(timedelta(days=8 * 365))
    with database.read() as session:
        assert look(session, clock(), believed=True).episodes == ()
    clock.advance(timedelta(days=4))
    with database.read() as session:
        due = look(session, clock(), believed=True)
    assert due.episodes == (record.episode_id,)
    assert due.drafts == 1
    assert len(apply(database, due, clock()).episodes) == 1
    with database.read() as session:
        again = look(session, clock(), believed=True)
    assert (again.drafts, again.episodes) == (0, ())
    assert apply(database, again, clock()).episodes == ()


@pytest.mark.thorough
def test_a_visit_still_to_come_or_a_late_decision_keeps_it(
    database: Database, clock: Clock, clinic: object
) -> None:
    sends_in(database, clock, visit="2027-02-01")
    decided = a_submission(5, received_at=clock())
    clock.advance(timedelta(days=40))
    with database.write() as session:
        add_submission(session, decided)
        add_review(session, a_review(1, submission_id=decided.id, decided_at=clock()))
    clock.now = clock.now - timedelta(days=40) + timedelta(days=8 * 365 + 10)
    with database.read() as session:
        assert look(session, clock(), believed=True).episodes == ()


@pytest.mark.thorough
@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=61), EIGHT_YEARS])
def test_a_clock_that_jumped_erases_nothing(
    database: Database, clock: Clock, clinic: object, jump: timedelta
) -> None:
    lives(database, clock)
    clock.advance(jump)
    with database.read() as session, pytest.raises(ClockNotBelieved, match="Nothing was erased"):
        look(session, clock())


@pytest.mark.thorough
def test_a_clock_that_jumped_since_the_last_daily_run_is_not_believed(
    database: Database, clock: Clock, clinic: object
) -> None:
    lives(database, clock)
    apply(database, Due(0, ()), clock())
    clock.advance(timedelta(days=1, hours=23))
    with database.read() as session:
        look(session, clock())
    clock.advance(timedelta(days=5))
    # Whatever happens under the wrong clock does not make it right.
    with database.write() as session:
        append_event(session, AuditEvent("staff.set-up", clock(), SYSTEM))
    with database.read() as session, pytest.raises(ClockNotBelieved, match="last run"):
        look(session, clock())


@pytest.mark.thorough
def test_a_link_that_ended_stays_closed_though_the_clock_is_set_back(
    database: Database, clock: Clock, clinic: object
) -> None:
    record = lives(database, clock)
    with database.write() as session:
        token = make_link(session, record.episode_id, STAFF, clock(), token_bytes)
        staff = create_staff(session, "Kim Lead", "kim@clinic.example", clock(), token_bytes)
    clock.advance(LINK_LIFE)
    apply(database, Due(0, ()), clock())
    clock.advance(-LINK_LIFE)
    with database.read() as session:
        assert find_page_link(session, hashed(token), clock()) is None
        with pytest.raises(LinkGone):
            account_to_set_up(session, staff, clock())


@pytest.mark.thorough
def test_what_a_backup_brings_back_is_erased_again(
    database: Database, clock: Clock, clinic: object
) -> None:
    record = lives(database, clock)
    with database.write() as session:
        assert erase_again(session, [record.episode_id, "0" * 32], clock()) == 1
    with database.read() as session:
        assert list_tombstones(session) == [record.episode_id]


@pytest.fixture
def lead(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, "lead").starts(clock())


@pytest.mark.thorough
def test_the_lead_gives_a_copy_of_everything_and_erases_it(
    lead: Colleague, database: Database, clock: Clock
) -> None:
    record = lives(database, clock)
    start = f"/clinic/desk/{record.episode_id}"
    page = lead.opens(f"{start}/request")
    copy = lead.sends(f"{start}/copy", page)
    assert "attachment" in copy.headers["Content-Disposition"]
    held = copy.get_data(as_text=True)
    for planted in (ANSWER, "reason-canary", "note-canary", "question-canary", "unsent-canary",
                    LETTERBOX, "Kim Lead"):  # fmt: skip
        assert planted in held
    assert "/visit/x" not in held  # whoever finds the copy must not find a door in it
    again = json.loads(lead.sends(f"{start}/copy", page).get_data(as_text=True))
    story = [(one["event"], one.get("by")) for one in again["who_looked_and_what_happened"]]
    assert story.count(("episode.exported", "Kim Lead")) == 2  # the first copy, and this one
    assert again["editions_that_cannot_be_read"] == []
    assert json.loads(held)["submissions"][0]["answers"]["answers"]["anything_else"] == ANSWER
    refused = lead.sends(f"{start}/erase", page, reference="ZZZZ ZZZZ")
    assert (refused.status_code, "Type the reference as it stands" in refused.text) == (400, True)
    assert 'value="ZZZZ ZZZZ"' in refused.text
    done = lead.sends(f"{start}/erase", page, reference=record.reference.lower())
    assert "Everything of this visit is erased" in done.text
    assert lead.client.get(start).status_code == 404
    with database.read() as session:
        found = [event for (event,) in session.execute(text("SELECT event FROM audit_events"))]
    assert {"episode.exported", "episode.erased"} <= set(found)


@pytest.mark.thorough
def test_nobody_but_the_lead_may(app: Flask, database: Database, clock: Clock) -> None:
    record = lives(database, clock)
    for role in ("front_desk", "clinician"):
        colleague = Colleague(app.test_client(), database, role, name=role).starts(clock())
        start = f"/clinic/desk/{record.episode_id}"
        assert colleague.client.get(f"{start}/request").status_code == 403
        page = colleague.opens("/clinic/account")
        for act in ("copy", "erase"):
            assert colleague.sends(f"{start}/{act}", page).status_code == 403


@pytest.mark.thorough
def test_the_commands_say_what_is_due_before_they_erase(
    app: Flask, database: Database, clock: Clock, tmp_path: Path
) -> None:
    record = lives(database, clock)
    run = app.test_cli_runner().invoke
    clock.advance(EIGHT_YEARS)
    assert "--clock-is-right" in run(args=["retention"]).output
    dry = run(args=["retention", "--dry-run", "--clock-is-right"])
    nothing = "0 unanswered invitations, {0} visits, 0 audit events.\n"
    assert dry.output == f"Due: 1 unfinished forms, {nothing.format(1)}"
    assert kept(database)["submissions"] == 1
    done = run(args=["retention", "--clock-is-right"])
    assert done.output == f"Erased: 1 unfinished forms, {nothing.format(1)}"
    again = run(args=["retention"])
    assert again.output == f"Erased: 0 unfinished forms, {nothing.format(0)}"
    assert run(args=["erase", record.reference, "--yes"]).exit_code == 1
    ids = tmp_path / "erased.txt"
    assert run(args=["tombstones", str(ids)]).exit_code == 0
    assert ids.read_text() == f"{record.episode_id}\n"
