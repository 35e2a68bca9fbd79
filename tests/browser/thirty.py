"""Thirty people of all kinds, each a worked case, as they came in before the clinic opened."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask

from screening.domain.answers import read_answers
from screening.domain.audit import Actor
from screening.domain.draft import Draft
from screening.services import intake
from screening.services.intake import Agreement, Case
from screening.storage.clinic import read_clinic
from screening.storage.database import Session
from screening.storage.drafts import read_draft
from screening.storage.submissions import SubmissionRecord
from screening.web.parts import parts
from tests.worked_cases import ALL_CASES, PROTOCOL

ENDLESS = "N" * 300
WRITTEN = {"anything_else": "I bruise easily; my mother does too.\nمرحبا، 你好 🙂"}
CASES = {case["id"]: case for case in ALL_CASES}
PATIENT = Actor("patient")


@dataclass(frozen=True)
class Sent:
    """Who sent which worked case, how long before the clinic opened, for a visit in how many
    days. ``listed`` is the name as lists show it."""

    name: str
    listed: str
    case: str
    ago: timedelta
    visit: int | None = None
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> str:
        return str(CASES[self.case]["expected"]["level"])

    @property
    def flags(self) -> list[str]:
        return list(CASES[self.case]["expected"]["rules"])

    @property
    def answers(self) -> dict[str, object]:
        return {**CASES[self.case]["answers"], **self.more}

    @property
    def born(self) -> str:
        return str(self.answers["date_of_birth"])


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


PEOPLE = (
    # Nothing flagged, nothing unsure, nothing written: to be confirmed together.
    Sent("Ada Archer", "Ada A.", "V01", hours(1), 7),
    Sent("Bea Baker", "Bea B.", "V01", hours(2)),
    Sent("王小明", "王…", "V01", hours(3), 1),
    Sent("محمد الأحمد", "محمد ا.", "V19", hours(5), 14),
    Sent("Zoë 👩🏽‍⚕️ Ñandú", "Zoë Ñ.", "T-age_18_to_21", hours(20), 3),
    Sent(ENDLESS, "N" * 39 + "…", "V01", hours(1), 21),
    Sent("Carl Change", "Carl C.", "V01", days(1.5), 10),
    # Nothing flagged, but something to read.
    Sent("Dora Diary", "Dora D.", "V01", hours(4), 5, WRITTEN),
    # Cautions, one of them for "not sure".
    Sent("Eve Unsure", "Eve U.", "T-unsure_minor", hours(2)),
    Sent("Olga Mark", "Olga M.", "V15", hours(6), 8),
    Sent("Yann Sun", "Yann S.", "T-sun_plans_after", days(3), 12),
    # To be reviewed.
    Sent("Finn Unsure", "Finn U.", "T-diabetes_unsure", hours(30), 9),
    Sent("Kate Thin", "Kate T.", "V08", hours(3), 11),
    Sent("Liam Lips", "Liam L.", "V03", hours(8), 13),
    Sent("Mona Milk", "Mona M.", "V07", hours(2), 15),
    Sent("Pia Scar", "Pia S.", "V14", hours(7), 16),
    Sent("Quin Query", "Quin Q.", "V18", hours(9), 17),
    Sent("Tara Twice", "Tara T.", "T-herpes_high_risk", days(2), 18),
    Sent("Vera Both", "Vera B.", "T-inconsistent_answers", days(8), 4),
    Sent("Will Metal", "Will M.", "V09", hours(1), 6),
    Sent("Xena Late", "Xena L.", "T-weak_immune", hours(10), 7),
    Sent("Zita Fit", "Zita F.", "T-epilepsy", hours(12)),
    # Stops: open, with a date, and one that nobody may override.
    Sent("Gina Tablet", "Gina T.", "V04", hours(3), 2),
    Sent("Hugo Hope", "Hugo H.", "V06", hours(2), 1),
    Sent("Iris May", "Iris M.", "V05", days(1), 14),
    Sent("Jack January", "Jack J.", "T-wait_clinic_needling", hours(5), 14),
    Sent("Nico Urgent", "Nico U.", "T-urgent_blisters", hours(1)),
    Sent("Rosa Steel", "Rosa S.", "V11", hours(26), 20),
    Sent("Stan Wart", "Stan W.", "T-warts_now", days(4)),
    Sent("Uma Month", "Uma M.", "V24", hours(6), 14),
)


def send_in(app: Flask, opening: datetime) -> dict[str, SubmissionRecord]:
    """Everybody's submission, as the services keep it, by the name in lists."""
    chance = random.Random(30)  # so that no reference ever reads like a dose
    with parts(app).database.write() as session:
        return {
            one.listed: _sent(session, one, opening, chance)
            for one in sorted(PEOPLE, key=lambda one: -one.ago)
        }


def _sent(
    session: Session, person: Sent, opening: datetime, chance: random.Random
) -> SubmissionRecord:
    at, about = opening - person.ago, {"name": person.name, "phone": "020 7946 0000"}
    if person.visit is not None:
        about["treatment_date"] = (opening + days(person.visit)).date().isoformat()
    draft, tokens = Draft(person.answers, about=about), chance.randbytes
    draft_id = intake.start(session, PROTOCOL, draft, Agreement("1", at), PATIENT, at, tokens)
    record = read_draft(session, draft_id, at)
    assert record is not None
    case = Case(record, draft, PROTOCOL, read_clinic(session), at)
    answers = read_answers(PROTOCOL, case.context, draft.answers)
    kept = intake.submit(session, case, answers, PATIENT, tokens)
    assert kept.level == person.level, (person.listed, kept.level)
    return kept
