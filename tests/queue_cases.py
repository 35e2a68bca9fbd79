"""Episodes for tests of the queue: received, perhaps opened, claimed and decided."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import text

from screening.domain.audit import Actor, AuditEvent
from screening.services.search_terms import index
from screening.storage.accounts import find_account
from screening.storage.audit import append_event
from screening.storage.claims import Claim, put_claim
from screening.storage.database import Database
from screening.storage.reviews import ReviewRecord, add_review
from screening.storage.submissions import add_submission
from tests.clinic_actor import Clinician, Element, Page
from tests.clinic_cases import PROTOCOL, Received
from tests.clock import MONDAY_MORNING

HERPES = {
    "herpes_history": ["lips_face"],
    "treatment_areas": ["face"],
    "herpes_last": "over_2_years",
    "herpes_pattern": ["none"],
}
"""Needs 7 days, for the antiviral decision."""
WEAK = {"conditions": ["weak_immune"]}
"""Needs 14 days, for the treating team's advice."""
TODAY = MONDAY_MORNING.date()


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


@dataclass(frozen=True)
class Desk:
    """Puts episodes into the queue; ``robin`` and ``sam`` are the ids of two clinicians."""

    app: Flask
    database: Database
    robin: str
    sam: str

    def receives(
        self,
        number: int,
        person: Received,
        *,
        born: str = "",
        edition: int = 1,
        reference: str = "",
    ) -> str:
        answers = {**person.answers, **({"date_of_birth": born} if born else {})}
        record = replace(person, answers=answers).record(number)
        if reference:
            record = replace(record, reference=reference)
        if edition > 1:
            record = replace(record, episode_id=f"{number - 1:032x}", edition=edition)
        with self.database.write() as session:
            add_submission(session, record)
            index(session, PROTOCOL, record)
        return record.id

    def opens(self, submission: str, at: datetime = MONDAY_MORNING) -> str:
        actor, facts = Actor("staff", self.robin), {"version": 1}
        with self.database.write() as session:
            event = AuditEvent("submission.viewed", at, actor, "submission", submission, facts)
            append_event(session, event)
        return submission

    def decides(
        self,
        submission: str,
        disposition: str,
        until: date | None = None,
        *,
        by: str = "",
        second: bool = False,
    ) -> str:
        self.opens(submission)
        review = ReviewRecord(
            id=submission,
            submission_id=submission,
            submission_version=1,
            disposition=disposition,
            defer_until=until,
            level="stop",
            against_level=second,
            reason="Seen in person" if second else None,
            note=None,
            staff_id=by or self.robin,
            decided_at=MONDAY_MORNING,
            second_required=second,
        )
        with self.database.write() as session:
            add_review(session, review)
            session.execute(
                text("UPDATE submissions SET version = 2 WHERE id = :id"), {"id": submission}
            )
        return submission

    def claims(self, submission: str, by: str, until: timedelta = timedelta(minutes=15)) -> str:
        with self.database.write() as session:
            put_claim(session, Claim(submission, by, MONDAY_MORNING, MONDAY_MORNING + until))
        return submission

    def events(self, event: str) -> list[str]:
        with self.database.read() as session:
            query = text("SELECT facts FROM audit_events WHERE event = :event ORDER BY seq")
            return [str(facts) for (facts,) in session.execute(query, {"event": event})]


def desk(app: Flask, clinicians: list[Clinician], database: Database) -> Desk:
    with database.read() as session:
        accounts = [find_account(session, one.email) for one in clinicians]
    robin, sam = (account.staff.id for account in accounts if account)
    return Desk(app, database, robin, sam)


def parts(page: Page) -> dict[str, list[str]]:
    """Whom each part of the list names, in order."""
    return {
        str(one.attributes["aria-labelledby"]): names(one)
        for one in page.main.classed("queue-part")
    }


def names(part: Element) -> list[str]:
    cells = (cell for cell in part.all("th") if cell.attributes["scope"] == "row")
    return [cell.text.split(",")[0] for cell in cells]


def reasons(page: Page) -> dict[str, str]:
    """Why each stands where it stands."""
    rows = [row for body in page.main.all("tbody") for row in body.all("tr")]
    return {names(row)[0]: list(row.all("td"))[2].text.removeprefix("Why here") for row in rows}


def counts(page: Page) -> dict[str, int]:
    """What stands beside each turn."""
    links = (a.text.rpartition(" ") for a in page.by_id("turn").all("a"))
    return {title: int(count) for title, _, count in links}


def everybody(page: Page) -> set[str]:
    return {name for part in parts(page).values() for name in part}
