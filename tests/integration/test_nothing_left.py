"""A visit that went through everything is erased: every column of every table is read for it."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import RowMapping, Table, select

from config import Config
from screening.domain.second_person import Act, ask
from screening.domain.staff import ROLES
from screening.services.retention import erase
from screening.storage.database import Database, Session
from screening.storage.identity_checks import IdentityCheck, add_identity_check
from screening.storage.inventory import SEALED, row_id
from screening.storage.metadata import METADATA
from screening.storage.reviews import SecondOpinion, add_review, add_second_opinion
from screening.storage.sealing import keyring_of
from screening.storage.second_person import add_request
from screening.storage.submissions import SubmissionRecord, read_submission
from tests.actors import Patient
from tests.clinic_actor import Page
from tests.clock import Clock
from tests.colleagues import Colleague
from tests.invitations import SECTION, comes_in, invites
from tests.mailed import with_mail
from tests.own_pages import BORN, STAFF, asks, corrects, sends
from tests.questionnaires import ASHA, GATE
from tests.stored import a_review, id_of

NAME, ADDRESS, PHONE = "Quetzalia Ondinesdottir", "quetzalia@example.org", "07700 900 917"
SAID = ("answer-canary", "reply-canary", "question-canary", "note-canary", "reason-canary",
        "opinion-canary", "message-canary", "unsent-canary", "begun-canary")  # fmt: skip
WORDS = (*NAME.split(), ADDRESS, PHONE, ASHA["date_of_birth"], *SAID)
PASSED_THROUGH = {
    "submissions", "drafts", "answer_events", "reviews", "second_opinions", "questions",
    "identity_checks", "page_links", "invitations", "outbox", "second_person_requests",
    "kept_forms", "sessions", "search_terms", "claims", "audit_events",
}  # fmt: skip

Found = dict[str, set[str]]


@pytest.fixture
def engine_name() -> str:
    """What is sealed is opened with the key, so one engine tells as much as two."""
    return "sqlite"


@pytest.fixture
def config(config: Config) -> Config:
    return with_mail(config)


@pytest.fixture
def robin(app: Flask, database: Database, clock: Clock) -> Colleague:
    return Colleague(app.test_client(), database, *ROLES, name="Kim Lead").starts(clock())


def lives(app: Flask, database: Database, clock: Clock, robin: Colleague) -> SubmissionRecord:
    """Invited by mail, begun on one device and sent from another, and all that may follow."""
    link = invites(database, clock, NAME, email=ADDRESS, phone=PHONE, by_mail=True)
    first = comes_in(app, link)
    first.continues(GATE)
    first.continues(SECTION)
    second = comes_in(app, link)
    said = {**ASHA, "anything_else": "answer-canary"}
    second.answers(said, {"name": NAME, "email": ADDRESS, "phone": PHONE}).submits()
    record = the_visit(database)
    decided_on(database, record, clock())
    asks(database, clock, record, "question-canary", ("sun_plans",))
    patient = by_its_link(app, robin, record)
    page = patient.opens("/visit/question")
    (box,) = (name for name in page.main_form.names if name.startswith("reply-"))
    patient.continues({box: "reply-canary"})
    patient.continues({"sun_plans": "yes"})
    sends(patient)
    worked_on(robin, record, ids_of(database, record)[2])
    begun = corrects(by_its_link(app, robin, record), "hopes", "anything_else")
    begun.continues({"anything_else": "begun-canary"})
    return record


def the_visit(database: Database) -> SubmissionRecord:
    table = METADATA.tables["submissions"]
    with database.read() as session:
        (episode,) = session.scalars(select(table.c.episode_id).distinct())
        record = read_submission(session, episode)
    assert record is not None
    return record


def decided_on(database: Database, record: SubmissionRecord, now: datetime) -> None:
    review = a_review(
        1, submission_id=record.id, second_required=True, against_level=True, decided_at=now,
        reason="reason-canary", note="note-canary", message="message-canary",
    )  # fmt: skip
    opinion = SecondOpinion(id_of(9), True, "opinion-canary", now)
    with database.write() as session:
        add_review(session, review)
        add_second_opinion(session, review.id, opinion)
        add_identity_check(session, IdentityCheck(record.episode_id, id_of(9), now))
        add_request(session, ask(id_of(71), Act.ERASE, record.episode_id, id_of(9), now))


def by_its_link(app: Flask, robin: Colleague, record: SubmissionRecord) -> Patient:
    """The desk makes a link and sends it; the patient comes in by it."""
    page = Page(robin.sends(f"/clinic/desk/{record.episode_id}/link"))
    address = page.value("page-link") or str(page.by_id("page-link").attributes["value"])
    token = address.rpartition("/")[2]
    robin.sends(f"/clinic/desk/{record.episode_id}/link/send", page, token=token)
    patient = Patient(app.test_client())
    patient.opens(f"/visit/{token}")
    patient.continues(BORN)
    assert patient.page.path == "/visit"
    return patient


def worked_on(robin: Colleague, record: SubmissionRecord, newest: str) -> None:
    """Found, claimed, printed, exported, and a decision looked at that nobody confirms."""
    robin.sends("/clinic/search", sought=NAME)
    robin.sends(f"/clinic/submissions/{newest}/claim")
    assert robin.client.get(f"/clinic/submissions/{newest}/summary.pdf").status_code == 200
    assert robin.sends(f"/clinic/desk/{record.episode_id}/copy").status_code == 200
    looked = robin.chooses(robin.reads(newest), "proceed", note="unsent-canary")
    assert Page(looked).root.one("h1").text == "Check the decision"


def opened(session: Session, table: Table, row: RowMapping) -> Iterator[str]:
    """Each value of the row as words; what is sealed is unsealed, and padding is no word."""
    sealed = {one.column: one for one in SEALED.get(table.name, ())}
    for name, value in row.items():
        if name in sealed and value is not None:
            one, keys = sealed[name], keyring_of(session)
            place = (table.name, name, row_id(table, row))
            value = keys.unseal(value, *place, purpose=one.purpose, form=one.form)
        yield value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def where(database: Database, *words: str) -> Found:
    """In which tables each of these stands."""
    found: Found = {}
    with database.read() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)).mappings():
                text = "\n".join(opened(session, table, row))
                for word in words:
                    if word in text:
                        found.setdefault(word, set()).add(table.name)
    return found


def ids_of(database: Database, record: SubmissionRecord) -> list[str]:
    """Of the visit's submissions, their drafts and what invited to it."""
    parts, invited = METADATA.tables["submissions"].c, METADATA.tables["invitations"].c
    drafts = METADATA.tables["drafts"].c
    with database.read() as session:
        rows = session.execute(select(parts.id, parts.draft_id).order_by(parts.edition))
        return [
            *(one for row in rows for one in row),
            *session.scalars(select(drafts.id)),
            *session.scalars(select(invited.id)),
            record.reference,
        ]


@pytest.mark.thorough
def test_no_column_of_any_table_holds_anything_of_it(
    app: Flask, robin: Colleague, database: Database, clock: Clock
) -> None:
    record = lives(app, database, clock, robin)
    ids, before = ids_of(database, record), where(database, *WORDS)
    assert set(before) == set(WORDS), "all of it was there"
    everywhere = set().union(*before.values(), *where(database, *ids).values())
    assert everywhere >= PASSED_THROUGH
    with database.write() as session:
        assert erase(session, record.episode_id, "request", STAFF, clock())
    # Whoever looked for a name has it in their own session, until that ends.
    assert where(database, *SAID, ADDRESS, PHONE, ASHA["date_of_birth"]) == {}
    assert where(database, *NAME.split()) == {one: {"sessions"} for one in NAME.split()}
    robin.sends("/clinic/sign-out")
    assert where(database, *NAME.split()) == {}
    left = set().union(*where(database, *ids).values())
    assert left <= {"audit_events", "tombstones", "sessions"}, left
