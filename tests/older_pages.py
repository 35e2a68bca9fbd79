"""Pages that were opened before their form moved to another version of its questions."""

from secrets import token_bytes

from screening.protocols.library import ProtocolLibrary
from screening.services.accounts import create_staff, set_up
from screening.storage.database import Database
from tests.actors import Patient, fill
from tests.clinic_actor import PASSWORD_HASH
from tests.clock import Clock
from tests.pages import Form
from tests.protocol_cases import OLD, moved, published


def a_newer_version(database: Database, library: ProtocolLibrary, clock: Clock) -> None:
    """The clinic publishes it and retires the one before."""
    both = frozenset({"clinician", "lead"})
    with database.write() as session:
        token = create_staff(session, "Ann Lee", "ann@a.example", clock(), token_bytes, roles=both)
        ann = set_up(session, token, PASSWORD_HASH, clock(), token_bytes).id
    published(database, library, "microneedling/2026-9", ann, clock())
    moved(database, library, library.get(OLD), ann, clock(), retire=True)


def another_tab_goes_on(patient: Patient) -> None:
    patient.opens("/q/changed")
    patient.presses("Continue")


def filled(form: Form, answers: dict[str, object]) -> dict[str, list[str]]:
    boxes = form.state()
    for name, answer in answers.items():
        boxes |= fill(form, name, answer)
    return boxes
