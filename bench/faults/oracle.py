"""What a database holds after an attack: read with the keys, row by row."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from screening.domain.draft import Draft
from screening.services.casefile import read_opened
from screening.storage.audit_check import check_chain
from screening.storage.database import Database, Session
from screening.storage.drafts import read_draft
from screening.storage.sealing import CannotUnseal

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Seen:
    """References by how often they are kept; what is wrong is said in words without content."""

    references: dict[str, int] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    drafts: int = 0
    wrong: list[str] = field(default_factory=list)


def look_through(database: Database) -> Seen:
    """Everything is opened as the pages would open it."""
    seen = Seen()
    with database.read() as session:
        _submissions(session, seen)
        _drafts(session, seen)
        broken = check_chain(session).broken
        if broken:
            seen.wrong.append(f"audit log {broken.words}")
        if database.engine.dialect.name == "sqlite":
            said = session.scalar(text("PRAGMA integrity_check"))
            seen.wrong += [] if said == "ok" else [f"integrity check: {said}"]
    return seen


def _submissions(session: Session, seen: Seen) -> None:
    for (one,) in session.execute(text("SELECT id FROM submissions")).all():
        try:
            record = read_opened(session, one, LONG_AGO).record
        except (CannotUnseal, ValueError, LookupError) as error:
            seen.wrong.append(f"a submission cannot be read: {type(error).__name__}")
            continue
        if record.assessment.get("damaged"):
            seen.wrong.append("an assessment cannot be read")
        if record.edition == 1:
            seen.references[record.reference] = seen.references.get(record.reference, 0) + 1
            seen.answers[record.reference] = dict(record.answers["answers"])


def _drafts(session: Session, seen: Seen) -> None:
    for (one,) in session.execute(text("SELECT id FROM drafts")).all():
        seen.drafts += 1
        try:
            record = read_draft(session, one, LONG_AGO)
            if record is not None:
                Draft.from_json(record.body)
        except (CannotUnseal, ValueError, LookupError) as error:
            seen.wrong.append(f"a draft cannot be read: {type(error).__name__}")
