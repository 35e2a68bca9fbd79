"""Submissions for the clinician's tests: answered, assessed and stored as intake does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from screening.domain.answers import read_answers
from screening.domain.assessment import evaluate
from screening.domain.context import Context
from screening.protocols.library import load_library
from screening.storage.audit import list_events
from screening.storage.database import Database
from screening.storage.reviews import list_reviews
from screening.storage.submissions import SubmissionRecord, add_submission
from tests.clock import MONDAY_MORNING

PROTOCOL = load_library().current
COMPLETED = MONDAY_MORNING.date()

QUIET: Mapping[str, object] = {
    "date_of_birth": "1985-03-27",
    "urgent_signs": ["none"],
    "treatment_goals": ["acne_scars"],
    "treatment_areas": ["tummy"],
    "past_needling": "no",
    "skin_now": ["none"],
    "area_marks": ["none"],
    "unwell_recent": "no",
    "sun_recent": "none",
    "herpes_history": ["never"],
    "skin_sensitivity": "none",
    "allergy_any": "no",
    "skin_conditions": ["none"],
    "scarring": "none",
    "dark_marks": "no",
    "sun_reaction": "type_2",
    "isotretinoin": "never",
    "medicines": ["none"],
    "active_skincare": ["none"],
    "pregnancy": "no",
    "conditions": ["none"],
    "recent_treatments": ["none"],
    "home_device": "never",
    "expectations": "improve",
    "sun_plans": "no",
    "own_choice": "yes",
    "appearance_worry": "no",
}
STOPPED = {"isotretinoin": "now"}
DATED_STOP = {"recent_treatments": ["botox"], "recent_treatment_dates": {"botox": "2027-01"}}
REVIEWED = {"medicines": ["anticoagulant"]}
CAUTIONED = {"sun_plans": "yes"}
URGENT = {"urgent_signs": ["eye_symptoms"]}


@dataclass(frozen=True)
class Received:
    """One submission; a test names only what it is about."""

    name: str = "Zoë Marker"
    answers: Mapping[str, object] = field(default_factory=dict)
    visit: date | None = None
    at: datetime = MONDAY_MORNING
    withdrawn: Mapping[str, object] = field(default_factory=dict)

    def into(self, database: Database, number: int = 1) -> str:
        """Store it; its id."""
        record = self.record(number)
        with database.write() as session:
            add_submission(session, record)
        return record.id

    def record(self, number: int) -> SubmissionRecord:
        raw = {**QUIET, **self.answers}
        context = Context(COMPLETED, self.visit, "england", "mechanical")
        answers = read_answers(PROTOCOL, context, raw)
        assessment = evaluate(PROTOCOL, answers, context)
        return SubmissionRecord(
            id=f"{number:032x}",
            reference=f"REF-{number}",
            draft_id=f"{1000 + number:032x}",
            protocol=PROTOCOL.key,
            digest=PROTOCOL.digest,
            received_at=self.at,
            completed_on=COMPLETED,
            treatment_date=self.visit,
            level=assessment.level.value,
            answers={
                "answers": answers.to_json(),
                "withdrawn": dict(self.withdrawn),
                "context": context.to_json(),
            },
            assessment=assessment.to_json(),
            identity={"name": self.name, "email": "zoe@example.org", "phone": "07700 900 982"},
            body_mac=b"m" * 32,
            notice_version="2026-1",
            agreed_at=self.at,
        )


def decisions_on(database: Database, submission: str) -> list[str]:
    with database.read() as session:
        return [review.disposition for review in list_reviews(session, submission)]


def events_of(database: Database, submission: str) -> list[str]:
    with database.read() as session:
        return [event.event for event in list_events(session, "submission", submission)]
