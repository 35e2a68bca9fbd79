"""What must hold before the first request is served; otherwise the app does not start."""

from flask import Flask

from screening.services.protocol_life import ProtocolAltered, check_unaltered
from screening.storage.audit_chain import NoChain
from screening.storage.clinic import ClinicNotSet, read_clinic
from screening.storage.engine import DatabaseMisconfigured
from screening.storage.key_checks import WrongKey
from screening.storage.sealings import KeyUsedUp
from screening.storage.serving import BeingRestored, announce
from screening.web.erased import tell_erased
from screening.web.parts import parts


class NotReady(Exception):
    """The app must not serve like this; one line that says what to do."""


def take_up_service(app: Flask) -> None:
    """From here on nothing is restored under this process."""
    try:
        announce(parts(app).database.engine)
    except BeingRestored as error:
        raise NotReady("a backup is being restored into this database: wait for it") from error
    check_readiness(app)
    with app.app_context():
        tell_erased()  # whatever a kill may have left out


def check_readiness(app: Flask) -> None:
    """Schema at head, the right key, a clinic, its protocols as approved, no demo in production."""
    database, config = parts(app).database, parts(app).config
    try:
        database.check_ready()
        database.check_key()
        database.check_witness()
        with database.read() as session:
            clinic = read_clinic(session)
            check_unaltered(session, parts(app).protocols)
    except ClinicNotSet as error:
        raise NotReady("set up the clinic first: flask --app wsgi set-clinic --help") from error
    except (DatabaseMisconfigured, WrongKey, KeyUsedUp, NoChain, ProtocolAltered) as error:
        raise NotReady(str(error)) from error
    if clinic.is_demo and config.environment == "production":
        raise NotReady("this database holds demo data; production needs a database of its own")
