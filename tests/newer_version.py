"""An app whose patients answer version 2026-2, and somebody who stands at its check page."""

from collections.abc import Mapping
from dataclasses import replace
from secrets import token_bytes

from flask import Flask

from config import Config
from screening.app import create_app
from screening.domain.audit import Actor
from screening.domain.draft import Draft
from screening.protocols.library import load_library
from screening.services import intake
from screening.services.intake import Agreement
from screening.storage.database import Database
from tests.actors import REACH, Patient
from tests.clinic_cases import QUIET
from tests.clock import Clock

KEY = "microneedling/2026-2"
LIBRARY = replace(load_library(), current_key=KEY)
PROTOCOL = LIBRARY.current


def newer_app(config: Config, clock: Clock) -> Flask:
    return create_app(config, clock=clock, library=LIBRARY)


def stands_at_check(
    app: Flask,
    clock: Clock,
    changes: Mapping[str, object],
    gone: Mapping[str, Mapping[str, object]] | None = None,
) -> Patient:
    """Everything has been answered, quietly but for these changes; the draft is kept."""
    database: Database = app.extensions["prelude"].database
    draft = Draft({**QUIET, **changes}, about=dict(REACH), gone=gone or {})
    agreed = Agreement("1", clock())
    patient = Patient(app.test_client())
    with database.write() as session:
        draft_id = intake.start(
            session, PROTOCOL, draft, agreed, Actor("patient"), clock(), token_bytes
        )
    with patient.client.session_transaction() as kept:
        kept["draft"] = draft_id
    patient.opens("/q/check")
    return patient
