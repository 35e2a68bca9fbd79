"""CO-5: while the patient sends a correction, clinicians decide; nobody decides on old answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy import text

from bench.faults.crowd import REFERENCE
from bench.faults.oracle import look_through
from bench.faults.races import about_to_decide, at_once
from bench.faults.results import Found
from bench.faults.workshop import Workshop, workshop
from screening.domain.audit import SYSTEM, AuditEvent, Fact
from screening.storage.audit import append_event
from screening.storage.reviews import add_review
from screening.storage.submissions import find_by_reference
from tests.actors import Patient
from tests.clinic_actor import Clinician
from tests.own_pages import BORN, corrects
from tests.questionnaires import ASHA
from tests.stored import a_review

ROUNDS = {True: 3, False: 200}
NAMES = ("Robin", "Sam", "Alex")
BETWEEN = timedelta(minutes=1)
# The log says what came first: a decision on an edition that had been followed already.
TOO_LATE = """
SELECT count(*) FROM audit_events decided
JOIN submissions old ON old.id = decided.subject_id
JOIN submissions new ON new.episode_id = old.episode_id AND new.edition = old.edition + 1
JOIN audit_events sent ON sent.subject_id = new.id AND sent.event = 'submission.received'
WHERE decided.event = 'review.decided' AND decided.link > sent.link
"""


def amending(seed: int, quick: bool) -> Found:
    """One correction and two or three decisions in the same moment, two hundred times."""
    found, random = Found("amended meanwhile", seed), Random(seed)  # noqa: S311 to be run again
    with workshop() as shop:
        people = [
            Clinician(shop.app.test_client(), shop.database, name).joins(shop.clock()).signs_in()
            for name in NAMES
        ]
        submission = ""
        for _ in range(ROUNDS[quick]):
            submission = _round(shop, found, random.sample(people, random.randint(2, 3)), random)
            shop.clock.advance(BETWEEN)
        found.corrupt += _too_late(shop) + len(look_through(shop.database).wrong)
        found.control = _decided_too_late(shop, submission)
    return found


def _round(shop: Workshop, found: Found, people: list[Clinician], random: Random) -> str:
    submission, sends = _about_to_correct(shop)
    acts = [partial(_named, "decided", act) for act in about_to_decide(people, submission)]
    acts.insert(random.randint(0, len(acts)), partial(_named, "corrected", sends))
    came = at_once(lambda act: act(), acts)
    found.tried += len(acts)
    found.faults += 1
    found.acknowledged += came["decided 303"] + came["corrected 303"]
    found.duplicated += max(came["decided 303"] - 1, 0)
    found.errors += sum(count for said, count in came.items() if said[-3:] not in ("303", "409"))
    found.lost += (came["decided 303"], came["corrected 303"]) != _kept(shop, submission)
    for said, count in came.items():
        found.answers[said] = found.answers.get(said, 0) + count
    return submission


def _named(name: str, act: Callable[[], int]) -> str:
    return f"{name} {act()}"


def _about_to_correct(shop: Workshop) -> tuple[str, Callable[[], int]]:
    """A submission, and the patient with a finger on the button."""
    sent = Patient(shop.app.test_client()).begins().answers(ASHA).submits()
    shown = REFERENCE.search(sent.page.response.text)
    reference = shown.group(1).replace(" ", "") if shown else ""
    patient = Patient(shop.app.test_client())
    patient.opens("/visit")
    patient.continues({"reference": reference, **BORN})
    corrects(patient, "hopes", "sun_plans").continues({"sun_plans": "yes"})
    form = patient.page.form_to("/visit/send").state()
    with shop.database.read() as session:
        submission = str(find_by_reference(session, reference))
    return submission, lambda: patient.client.post("/visit/send", data=form).status_code


def _kept(shop: Workshop, submission: str) -> tuple[int, int]:
    """How many decisions there are on the first edition, and how many editions after it."""
    counts = (
        "SELECT count(*) FROM reviews WHERE submission_id = :one",
        "SELECT count(*) FROM submissions WHERE episode_id = :one AND edition > 1",
    )
    with shop.database.read() as session:
        decided, after = (session.scalar(text(one), {"one": submission}) or 0 for one in counts)
    return decided, after


def _too_late(shop: Workshop) -> int:
    with shop.database.read() as session:
        return session.scalar(text(TOO_LATE)) or 0


def _decided_too_late(shop: Workshop, submission: str) -> int:
    """Written past the service that refuses it, such a decision is noticed."""
    with shop.database.write() as session:
        staff = session.scalar(text("SELECT id FROM staff"))
        review = replace(a_review(900_001), submission_id=submission, staff_id=str(staff))
        add_review(session, review)
        facts: dict[str, Fact] = {"review": review.id, "version": 1}
        append_event(
            session,
            AuditEvent("review.decided", shop.clock(), SYSTEM, "submission", submission, facts),
        )
    return _too_late(shop)
